//! How the server stands in the network: addresses that others reach, proxies, browsers, and tokens that ask too often.

use serde_json::json;
use server::Config;
use server::config::DatabaseConfig;
use tests::{Body, Database, Reply, Server, demo, execute, rows};

/// Why a server over this database does not start.
fn refusal(database: &Database, change: impl FnOnce(&mut Config)) -> String {
    let (name, address) = ("x".to_owned(), database.address().clone());
    let mut config = Config::new(DatabaseConfig { name, address });
    config.listen = ([0, 0, 0, 0], 0).into();
    change(&mut config);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let refused = runtime.block_on(server::Server::bind(tests::declarest(), config));
    refused.expect_err("it does not start").to_string()
}

fn behind_proxy(config: &mut Config) {
    config.network.behind_proxy = vec!["127.0.0.0/8".parse().unwrap()];
}

#[test]
fn an_address_that_others_reach_needs_tls_and_no_known_password() {
    let refused = refusal(&Database::empty(), |_| {});
    assert!(
        refused.contains("--tls-cert") && refused.contains("--behind-proxy"),
        "{refused}"
    );
    // The password of the demo data is refused, also when it came into the database earlier.
    let demo = demo();
    for asked in [true, false] {
        let refused = refusal(&demo, |config| {
            behind_proxy(config);
            config.demo = asked;
        });
        assert!(refused.contains("set-password admin"), "{refused}");
    }
    let half = refusal(&demo, |config| config.network.tls_cert = Some("/nowhere".into()));
    assert!(half.contains("--tls-key"), "{half}");

    let exposed = Server::empty(|config| {
        config.listen = ([0, 0, 0, 0], 0).into();
        behind_proxy(config);
    });
    exposed.is_alive();
}

fn log_in(server: &Server, forwarded: &str) -> Reply {
    let body = json!({"login": forwarded, "password": "wrong"}).to_string();
    let headers = [("x-forwarded-for", forwarded)];
    server.raw("POST", "/rest/api/login/token", &headers, Body::Json(body.as_bytes()))
}

#[test]
fn failures_are_counted_by_client_behind_a_proxy() {
    let server = Server::demo_with(|config| {
        behind_proxy(config);
        config.login.address_failures = 2;
    });
    execute(&server.database, "DELETE FROM auth_event");
    for address in ["203.0.113.7", "198.51.100.1, 203.0.113.7"] {
        log_in(&server, address).problem(401, "unauthenticated");
    }
    log_in(&server, "203.0.113.7").problem(429, "too_many_requests");
    log_in(&server, "203.0.113.8").problem(401, "unauthenticated");
    let told = rows(
        &server.database,
        "SELECT DISTINCT address FROM auth_event ORDER BY address",
    );
    assert_eq!(told, ["203.0.113.7", "203.0.113.8"]);

    // Without the setting the header says nothing.
    let server = Server::demo_with(|config| config.login.address_failures = 2);
    for address in ["203.0.113.1", "203.0.113.2"] {
        log_in(&server, address).problem(401, "unauthenticated");
    }
    log_in(&server, "203.0.113.3").problem(429, "too_many_requests");
}

#[test]
fn browsers_are_told_what_answers_may_do() {
    let server = Server::demo();
    let get = |path: &str| server.raw("GET", path, &[], Body::None);
    for reply in [
        server.get("res.partner/11", &[("fields", "name")]),
        get("/restful/api/v1/res.partner"),
        get("/nothing"),
        get("/openapi/v1.json"),
        get("/docs/"),
    ] {
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("referrer-policy"), Some("no-referrer"));
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        assert!(
            policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        let scripts = reply.header("content-type").unwrap().starts_with("text/html");
        assert_eq!(policy.contains("script-src 'self'"), scripts, "{policy}");
    }
}

/// Browsers come back by HTTPS only, where they came by HTTPS. The tests of TLS say the same of the server's own.
#[test]
fn https_stays_https() {
    let told = |server: &Server, headers: &[(&str, &str)]| {
        let reply = server.raw("GET", "/livez", headers, Body::None);
        reply.header("strict-transport-security").map(str::to_owned)
    };
    let server = Server::demo_with(behind_proxy);
    let year = Some("max-age=31536000".to_owned());
    assert_eq!(told(&server, &[("x-forwarded-proto", "https")]), year);
    assert_eq!(told(&server, &[("forwarded", "for=203.0.113.7;proto=https")]), year);
    assert_eq!(told(&server, &[("x-forwarded-proto", "http")]), None);
    assert_eq!(told(&server, &[]), None);
    assert_eq!(told(&Server::demo(), &[("x-forwarded-proto", "https")]), None);
}

#[test]
fn only_configured_sites_may_call_from_a_browser() {
    let ask = |server: &Server, method: &str, origin: &str| {
        let headers = [
            ("origin", origin),
            ("access-token", server.token.as_str()),
            ("access-control-request-method", "PATCH"),
            ("access-control-request-headers", "access-token,content-type"),
        ];
        let path = "/restful/api/v1/res.partner/11?fields=name";
        let reply = server.raw(method, path, &headers, Body::None);
        let allowed = reply.header("access-control-allow-origin").map(str::to_owned);
        (reply, allowed)
    };
    let (shop, other) = ("https://shop.example", "https://other.example");
    let server = Server::demo();
    let (preflight, allowed) = ask(&server, "OPTIONS", shop);
    assert_eq!((preflight.status, allowed), (405, None));
    assert_eq!(ask(&server, "GET", shop).1, None);

    let server = Server::demo_with(|config| config.network.cors_origins = vec![shop.parse().unwrap()]);
    let (preflight, allowed) = ask(&server, "OPTIONS", shop);
    assert_eq!((preflight.status, allowed.as_deref()), (200, Some(shop)));
    let permitted = |name: &str| preflight.header(name).unwrap().to_ascii_lowercase();
    assert!(permitted("access-control-allow-methods").contains("patch"));
    assert!(permitted("access-control-allow-headers").contains("access-token"));
    assert!(permitted("access-control-allow-headers").contains("company-ids"));
    assert!(preflight.header("access-control-allow-credentials").is_none());
    let (read, allowed) = ask(&server, "GET", shop);
    read.ok();
    assert_eq!(allowed.as_deref(), Some(shop));
    assert_eq!(ask(&server, "OPTIONS", other).1, None);
    assert_eq!(ask(&server, "GET", other).1, None);
}

#[test]
fn a_token_that_asks_too_often_waits() {
    let server = Server::demo_with(|config| config.limits.token_requests = 3);
    let ask = |token: &str| {
        let path = "/restful/api/v1/res.partner/11?fields=name";
        server.raw("GET", path, &[("access-token", token)], Body::None)
    };
    let login = json!({"login": "admin", "password": "admin@123"}).to_string();
    let login = || server.raw("POST", "/rest/api/login/token", &[], Body::Json(login.as_bytes()));
    for _ in 0..3 {
        ask(&server.token).ok();
    }
    let refused = ask(&server.token);
    let seconds: u32 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=21).contains(&seconds), "{seconds}");
    refused.problem(429, "too_many_requests");
    let body = Body::Json(b"{\"name\": \"x\"}");
    server
        .call("POST", "res.partner", body)
        .problem(429, "too_many_requests");
    // Another token may ask, a login needs none, and one that is not valid is told so as often as it asks.
    let other = login().ok();
    ask(other["access_token"].as_str().unwrap()).ok();
    for _ in 0..5 {
        ask("made up").problem(401, "unauthenticated");
    }
}
