//! Passwords: users change their own, and old hashes are made anew.

use serde_json::{Value, json};
use tests::{Body, Reply, Server, execute, rows};

fn log_in(server: &Server, password: &str) -> Reply {
    let body = json!({"login": "admin", "password": password}).to_string();
    server.raw("POST", "/rest/api/login/token", &[], Body::Json(body.as_bytes()))
}

fn token(server: &Server, password: &str) -> String {
    log_in(server, password).ok()["access_token"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn change(server: &Server, token: &str, body: &Value) -> Reply {
    let body = body.to_string();
    server.raw(
        "POST",
        "/rest/api/password",
        &[("access-token", token)],
        Body::Json(body.as_bytes()),
    )
}

fn reads(server: &Server, token: &str) -> u16 {
    let path = "/restful/api/v1/res.partner/11?fields=name";
    server.raw("GET", path, &[("access-token", token)], Body::None).status
}

#[test]
fn a_changed_password_ends_the_other_tokens() {
    let server = Server::demo();
    let other = token(&server, "admin@123");
    let key = json!({"name": "x", "expires_in_days": null}).to_string();
    let key = server
        .raw(
            "POST",
            "/rest/api/tokens",
            &[("access-token", &other)],
            Body::Json(key.as_bytes()),
        )
        .ok();
    let key = key["access_token"].as_str().unwrap();
    for (body, pointer) in [
        (json!({"old": "wrong", "new": "secret words"}), "/old"),
        (json!({"old": "admin@123"}), "/new"),
        (json!({"old": "admin@123", "new": ""}), "/new"),
        (json!({"old": "admin@123", "new": "x".repeat(1_001)}), "/new"),
        (json!({"old": "admin@123", "new": "x", "again": "x"}), "/again"),
    ] {
        let refused = change(&server, &server.token, &body);
        let text = refused.text();
        assert!(!text.contains("secret words") && !text.contains("admin@123"), "{text}");
        assert_eq!(refused.problem(422, "invalid")["errors"][0]["pointer"], pointer);
    }
    assert_eq!((reads(&server, &other), reads(&server, key)), (200, 200));
    assert!(
        change(
            &server,
            &server.token,
            &json!({"old": "admin@123", "new": "secret words"})
        )
        .ok()
        .is_string()
    );
    assert_eq!(
        (
            reads(&server, &other),
            reads(&server, key),
            reads(&server, &server.token)
        ),
        (401, 401, 200)
    );
    log_in(&server, "admin@123").problem(401, "unauthenticated");
    assert_eq!(reads(&server, &token(&server, "secret words")), 200);
    change(&server, "access_token_x", &json!({})).problem(401, "unauthenticated");
}

/// Whoever has a token but not the password cannot guess it here either.
#[test]
fn guesses_of_the_old_password_wait() {
    let server = Server::demo();
    let guess = json!({"old": "wrong", "new": "x"});
    for _ in 0..5 {
        change(&server, &server.token, &guess).problem(422, "invalid");
    }
    for body in [guess, json!({"old": "admin@123", "new": "x"})] {
        let refused = change(&server, &server.token, &body);
        assert!(refused.header("retry-after").is_some());
        refused.problem(429, "too_many_requests");
    }
    log_in(&server, "admin@123").ok();
}

/// Two who change the password at once: one of them gave an old password that is not the current one any more.
#[test]
fn of_two_changes_at_once_one_is_refused() {
    let server = Server::demo();
    let tokens = [token(&server, "admin@123"), token(&server, "admin@123")];
    let statuses = std::thread::scope(|scope| {
        let ask = |(token, new): (String, &'static str)| {
            let server = &server;
            scope.spawn(move || change(server, &token, &json!({"old": "admin@123", "new": new})).status)
        };
        let [one, other] = tokens;
        [(one, "first"), (other, "second")]
            .map(ask)
            .map(|asked| asked.join().unwrap())
    });
    let done = statuses.iter().filter(|status| **status == 200).count();
    assert_eq!(done, 1, "{statuses:?}");
    // The other one's token was ended by the change.
    assert!(statuses.contains(&401), "{statuses:?}");
}

#[test]
fn a_hash_with_other_parameters_is_made_anew_at_the_login() {
    let server = Server::demo();
    // `admin@123` with 8 KiB of memory and one pass.
    let weak = "$argon2id$v=19$m=8,t=1,p=1$bm9ib2R5IGhhcyBpdA$gEMOQdgU+c0pYBY1l2cVSg1iFKA7QzvVwVXzfmo8cyo";
    let set = format!("UPDATE auth_password SET hash = '{weak}' WHERE user_id = 2");
    let stored = || rows(&server.database, "SELECT hash FROM auth_password WHERE user_id = 2").remove(0);
    execute(&server.database, &set);
    log_in(&server, "wrong").problem(401, "unauthenticated");
    assert_eq!(stored(), weak);
    log_in(&server, "admin@123").ok();
    let strong = stored();
    assert!(strong.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{strong}");
    log_in(&server, "admin@123").ok();
    assert_eq!(stored(), strong);
    // Logins at once are all right, though the first one changes the hash that the others were checked against.
    execute(&server.database, &set);
    std::thread::scope(|scope| {
        let logins = [(); 4].map(|()| scope.spawn(|| log_in(&server, "admin@123").status));
        assert_eq!(logins.map(|login| login.join().unwrap()), [200; 4]);
    });
}
