//! Users: which logins are allowed, who may change whom, and what ends their tokens.

use serde_json::{Value, json};
use tests::{Body, Reply, Server, execute, rows};

use super::user::log_in;

/// Sends a request with this token.
fn send(server: &Server, token: &str, method: &str, path: &str, body: &Value) -> Reply {
    let (path, body) = (format!("/restful/api/v1/{path}"), body.to_string());
    let body = match method {
        "GET" | "DELETE" => Body::None,
        _ => Body::Json(body.as_bytes()),
    };
    server.raw(method, &path, &[("access-token", token)], body)
}

/// A login that could be confused with another one is refused: capitals, spaces, invisible characters, look-alike
/// letters.
#[test]
fn a_login_looks_like_no_other_one() {
    let server = Server::demo();
    for login in ["", "admin ", "Admin", "аdmin", "ad\u{200b}min", "ａdmin", "ѕсоре"] {
        let named = json!({"login": login, "name": "Second"});
        for (method, path, body) in [
            ("POST", "res.users", named.clone()),
            ("PUT", "res.users/3", json!({"login": login})),
            ("POST", "res.users/create", json!({"vals": named})),
            ("PATCH", "res.users/3/write", json!({"vals": {"login": login}})),
            ("PUT", "res.groups/1", json!({"users": [[1, 3, {"login": login}]]})),
        ] {
            let problem = server.send(method, path, &body).problem(422, "invalid");
            let pointer = problem["errors"][0]["pointer"].as_str().unwrap();
            assert!(pointer.ends_with("/login"), "{method} {path} {login:?}: {problem}");
        }
    }
    assert_eq!(server.record("res.users", 3, "login")["login"], "sofia");
    for login in ["jürgen@example.com", "дмитрий", "山田"] {
        let user = server
            .send("POST", "res.users", &json!({"login": login, "name": "x"}))
            .ok();
        assert_eq!(user["login"], login);
    }
}

#[test]
fn users_change_themselves_and_administrators_everybody() {
    let server = Server::demo();
    let sofia = log_in(&server, "sofia");
    let sofia = |method, path, body: Value| send(&server, &sofia, method, path, &body);
    for (method, path, body) in [
        ("PUT", "res.users/4", json!({"login": "other"})),
        ("PUT", "res.users/3", json!({"login": "sofia.brandt"})),
        ("PUT", "res.users/4", json!({"active": false})),
        ("PUT", "res.users/4", json!({"signature": "<p>x</p>"})),
        ("PUT", "res.users/3", json!({"company_ids": [[6, 0, []]]})),
        ("PUT", "res.users/3", json!({"share": true})),
        ("PUT", "res.users/3", json!({"company_id": false})),
        ("PUT", "res.users/3", json!({"name": "Sophie", "partner_id": 11})),
        ("PATCH", "res.users/4/action_archive", json!({})),
        ("PUT", "res.groups/1", json!({"users": [[1, 4, {"login": "other"}]]})),
        (
            "PUT",
            "res.company/1",
            json!({"user_ids": [[1, 4, {"login": "other"}]]}),
        ),
        ("PUT", "crm.team/1", json!({"member_ids": [[1, 4, {"login": "other"}]]})),
        ("DELETE", "res.users/4", json!({})),
        ("POST", "res.users", json!({"login": "new", "name": "New"})),
        ("PUT", "res.users/3", json!({"groups_id": [[4, 3]]})),
        ("PUT", "res.groups/3", json!({"users": [[4, 3]]})),
        ("PUT", "res.groups/4", json!({"implied_ids": [[4, 3]]})),
        ("PUT", "res.groups/4", json!({"full_name": "Renamed"})),
        ("POST", "res.groups", json!({"name": "Own", "users": [[6, 0, [3]]]})),
        ("DELETE", "res.groups/3", json!({})),
    ] {
        let reply = sofia(method, path, body.clone());
        assert_eq!(reply.status, 403, "{method} {path} {body}: {}", reply.text());
        reply.problem(403, "access_denied");
    }
    // Who may not choose logins gets the same answer for one that is taken and one that is free.
    let logins = ["admin", "nobody"].map(|login| sofia("PUT", "res.users/3", json!({"login": login})));
    assert_eq!(
        logins[0].problem(403, "access_denied"),
        logins[1].problem(403, "access_denied")
    );
    sofia("PUT", "res.users/3", json!({"signature": "<p>x</p>"})).ok();
    server
        .send(
            "PUT",
            "res.users/4",
            &json!({"login": "tomas.rey", "groups_id": [[4, 3]]}),
        )
        .ok();
    server.send("PUT", "res.groups/4", &json!({"users": [[3, 3]]})).ok();
    let tomas = log_in(&server, "tomas.rey");
    send(&server, &tomas, "PUT", "res.users/3", &json!({"login": "sofia.brandt"})).ok();
}

/// The log of events tells who was archived, and from whom groups were taken, and by which token.
#[test]
fn what_ends_or_narrows_tokens_is_logged() {
    let server = Server::demo();
    execute(&server.database, "DELETE FROM auth_event");
    for (path, body) in [
        ("res.users/4", json!({"groups_id": [[4, 3]]})), // given, not taken
        ("res.users/4", json!({"groups_id": [[3, 3]]})),
        ("res.groups/4", json!({"users": [[3, 4]]})),
        ("res.users/3", json!({"active": false})),
        ("res.users/3", json!({"active": true})),
        ("res.users/2", json!({"active": false})), // refused
    ] {
        server.send("PUT", path, &body);
    }
    server.send("PATCH", "res.users/4/action_archive", &json!({})).ok();
    let told =
        "SELECT kind || ' ' || CAST(user_id AS TEXT) || ' ' || CAST(LENGTH(token) AS TEXT) FROM auth_event ORDER BY id";
    let expected = [
        "groups_taken 4 16",
        "groups_taken 4 16",
        "user_archived 3 16",
        "user_archived 4 16",
    ];
    assert_eq!(rows(&server.database, told), expected);
}

/// Nobody deletes or archives himself, the system user, the last administrator, or the company in use.
#[test]
fn what_the_system_needs_stays() {
    let server = Server::demo();
    for path in ["res.users/1", "res.users/2", "res.company/1"] {
        server.call("DELETE", path, Body::None).problem(409, "conflict");
        server.get(path, &[("fields", "id")]).ok();
    }
    let archived = server.send("PUT", "res.users/2", &json!({"active": false}));
    archived.problem(422, "invalid");
    // Another administrator may go, and also take the first one's rights, but not as the last one.
    server.send("PUT", "res.users/3", &json!({"groups_id": [[4, 3]]})).ok();
    let sofia = log_in(&server, "sofia");
    let refused = send(&server, &sofia, "DELETE", "res.users/3", &json!({}));
    refused.problem(409, "conflict");
    send(&server, &sofia, "PUT", "res.users/2", &json!({"active": false})).ok();
    let last = send(&server, &sofia, "PUT", "res.users/3", &json!({"groups_id": [[3, 3]]}));
    last.problem(422, "invalid");
}

/// Archiving a user ends the user's tokens for good: restoring the user does not make them valid again.
#[test]
fn being_archived_ends_what_a_user_is_logged_in_with() {
    let server = Server::demo();
    let (sofia, tomas) = (log_in(&server, "sofia"), log_in(&server, "tomas"));
    let read = |token: &str| send(&server, token, "GET", "res.users/3?fields=name", &json!({}));
    let write = |token: &str| send(&server, token, "PUT", "res.partner/11", &json!({"name": "x"}));
    write(&sofia).ok();
    server.send("PUT", "res.users/3", &json!({"active": false})).ok();
    read(&sofia).problem(401, "unauthenticated");
    server.send("PUT", "res.users/3", &json!({"active": true})).ok();
    read(&sofia).problem(401, "unauthenticated");
    write(&sofia).problem(401, "unauthenticated");
    read(&log_in(&server, "sofia")).ok();
    read(&tomas).ok();
}

/// Whoever removes the last administrator is refused; of two who remove each other at once, one stays.
#[test]
fn an_administrator_is_left() {
    let server = Server::demo();
    for (path, body) in [
        ("res.users/2", json!({"groups_id": [[3, 3]]})),
        ("res.groups/3", json!({"users": [[5]]})),
    ] {
        let problem = server.send("PUT", path, &body).problem(422, "invalid");
        assert_eq!(
            problem["detail"],
            "the last administrator stays one: make another one first"
        );
    }
    let sofia = log_in(&server, "sofia");
    for _ in 0..10 {
        server
            .send("PUT", "res.groups/3", &json!({"users": [[6, 0, [2, 3]]]}))
            .ok();
        std::thread::scope(|scope| {
            scope.spawn(|| send(&server, &sofia, "PUT", "res.users/2", &json!({"groups_id": [[3, 3]]})));
            server.send("PUT", "res.users/3", &json!({"groups_id": [[3, 3]]}));
        });
        let administers = |token: &str| {
            let access = send(&server, token, "GET", "account.move/access", &json!({})).ok();
            access["delete"]["allowed"] == true
        };
        match administers(&sofia) {
            true => {
                send(&server, &sofia, "PUT", "res.users/2", &json!({"groups_id": [[4, 3]]})).ok();
            }
            false => assert!(server.get("res.users/access", &[]).ok()["create"]["allowed"] == true),
        }
    }
}
