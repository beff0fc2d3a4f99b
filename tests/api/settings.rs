//! Settings of the server: logins by GET, the lifetime of tokens, several databases, the size of bodies.

use serde_json::{Value, json};
use server::config::DatabaseConfig;
use tests::{Body, Server, demo, encode};

const LOGIN: &str = "/rest/api/login/token";

/// Sends a login by GET, with or without the parameter `db`.
fn login(server: &Server, db: Option<&str>) -> tests::Reply {
    let credentials = [("login", "admin"), ("password", "admin@123")].into_iter();
    let parameters: Vec<(&str, &str)> = credentials.chain(db.map(|db| ("db", db))).collect();
    server.raw("GET", &format!("{LOGIN}{}", encode(&parameters)), &[], Body::None)
}

fn token(reply: &Value) -> &str {
    reply["access_token"].as_str().unwrap()
}

/// Reads the name of a partner with this token.
fn partner(server: &Server, token: &str) -> tests::Reply {
    let headers = [("access-token", token)];
    server.raw(
        "GET",
        "/restful/api/v1/res.partner/11?fields=name",
        &headers,
        Body::None,
    )
}

#[test]
fn logins_by_get_can_be_switched_off() {
    let server = Server::demo_with(|config| config.login.get = false);
    let refused = login(&server, None);
    assert_eq!(refused.header("allow"), Some("POST"));
    refused.problem(405, "method_not_allowed");
    let body = Body::Json(br#"{"login": "admin", "password": "admin@123"}"#);
    let login = server.raw("POST", LOGIN, &[], body).ok();
    partner(&server, token(&login)).ok();
}

/// A token ends when it was not used for `token_idle`, and after `token_max` at the latest.
#[test]
fn tokens_end_when_they_are_not_used_and_at_last() {
    let idle = Server::demo_with(|config| config.login.token_idle = chrono::TimeDelta::zero());
    let max = Server::demo_with(|config| config.login.token_max = chrono::TimeDelta::zero());
    for server in [idle, max] {
        let login = login(&server, None).ok();
        partner(&server, token(&login)).problem(401, "unauthenticated");
    }
}

#[test]
fn a_token_belongs_to_its_database() {
    let other = demo();
    let server = Server::demo_with(|config| {
        config.databases[0].name = "one".to_owned();
        let (name, address) = ("two".to_owned(), other.address().clone());
        config.databases.push(DatabaseConfig { name, address });
    });
    let unnamed = login(&server, None).problem(400, "invalid");
    assert_eq!(unnamed["errors"][0]["parameter"], "db");

    let [one, two] = ["one", "two"].map(|db| login(&server, Some(db)).ok());
    let headers = [("access-token", token(&two))];
    let renamed = Body::Json(br#"{"name": "Elsewhere"}"#);
    let changed = server.raw("PUT", "/restful/api/v1/res.partner/11", &headers, renamed);
    assert_eq!(changed.ok(), json!({"name": "Elsewhere", "id": 11}));
    assert_eq!(partner(&server, token(&one)).ok()["name"], "Gemini Furniture");
    assert_eq!(partner(&server, token(&two)).ok()["name"], "Elsewhere");
}

#[test]
fn a_body_may_be_as_long_as_is_said() {
    let server = Server::demo_with(|config| config.limits.max_body = 1_000);
    let body = |length: usize| format!("{{\"name\":\"{}\"}}", "x".repeat(length - 11)).into_bytes();
    server.call("POST", "res.partner", Body::Json(&body(1_000))).ok();
    let longer = server.call("POST", "res.partner", Body::Json(&body(1_001)));
    longer.problem(413, "payload_too_large");
}
