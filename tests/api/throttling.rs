//! Failed logins make further attempts wait, and what happens is in the log of events.

use chrono::TimeDelta;
use serde_json::json;
use server::config::DatabaseConfig;
use tests::{Body, Reply, Server, execute, rows};

fn log_in(server: &Server, login: &str, password: &str) -> Reply {
    let body = json!({"login": login, "password": password}).to_string();
    server.raw("POST", "/rest/api/login/token", &[], Body::Json(body.as_bytes()))
}

/// The kinds of events with how often each happened, apart from the login that made the demo database.
fn events(server: &Server) -> Vec<String> {
    let count = "SELECT kind || ' ' || CAST(COUNT(*) AS TEXT) FROM auth_event GROUP BY kind ORDER BY kind";
    rows(&server.database, count)
}

fn second(server: &Server) -> Server {
    let second = DatabaseConfig {
        name: "saleorder_api".to_owned(),
        address: server.database.clone(),
    };
    Server::over(second, |_| {})
}

#[test]
fn after_failures_a_login_waits_on_every_server() {
    let server = Server::demo();
    let second = second(&server);
    execute(&server.database, "DELETE FROM auth_event");
    for login in ["admin", "nobody"] {
        let told: Vec<_> = (0..5)
            .map(|attempt| {
                let asked = if attempt % 2 == 0 { &server } else { &second };
                log_in(asked, login, "wrong").problem(401, "unauthenticated")
            })
            .collect();
        assert!(told.iter().all(|problem| *problem == told[0]));
        for (asked, password) in [(&server, "wrong"), (&second, "admin@123"), (&second, "admin@123")] {
            let refused = log_in(asked, login, password);
            let seconds: u32 = refused.header("retry-after").unwrap().parse().unwrap();
            assert!((1..=30).contains(&seconds), "{seconds}");
            refused.problem(429, "too_many_requests");
        }
    }
    // Others may log in, from the same address too.
    log_in(&server, "sofia", "wrong").problem(401, "unauthenticated");
    assert_eq!(events(&server), ["login_failed 11", "login_throttled 2"]);

    // The wait is over; the next failure waits twice as long.
    execute(
        &server.database,
        "UPDATE auth_failure SET waits_until = '2020-01-01 00:00:00' WHERE waits_until IS NOT NULL",
    );
    log_in(&server, "nobody", "wrong").problem(401, "unauthenticated");
    let refused = log_in(&server, "nobody", "wrong");
    let seconds: u32 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((31..=60).contains(&seconds), "{seconds}");
    // A success forgets the failures of the login.
    log_in(&second, "admin", "admin@123").ok();
    for _ in 0..4 {
        log_in(&server, "admin", "wrong").problem(401, "unauthenticated");
    }
    log_in(&server, "admin", "admin@123").ok();
}

#[test]
fn an_address_waits_for_all_its_logins() {
    let server = Server::demo_with(|config| {
        config.login.address_failures = 3;
        config.login.login_wait = TimeDelta::seconds(7);
    });
    for login in ["a", "b", "c"] {
        log_in(&server, login, "wrong").problem(401, "unauthenticated");
    }
    let refused = log_in(&server, "admin", "admin@123");
    let seconds: u32 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=7).contains(&seconds), "{seconds}");
    refused.problem(429, "too_many_requests");
    let path = "/rest/api/login/token?login=admin&password=admin@123";
    server
        .raw("GET", path, &[], Body::None)
        .problem(429, "too_many_requests");
    server.get("res.partner/11", &[("fields", "name")]).ok();
}

/// Of guesses that are made at once, no more are answered than of guesses one after another.
#[test]
fn guesses_at_once_are_not_answered() {
    let server = Server::demo();
    let second = second(&server);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..16)
            .map(|guess| {
                let asked = if guess % 2 == 0 { &server } else { &second };
                scope.spawn(move || log_in(asked, "admin", "wrong").status)
            })
            .collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    assert_eq!(
        statuses.iter().filter(|status| **status == 401).count(),
        5,
        "{statuses:?}"
    );
    assert!(
        statuses.iter().all(|status| matches!(status, 401 | 429)),
        "{statuses:?}"
    );
}

#[test]
fn old_failures_and_events_are_removed() {
    let server = Server::demo_with(|config| config.login.events_kept = TimeDelta::days(7));
    execute(
        &server.database,
        "DELETE FROM auth_event; INSERT INTO auth_event (happened, kind) VALUES ('2020-01-01 00:00:00', 'login'); \
         INSERT INTO auth_failure (subject, failures, last_failure, told) \
         VALUES ('address 192.0.2.1', 9, '2020-01-01 00:00:00', FALSE)",
    );
    log_in(&server, "admin", "wrong").problem(401, "unauthenticated");
    assert_eq!(events(&server), ["login_failed 1"]);
    let subjects = rows(&server.database, "SELECT subject FROM auth_failure ORDER BY subject");
    assert_eq!(subjects.len(), 2, "{subjects:?}");
    assert_eq!(subjects[0], "address 127.0.0.1");
    assert!(!subjects[1].contains("admin"), "logins are kept hashed: {subjects:?}");
}

#[test]
fn what_happens_to_tokens_and_passwords_is_logged() {
    let server = Server::demo();
    execute(&server.database, "DELETE FROM auth_event");
    let id = [("x-request-id", "request-1")];
    let body = json!({"login": "admin", "password": "admin@123"}).to_string();
    let login = server
        .raw("POST", "/rest/api/login/token", &id, Body::Json(body.as_bytes()))
        .ok();
    let long = "l".repeat(1_000);
    log_in(&server, &long, "wrong").problem(401, "unauthenticated");
    let told = "SELECT kind || ' ' || COALESCE(CAST(user_id AS TEXT), login) || ' ' || address || ' ' || \
                COALESCE(request, '-') || ' ' || CAST(LENGTH(COALESCE(token, '')) AS TEXT) FROM auth_event ORDER BY id";
    let told = rows(&server.database, told);
    assert_eq!(told[0], "login 2 127.0.0.1 request-1 16");
    let failed = told[1].split(' ').collect::<Vec<_>>();
    assert_eq!((failed[0], failed[1], failed[4]), ("login_failed", &long[..100], "0"));
    assert_eq!(failed[3].len(), 36, "an id of its own: {failed:?}");

    let token = login["access_token"].as_str().unwrap();
    let send = |method: &str, path: &str, body: serde_json::Value| {
        let text = body.to_string();
        let body = if body.is_null() {
            Body::None
        } else {
            Body::Json(text.as_bytes())
        };
        server.raw(method, path, &[("access-token", token)], body)
    };
    let key = send("POST", "/rest/api/tokens", json!({"name": "x", "expires_in_days": 1})).ok();
    let path = format!("/rest/api/tokens/{}", key["id"].as_str().unwrap());
    send("PATCH", &path, json!({"name": "y"})).ok();
    send("DELETE", &path, json!(null)).ok();
    send("POST", "/rest/api/password", json!({"old": "wrong", "new": "x"})).problem(422, "invalid");
    send("POST", "/rest/api/password", json!({"old": "admin@123", "new": "x"})).ok();
    send("DELETE", "/rest/api/logout", json!(null)).ok();
    let kinds = rows(&server.database, "SELECT kind FROM auth_event ORDER BY id");
    let expected = [
        "login",
        "login_failed",
        "token_created",
        "token_renamed",
        "token_revoked",
        "password_refused",
        "password_changed",
        "logout",
    ];
    assert_eq!(kinds, expected);
    let secrets = "SELECT kind FROM auth_event WHERE token LIKE '%access_token%' OR login LIKE '%wrong%'";
    assert!(rows(&server.database, secrets).is_empty());
}
