//! JWTs of an identity provider as access tokens, for services.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use openidconnect::core::{CoreHmacKey, CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey};
use openidconnect::{JsonWebKeyId, PrivateSigningKey};
use serde_json::{Value, json};
use server::config::OidcConfig;
use tests::{Body, Provider, Reply, Server, execute, request, rows};

use super::provider::{add_user, provider, serve, settings, split};

const AUDIENCE: &str = "https://api.example";

fn jwt_settings(issuer: &str) -> OidcConfig {
    OidcConfig {
        client: None,
        audience: Some(AUDIENCE.to_owned()),
        ..settings(issuer)
    }
}

/// Reads as whoever the token is for.
fn read(server: &Server, token: &str) -> Reply {
    let headers = [("authorization", &*format!("Bearer {token}"))];
    server.raw(
        "GET",
        "/restful/api/v1/res.partner?limit=1&fields=name",
        &headers,
        Body::None,
    )
}

/// A JWT that the provider gives the client `service`, whose mail address is `service@example.com`.
fn of_service(provider: &Provider) -> String {
    let (addr, path) = split(&format!("{}/token", provider.issuer));
    let form = format!("grant_type=client_credentials&scope=api&resource={AUDIENCE}");
    let basic = base64::prelude::BASE64_STANDARD.encode("service:the secret of the test");
    let headers = [("authorization", &*format!("Basic {basic}"))];
    let body = Body::Typed("application/x-www-form-urlencoded", form.as_bytes());
    let reply = request(addr, "POST", &path, &headers, body).unwrap().json();
    reply["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("{reply}"))
        .to_owned()
}

fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

/// The claims of a good JWT for `service@example.com`.
fn claims(provider: &Provider) -> Value {
    json!({
        "iss": provider.issuer, "sub": "service", "aud": AUDIENCE, "iat": now(), "exp": now() + 600,
        "email": "service@example.com", "email_verified": true,
    })
}

/// The text whose signature makes a JWT of it.
fn unsigned(header: &Value, claims: &Value) -> String {
    format!(
        "{}.{}",
        BASE64.encode(header.to_string()),
        BASE64.encode(claims.to_string())
    )
}

/// A JWT with this header and these claims, signed with the provider's key.
fn signed(provider: &Provider, header: &Value, claims: &Value) -> String {
    signed_with(&provider.key, header, claims)
}

fn signed_with(key: &str, header: &Value, claims: &Value) -> String {
    let key = CoreRsaPrivateSigningKey::from_pem(key, Some(JsonWebKeyId::new("any".to_owned()))).unwrap();
    let text = unsigned(header, claims);
    let signature = key.sign(&CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, text.as_bytes());
    format!("{text}.{}", BASE64.encode(signature.unwrap()))
}

fn with(claims: &Value, name: &str, value: Value) -> Value {
    let mut changed = claims.clone();
    changed[name] = value;
    changed
}

fn without(claims: &Value, name: &str) -> Value {
    let mut changed = claims.clone();
    changed.as_object_mut().unwrap().remove(name);
    changed
}

fn logins(server: &Server) -> Vec<String> {
    rows(&server.database, "SELECT kind FROM auth_event ORDER BY id")
}

#[test]
fn a_service_is_known_by_the_jwt_of_its_provider() {
    let Some(provider) = provider() else { return };
    let server = serve(jwt_settings(&provider.issuer));
    add_user(&server, "service@example.com");
    execute(&server.database, "DELETE FROM auth_event");
    let jwt = of_service(provider);
    for _ in 0..3 {
        read(&server, &jwt).ok();
    }
    assert_eq!(logins(&server), ["login"], "one event, not one for each request");
    assert_eq!(
        rows(&server.database, "SELECT hash FROM auth_token WHERE hash LIKE '%eyJ%'"),
        [""; 0]
    );

    // It is a token like others: of this user, with his rights, listed, and ended by a logout, for good.
    let headers = [("authorization", &*format!("Bearer {jwt}"))];
    let list = server.raw("GET", "/rest/api/tokens", &headers, Body::None).ok();
    assert_eq!((list.as_array().unwrap().len(), &list[0]["current"]), (1, &json!(true)));
    server
        .raw("GET", "/restful/api/v1/account.move", &headers, Body::None)
        .problem(403, "access_denied");
    let body = Body::Json(b"{\"name\": \"x\"}");
    server
        .raw("POST", "/restful/api/v1/res.partner", &headers, body)
        .problem(403, "access_denied");
    server.raw("GET", "/openapi/v1.json", &headers, Body::None).ok();
    server.raw("DELETE", "/rest/api/logout", &headers, Body::None).ok();
    for _ in 0..2 {
        read(&server, &jwt).problem(401, "unauthenticated");
    }
    let second = Server::over(
        server::config::DatabaseConfig {
            name: "saleorder_api".to_owned(),
            address: server.database.clone(),
        },
        |all| all.oidc = Some(jwt_settings(&provider.issuer)),
    );
    read(&second, &jwt).problem(401, "unauthenticated");
    read(&second, &of_service(provider)).ok();
}

#[test]
fn a_jwt_that_is_not_in_order_is_refused() {
    let Some(provider) = provider() else { return };
    let server = serve(jwt_settings(&provider.issuer));
    add_user(&server, "service@example.com");
    let before = rows(&server.database, "SELECT hash FROM auth_token ORDER BY hash");
    let other = Provider::start(0, "client_secret_basic").unwrap();
    let good = claims(provider);
    let header = json!({"alg": "RS256", "kid": provider.key_id, "typ": "at+jwt"});
    let sign = |claims: &Value| signed(provider, &header, claims);
    let hmac = |secret: &str| {
        let text = unsigned(&with(&header, "alg", json!("HS256")), &good);
        let key = CoreHmacKey::new(secret.as_bytes().to_vec());
        let signature = key.sign(&CoreJwsSigningAlgorithm::HmacSha256, text.as_bytes()).unwrap();
        format!("{text}.{}", BASE64.encode(signature))
    };
    let (addr, path) = split(&format!("{}/jwks", provider.issuer));
    let keys = request(addr, "GET", &path, &[], Body::None);
    let modulus = keys.unwrap().json()["keys"][0]["n"].as_str().unwrap().to_owned();
    let cut = sign(&good);
    let cut = cut.rsplit_once('.').unwrap().0;
    let cases = [
        ("another key", signed_with(&other.key, &header, &good)),
        (
            "another provider",
            signed_with(&other.key, &with(&header, "kid", json!(other.key_id)), &claims(&other)),
        ),
        (
            "an unknown key",
            signed_with(&other.key, &with(&header, "kid", json!("unknown")), &good),
        ),
        (
            "no algorithm",
            format!("{}.", unsigned(&with(&header, "alg", json!("none")), &good)),
        ),
        (
            "no algorithm, no key",
            format!("{}.", unsigned(&json!({"alg": "none"}), &good)),
        ),
        ("no signature", format!("{cut}.")),
        (
            "changed claims",
            format!(
                "{}.{}",
                unsigned(&header, &with(&good, "email", json!("admin"))),
                sign(&good).rsplit_once('.').unwrap().1
            ),
        ),
        ("the public key as a secret", hmac(&modulus)),
        ("an empty secret", hmac("")),
        (
            "another algorithm",
            signed(provider, &with(&header, "alg", json!("RS512")), &good),
        ),
        (
            "another type",
            signed(provider, &with(&header, "typ", json!("dpop+jwt")), &good),
        ),
        (
            "a critical header",
            signed(provider, &with(&header, "crit", json!(["x"])), &good),
        ),
        ("expired", sign(&with(&good, "exp", json!(now() - 61)))),
        ("not valid yet", sign(&with(&good, "nbf", json!(now() + 120)))),
        (
            "another audience",
            sign(&with(&good, "aud", json!("https://other.example"))),
        ),
        ("no audience", sign(&with(&good, "aud", json!([])))),
        (
            "another issuer",
            sign(&with(&good, "iss", json!("https://other.example"))),
        ),
        ("no issuer", sign(&without(&good, "iss"))),
        ("no subject", sign(&without(&good, "sub"))),
        ("no expiry", sign(&without(&good, "exp"))),
        ("no claim", sign(&without(&good, "email"))),
        (
            "an unverified claim",
            sign(&with(&good, "email_verified", json!(false))),
        ),
        (
            "a claim that is no text",
            sign(&with(&good, "email", json!(["service@example.com"]))),
        ),
        ("no JSON", "eyJ.eyJ.eyJ".to_owned()),
        ("a long one", sign(&with(&good, "x", json!("x".repeat(20_000))))),
    ];
    for (what, jwt) in cases {
        let reply = read(&server, &jwt);
        assert_eq!(reply.status, 401, "{what}: {}", reply.text());
        let detail = reply.problem(401, "unauthenticated")["detail"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(
            detail.starts_with("what the identity provider says is refused: "),
            "{what}: {detail}"
        );
    }
    assert_eq!(
        rows(&server.database, "SELECT hash FROM auth_token ORDER BY hash"),
        before
    );
    // What makes the difference is what was changed.
    read(&server, &sign(&good)).ok();
    read(
        &server,
        &sign(&with(&good, "aud", json!(["https://other.example", AUDIENCE]))),
    )
    .ok();
    read(&server, &sign(&with(&good, "exp", json!(now() - 30)))).ok();
    read(&server, &sign(&with(&good, "nbf", json!(now() + 30)))).ok();
    read(
        &server,
        &signed(provider, &json!({"alg": "RS256"}), &with(&good, "jti", json!(1))),
    )
    .ok();
}

#[test]
fn who_is_no_active_user_is_refused_and_waits() {
    let Some(provider) = provider() else { return };
    let server = serve(jwt_settings(&provider.issuer));
    let user = add_user(&server, "service@example.com");
    let (jwt, later) = (of_service(provider), of_service(provider));
    read(&server, &jwt).ok();
    server
        .send("PUT", &format!("res.users/{user}"), &json!({"active": false}))
        .ok();
    execute(&server.database, "DELETE FROM auth_event");
    read(&server, &jwt).problem(401, "unauthenticated");
    read(&server, &later).problem(401, "unauthenticated");
    assert_eq!(logins(&server), ["login_failed"]);
    for _ in 0..4 {
        read(&server, &later).problem(401, "unauthenticated");
    }
    read(&server, &later).problem(429, "too_many_requests");
    // A JWT is not an API of its own: without the setting it is no token.
    let server = serve(settings(&provider.issuer));
    add_user(&server, "service@example.com");
    read(&server, &of_service(provider)).problem(401, "unauthenticated");
}

#[test]
fn first_requests_at_once_are_all_answered() {
    let Some(provider) = provider() else { return };
    let server = serve(OidcConfig {
        create_users: true,
        groups: vec!["User types / Internal User".to_owned()],
        ..jwt_settings(&provider.issuer)
    });
    let (one, other) = (of_service(provider), of_service(provider));
    std::thread::scope(|scope| {
        let ask = |number: usize| read(&server, [&one, &other][number % 2]);
        let asked: Vec<_> = (0..16).map(|number| scope.spawn(move || ask(number))).collect();
        for reply in asked.into_iter().map(|asked| asked.join().unwrap()) {
            assert_eq!(reply.status, 200, "{}", reply.text());
        }
    });
    assert_eq!(server.ids("res.users", &[("login", "service@example.com")]).len(), 1);
}

#[test]
fn new_keys_of_the_provider_are_fetched() {
    if provider().is_none() {
        return;
    }
    let first = Provider::start(0, "client_secret_basic").unwrap();
    let (issuer, port) = (first.issuer.clone(), first.port());
    let never = std::time::Duration::from_secs(3600);
    let [eager, calm] = [std::time::Duration::ZERO, never].map(|refresh| {
        let server = serve(OidcConfig {
            refresh,
            ..jwt_settings(&issuer)
        });
        add_user(&server, "service@example.com");
        read(&server, &of_service(&first)).ok();
        server
    });
    let unknown = |provider: &Provider| {
        let header = json!({"alg": "RS256", "kid": format!("made up {}", now())});
        signed(provider, &header, &claims(provider))
    };
    let (old_key, made_up) = (first.key.clone(), unknown(&first));
    drop(first);
    // Who has asked a moment ago does not ask again, for any made-up key; the other one would.
    read(&calm, &made_up).problem(401, "unauthenticated");
    let away = read(&eager, &made_up);
    assert!(away.header("retry-after").is_some());
    away.problem(503, "unavailable");

    let second = Provider::start(port, "client_secret_basic").unwrap();
    assert_eq!(second.issuer, issuer);
    read(&eager, &of_service(&second)).ok();
    read(&calm, &of_service(&second)).problem(401, "unauthenticated");
    let old = signed_with(&old_key, &json!({"alg": "RS256"}), &claims(&second));
    read(&eager, &old).problem(401, "unauthenticated");
}
