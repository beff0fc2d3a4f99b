//! A user's own access tokens: the ones of logins, and API keys.

use serde_json::{Value, json};
use server::config::DatabaseConfig;
use tests::{Body, Reply, Server, execute, rows};

pub(super) const TOKENS: &str = "/rest/api/tokens";

/// Sends a request with this token to a path.
#[track_caller]
pub(super) fn send(server: &Server, token: &str, method: &str, path: &str, body: &Value) -> Reply {
    let text = body.to_string();
    let body = if body.is_null() {
        Body::None
    } else {
        Body::Json(text.as_bytes())
    };
    server.raw(method, path, &[("access-token", token)], body)
}

/// Logs in as `admin` with a name for the token. Returns the token.
fn log_in(server: &Server, name: &str) -> String {
    let body = json!({"login": "admin", "password": "admin@123", "name": name}).to_string();
    let reply = server.raw("POST", "/rest/api/login/token", &[], Body::Json(body.as_bytes()));
    reply.ok()["access_token"].as_str().unwrap().to_owned()
}

/// Makes an API key with this scope. Returns its answer.
#[track_caller]
pub(super) fn key(server: &Server, token: &str, scope: &Value) -> Value {
    let body = json!({"name": "A key", "expires_in_days": 10, "scope": scope});
    send(server, token, "POST", TOKENS, &body).ok()
}

pub(super) fn text(token: &Value) -> &str {
    token["access_token"].as_str().unwrap()
}

pub(super) fn id(token: &Value) -> &str {
    token["id"].as_str().unwrap()
}

/// The status of a read with this token.
pub(super) fn reads(server: &Server, token: &str) -> u16 {
    send(
        server,
        token,
        "GET",
        "/restful/api/v1/res.partner/11?fields=name",
        &Value::Null,
    )
    .status
}

#[test]
fn a_login_names_its_token() {
    let server = Server::demo();
    let token = log_in(&server, " Ann's laptop ");
    let agent = [("user-agent", "a".repeat(300))];
    let agent: Vec<(&str, &str)> = agent.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let path = "/rest/api/login/token?login=admin&password=admin@123";
    server.raw("GET", path, &agent, Body::None).ok();
    let list = send(&server, &token, "GET", TOKENS, &Value::Null).ok();
    let names: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|token| token["name"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), 3, "{list}");
    assert!(
        names.contains(&"Ann's laptop") && names.contains(&"a".repeat(100).as_str()),
        "{names:?}"
    );
    for name in ["", "%0A", &"x".repeat(101)] {
        let refused = server.raw("GET", &format!("{path}&name={name}"), &[], Body::None);
        assert_eq!(refused.problem(400, "invalid")["errors"][0]["parameter"], "name");
    }
}

#[test]
fn users_list_rename_and_revoke_their_own_tokens() {
    let server = Server::demo();
    let (one, other) = (log_in(&server, "one"), log_in(&server, "other"));
    let list = send(&server, &one, "GET", TOKENS, &Value::Null).ok();
    let named = |name: &str| {
        list.as_array()
            .unwrap()
            .iter()
            .find(|token| token["name"] == name)
            .unwrap()
            .clone()
    };
    let (own, foreign) = (named("one"), named("other"));
    assert_eq!((&own["current"], &foreign["current"]), (&json!(true), &json!(false)));
    assert_eq!(own["scope"], json!({"read_only": false, "models": null}));
    assert!(
        own["expires"].is_string() && own["created"].is_string() && own["last_used"].is_string(),
        "{own}"
    );
    assert!(!list.to_string().contains("access_token"), "{list}");

    let path = format!("{TOKENS}/{}", id(&foreign));
    let renamed = send(&server, &one, "PATCH", &path, &json!({"name": "another"})).ok();
    assert_eq!((&renamed["name"], &renamed["id"]), (&json!("another"), &foreign["id"]));
    for body in [
        json!({}),
        json!({"name": ""}),
        json!({"name": 1}),
        json!({"name": "a", "nam": "b"}),
        json!([]),
    ] {
        send(&server, &one, "PATCH", &path, &body).problem(422, "invalid");
    }
    assert_eq!(reads(&server, &other), 200);
    send(&server, &one, "DELETE", &path, &Value::Null).ok();
    assert_eq!(reads(&server, &other), 401);
    send(&server, &one, "DELETE", &path, &Value::Null).problem(404, "not_found");
    send(&server, &one, "PATCH", &path, &json!({"name": "x"})).problem(404, "not_found");
    send(&server, "access_token_x", "GET", TOKENS, &Value::Null).problem(401, "unauthenticated");

    // Another user does not reach them.
    execute(
        &server.database,
        "INSERT INTO auth_password (user_id, hash) SELECT 3, hash FROM auth_password WHERE user_id = 2",
    );
    let sofia = server
        .raw(
            "GET",
            "/rest/api/login/token?login=sofia&password=admin@123",
            &[],
            Body::None,
        )
        .ok();
    let sofia = sofia["access_token"].as_str().unwrap();
    let path = format!("{TOKENS}/{}", id(&own));
    send(&server, sofia, "DELETE", &path, &Value::Null).problem(404, "not_found");
    assert_eq!(
        send(&server, sofia, "GET", TOKENS, &Value::Null)
            .ok()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    send(&server, &one, "DELETE", &path, &Value::Null).ok();
    assert_eq!(reads(&server, &one), 401);
}

/// A token that one server of a database revokes is not valid on another one, also not within the time for which that
/// one remembers it.
#[test]
fn a_revoked_token_ends_on_every_server() {
    let server = Server::demo();
    let second = DatabaseConfig {
        name: "saleorder_api".to_owned(),
        address: server.database.clone(),
    };
    let second = Server::over(second, |_| {});
    let token = log_in(&server, "one");
    let body = json!({"name": "x"});
    send(&second, &token, "PUT", "/restful/api/v1/res.partner/11", &body).ok();
    let list = send(&second, &token, "GET", TOKENS, &Value::Null).ok();
    let current = list
        .as_array()
        .unwrap()
        .iter()
        .find(|token| token["current"] == true)
        .unwrap();
    send(
        &server,
        &server.token,
        "DELETE",
        &format!("{TOKENS}/{}", id(current)),
        &Value::Null,
    )
    .ok();
    for server in [&server, &second] {
        assert_eq!(reads(server, &token), 401);
        let written = send(server, &token, "PUT", "/restful/api/v1/res.partner/11", &body);
        written.problem(401, "unauthenticated");
    }
}

#[test]
fn api_keys_work_until_they_expire_or_are_revoked() {
    let server = Server::demo_with(|config| config.login.token_idle = chrono::TimeDelta::days(1));
    let body = json!({"name": "Nightly", "expires_in_days": null});
    let made = send(&server, &server.token, "POST", TOKENS, &body);
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let forever = made.ok();
    assert_eq!((&forever["expires"], &forever["api_key"]), (&Value::Null, &json!(true)));
    // Several at once, so that one can replace another.
    let ten = key(&server, &server.token, &Value::Null);
    assert_eq!((reads(&server, text(&forever)), reads(&server, text(&ten))), (200, 200));
    // An API key does not expire because nobody used it.
    execute(
        &server.database,
        "UPDATE auth_token SET last_used = '2020-01-01 00:00:00' WHERE api_key",
    );
    assert_eq!((reads(&server, text(&forever)), reads(&server, text(&ten))), (200, 200));
    execute(
        &server.database,
        "UPDATE auth_token SET expires = '2020-01-01 00:00:00' WHERE expires IS NOT NULL AND api_key",
    );
    assert_eq!((reads(&server, text(&forever)), reads(&server, text(&ten))), (200, 401));
    let list = send(&server, &server.token, "GET", TOKENS, &Value::Null).ok();
    assert_eq!(list.as_array().unwrap().len(), 2, "expired ones are not listed: {list}");
    let path = format!("{TOKENS}/{}", id(&forever));
    send(&server, text(&forever), "DELETE", &path, &Value::Null).ok();
    assert_eq!(reads(&server, text(&forever)), 401);
    let kept = rows(
        &server.database,
        "SELECT hash FROM auth_token WHERE hash LIKE '%access_token%'",
    );
    assert!(kept.is_empty());
}

#[test]
fn what_is_asked_of_an_api_key_is_checked() {
    let server = Server::demo();
    let refused = |body: Value, pointer: &str| {
        let problem = send(&server, &server.token, "POST", TOKENS, &body).problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}: {problem}");
    };
    refused(json!({"name": "x"}), "/expires_in_days");
    for days in [json!(0), json!(3651), json!(1.5), json!("1")] {
        refused(json!({"name": "x", "expires_in_days": days}), "/expires_in_days");
    }
    refused(json!({"expires_in_days": 1}), "/name");
    refused(json!({"name": "x", "expires_in_days": 1, "scopes": {}}), "/scopes");
    let scoped = |scope: Value| json!({"name": "x", "expires_in_days": 1, "scope": scope});
    refused(scoped(json!([])), "/scope");
    refused(scoped(json!({"readonly": true})), "/scope/readonly");
    refused(scoped(json!({"read_only": 1})), "/scope/read_only");
    refused(scoped(json!({"models": "sale.order"})), "/scope/models");
    refused(scoped(json!({"models": ["sale.ordr"]})), "/scope/models");
    send(&server, &server.token, "POST", TOKENS, &Value::Null).problem(400, "invalid");
}

/// Stores so many tokens of `admin`, which were last used an hour ago.
fn store(server: &Server, tokens: usize, api_keys: bool) {
    let used = (chrono::Utc::now() - chrono::TimeDelta::hours(1)).format("%Y-%m-%d %H:%M:%S");
    let row = |number: usize| format!("('{number:064x}', 2, '{used}', '{used}', '2999-01-01 00:00:00', {api_keys})");
    let rows: Vec<String> = (0..tokens).map(row).collect();
    let columns = "hash, user_id, created, last_used, expires, api_key";
    execute(
        &server.database,
        &format!("INSERT INTO auth_token ({columns}) VALUES {}", rows.join(",")),
    );
}

/// Two servers are asked at once for more API keys than one user may have.
#[test]
fn the_number_of_api_keys_is_bounded() {
    let server = Server::demo();
    let second = DatabaseConfig {
        name: "saleorder_api".to_owned(),
        address: server.database.clone(),
    };
    let second = Server::over(second, |_| {});
    store(&server, 98, true);
    let body = json!({"name": "x", "expires_in_days": 1});
    let statuses = std::thread::scope(|scope| {
        let (token, body) = (&server.token, &body);
        let ask = |asked| scope.spawn(move || send(asked, token, "POST", TOKENS, body).status);
        [&server, &second, &server, &second]
            .map(ask)
            .map(|asked| asked.join().unwrap())
    });
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        2,
        "{statuses:?}"
    );
    let refused = send(&server, &server.token, "POST", TOKENS, &body).problem(422, "invalid");
    assert!(
        refused["detail"].as_str().unwrap().contains("100 API keys"),
        "{refused}"
    );
}

/// A login is not refused because of earlier ones: the token that was not used for the longest time ends.
#[test]
fn the_number_of_logins_is_bounded() {
    let server = Server::demo();
    store(&server, 120, false);
    let tokens = [log_in(&server, "first"), log_in(&server, "second")];
    assert_eq!(tokens.map(|token| reads(&server, &token)), [200, 200]);
    let count = rows(
        &server.database,
        "SELECT CAST(COUNT(*) AS TEXT) FROM auth_token WHERE user_id = 2",
    );
    assert_eq!(count, ["100"]);
}
