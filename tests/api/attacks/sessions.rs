//! Tokens that are guessed, forced upon somebody, or used after their end.

use serde_json::{Value, json};
use tests::{Body, Reply, Server, rows};

const READ: &str = "/restful/api/v1/res.partner/11?fields=name";

fn read(server: &Server, headers: &[(&str, &str)]) -> Reply {
    server.raw("GET", READ, headers, Body::None)
}

fn with_token(server: &Server, token: &str, method: &str, path: &str, body: &Value) -> Reply {
    let text = body.to_string();
    let body = if body.is_null() {
        Body::None
    } else {
        Body::Json(text.as_bytes())
    };
    server.raw(method, path, &[("access-token", token)], body)
}

fn log_in(server: &Server, headers: &[(&str, &str)], body: &Value) -> Reply {
    let text = body.to_string();
    server.raw("POST", "/rest/api/login/token", headers, Body::Json(text.as_bytes()))
}

fn credentials() -> Value {
    json!({"login": "admin", "password": "admin@123", "db": "saleorder_api"})
}

/// Nothing that is near to a token, that stands for it in the database, or that is told of it, is one.
#[test]
fn a_token_is_not_guessed() {
    let server = Server::demo();
    let token = server.token.clone();
    let stored = rows(&server.database, "SELECT hash FROM auth_token");
    let list = with_token(&server, &token, "GET", "/rest/api/tokens", &Value::Null).ok();
    let id = list[0]["id"].as_str().unwrap().to_owned();
    let digits = token.strip_prefix("access_token_").unwrap();
    let mut guesses = vec![
        digits.to_owned(),
        token.to_uppercase(),
        format!("access_token_{}", digits.to_uppercase()),
        format!("{token}0"),
        format!("0{token}"),
        format!("access_token_{token}"),
        format!("{token},{token}"),
        format!("\"{token}\""),
        format!("{token};"),
        format!("access_token_{id}"),
        id,
        "null".to_owned(),
        "undefined".to_owned(),
        "%".to_owned(),
        "access_token_%".to_owned(),
        "access_token_________________________________________".to_owned(),
        "access_token_0000000000000000000000000000000000000000".to_owned(),
    ];
    guesses.extend(stored.iter().cloned());
    guesses.extend(stored.iter().map(|hash| format!("access_token_{hash}")));
    // Each digit that is another one.
    guesses.extend((token.len() - digits.len()..token.len()).map(|at| {
        let mut other = token.clone().into_bytes();
        other[at] = if other[at] == b'0' { b'1' } else { b'0' };
        String::from_utf8(other).unwrap()
    }));
    let refusal = read(&server, &[("access-token", "x")]).text();
    for guess in &guesses {
        for headers in [
            vec![("access-token", guess.clone())],
            vec![("authorization", format!("Bearer {guess}"))],
        ] {
            let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let reply = read(&server, &headers);
            reply.problem(401, "unauthenticated");
            assert_eq!(without_instance(&reply.text()), without_instance(&refusal), "{guess}");
        }
    }
    // Nor does a token count where it does not belong: in the URL, in a cookie, or as a password.
    for path in [
        format!("{READ}&access_token={token}"),
        format!("{READ}&access-token={token}"),
        format!("{READ}&token={token}"),
    ] {
        server
            .raw("GET", &path, &[], Body::None)
            .problem(401, "unauthenticated");
    }
    let cookie = format!("access_token={token}; access-token={token}; session_id={token}");
    read(&server, &[("cookie", &cookie)]).problem(401, "unauthenticated");
    let password = json!({"login": "admin", "password": token});
    log_in(&server, &[], &password).problem(401, "unauthenticated");
    read(&server, &[("access-token", &token)]).ok();
}

fn without_instance(text: &str) -> &str {
    text.split_once("\"instance\"").map_or(text, |(before, _)| before)
}

/// A token that somebody else chose does not become that of a login, and each login has a token of its own.
#[test]
fn a_login_takes_no_token_of_others() {
    let server = Server::demo();
    let chosen = "access_token_1111111111111111111111111111111111111111";
    let headers = [("access-token", chosen)];
    let first = log_in(&server, &headers, &credentials()).ok()["access_token"].clone();
    let second = log_in(&server, &headers, &credentials()).ok()["access_token"].clone();
    assert_ne!(first, second);
    assert!(first != chosen && second != chosen);
    read(&server, &headers).problem(401, "unauthenticated");
    for name in ["access_token", "token", "session_id", "hash"] {
        let mut body = credentials();
        body[name] = json!(chosen);
        log_in(&server, &[], &body).problem(400, "invalid");
    }
    let query = format!("/rest/api/login/token?login=admin&password=admin@123&access_token={chosen}");
    server.raw("GET", &query, &[], Body::None).problem(400, "invalid");
    read(&server, &headers).problem(401, "unauthenticated");
    // Nor does a login end or change the token that came along with it.
    let other = log_in(&server, &[("access-token", &server.token)], &credentials()).ok();
    assert_ne!(other["access_token"], server.token);
    read(&server, &[("access-token", &server.token)]).ok();
    for reply in [log_in(&server, &[], &credentials()), log_in(&server, &[], &json!({}))] {
        assert_eq!(reply.header("set-cookie"), None);
    }
}

/// After a logout, whatever was sent before is refused when it is sent again, byte by byte.
#[test]
fn what_was_sent_before_a_logout_is_refused_after_it() {
    let server = Server::demo();
    let token = log_in(&server, &[], &credentials()).ok()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let requests = [
        ("GET", READ.to_owned(), Value::Null),
        ("GET", "/rest/api/tokens".to_owned(), Value::Null),
        (
            "PUT",
            "/restful/api/v1/res.partner/11".to_owned(),
            json!({"comment": "x"}),
        ),
        (
            "POST",
            "/restful/api/v1/crm.tag".to_owned(),
            json!({"name": "Replayed"}),
        ),
        ("POST", "/restful/api/v1/res.partner/search_count".to_owned(), json!({})),
        (
            "POST",
            "/rest/api/tokens".to_owned(),
            json!({"name": "x", "expires_in_days": 1}),
        ),
    ];
    let send = || -> Vec<u16> {
        let sent = requests
            .iter()
            .map(|(method, path, body)| with_token(&server, &token, method, path, body));
        sent.map(|reply| reply.status).collect()
    };
    assert_eq!(send(), [200; 6]);
    // The key that the token made lives on: it was made for that.
    with_token(&server, &token, "DELETE", "/rest/api/logout", &Value::Null).ok();
    assert_eq!(send(), [401; 6]);
    with_token(&server, &token, "DELETE", "/rest/api/logout", &Value::Null).problem(401, "unauthenticated");
    with_token(&server, &token, "DELETE", "/rest/api/logout/token", &Value::Null).problem(401, "unauthenticated");
    let document = with_token(&server, &token, "GET", "/openapi/v1.json", &Value::Null);
    document.problem(401, "unauthenticated");
    assert_eq!(server.ids("crm.tag", &[("name", "Replayed")]).len(), 1);
}

/// A password that is set by the command line ends every token, also one that another server remembers.
#[test]
fn a_new_password_ends_what_was_logged_in_with_the_old_one() {
    let server = Server::demo();
    let token = log_in(&server, &[], &credentials()).ok()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = json!({"old": "admin@123", "new": "other words"});
    with_token(&server, &server.token, "POST", "/rest/api/password", &body).ok();
    with_token(&server, &token, "GET", READ, &Value::Null).problem(401, "unauthenticated");
    let tag = json!({"name": "Replayed"});
    with_token(&server, &token, "POST", "/restful/api/v1/crm.tag", &tag).problem(401, "unauthenticated");
    log_in(&server, &[], &credentials()).problem(401, "unauthenticated");
    assert_eq!(server.ids("crm.tag", &[("name", "Replayed")]), [0; 0]);
}
