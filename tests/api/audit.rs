//! The audit trail: who did what to records of models with `#[audit]`, with the values before and after.

use std::thread;

use serde_json::{Value, json};
use tests::{Body, Reply, Server, command, execute};

use super::user::User;

/// The entries about a record, the oldest first.
fn entries(server: &Server, model: &str, id: i64) -> Vec<Value> {
    let domain = json!([["model", "=", model], ["record_id", "=", id]]).to_string();
    let fields = "operation,method,login,token,request,changes,create_uid(id),create_date";
    let found = server.get(
        "audit.entry",
        &[("domain", &domain), ("order", "id"), ("fields", fields)],
    );
    found.ok().as_array().unwrap().clone()
}

/// The changes of an entry, as `(field, old, new)` in the order of their names.
fn changes(entry: &Value) -> Vec<(&str, &Value, &Value)> {
    let mut changes: Vec<_> = (entry["changes"].as_array().unwrap().iter())
        .map(|change| (change["field"].as_str().unwrap(), &change["old"], &change["new"]))
        .collect();
    changes.sort_by_key(|(field, ..)| *field);
    changes
}

/// Sends a request with an id of its own.
fn with_id(server: &Server, token: &str, id: &str, method: &str, path: &str, body: &Value) -> Reply {
    let path = format!("/restful/api/v1/{path}");
    let headers = [("access-token", token), ("x-request-id", id)];
    server.raw(method, &path, &headers, Body::Json(body.to_string().as_bytes()))
}

#[test]
fn every_change_is_kept_with_who_did_it_and_from_where() {
    let server = Server::demo();
    let sofia = User::new(&server, "sofia");
    let order =
        json!({"partner_id": 9, "order_line": [[0, 0, {"product_id": 1, "price_unit": 10.5, "tax_id": [[6, 0, []]]}]]});
    let id = with_id(&server, &sofia.token, "made", "POST", "sale.order", &order).ok()["id"]
        .as_i64()
        .unwrap();
    let line = server.record("sale.order", id, "order_line(id)")["order_line"][0]["id"].clone();
    with_id(
        &server,
        &sofia.token,
        "noted",
        "PUT",
        &format!("sale.order/{id}"),
        &json!({"note": "x"}),
    )
    .ok();
    let dearer = json!({"order_line": [[1, line, {"price_unit": 12}]]});
    with_id(
        &server,
        &sofia.token,
        "dearer",
        "PUT",
        &format!("sale.order/{id}"),
        &dearer,
    )
    .ok();
    with_id(
        &server,
        &sofia.token,
        "agreed",
        "POST",
        &format!("sale.order/{id}/action_confirm"),
        &json!({}),
    )
    .ok();
    with_id(
        &server,
        &sofia.token,
        "again",
        "POST",
        &format!("sale.order/{id}/action_cancel"),
        &json!({}),
    )
    .ok();
    server.call("DELETE", &format!("sale.order/{id}"), Body::None).ok();

    let entries = entries(&server, "sale.order", id);
    let told: Vec<(&str, &str, &str)> = (entries.iter())
        .map(|entry| {
            let text = |name: &str| entry[name].as_str().unwrap_or_default();
            (text("operation"), text("method"), text("request"))
        })
        .take(7)
        .collect();
    let expected = [
        ("create", "", "made"),
        ("write", "", "noted"),
        ("write", "", "dearer"),
        ("call", "action_confirm", "agreed"),
        ("write", "", "agreed"),
        ("call", "action_cancel", "again"),
        ("write", "", "again"),
    ];
    assert_eq!(told, expected);
    assert_eq!(entries.len(), 8, "{entries:?}");

    let own = server
        .raw("GET", "/rest/api/tokens", &[("access-token", &sofia.token)], Body::None)
        .ok();
    let token = own
        .as_array()
        .unwrap()
        .iter()
        .find(|token| token["current"] == true)
        .unwrap();
    for entry in &entries[..7] {
        assert_eq!(entry["login"], "sofia");
        assert_eq!(entry["create_uid"]["id"], 3);
        assert_eq!(entry["token"], token["id"]);
    }
    let null = Value::Null;
    let created = changes(&entries[0]);
    let values: Vec<&Value> = created.iter().map(|(_, _, new)| *new).collect();
    assert!(created.iter().all(|(_, old, _)| **old == null), "{created:?}");
    assert!(
        created
            .iter()
            .any(|change| *change == ("amount_total", &null, &json!(10.5))),
        "{created:?}"
    );
    assert!(
        created.iter().any(|change| *change == ("partner_id", &null, &json!(9))),
        "{created:?}"
    );
    assert!(
        created
            .iter()
            .any(|change| *change == ("state", &null, &json!("draft"))),
        "{values:?}"
    );
    assert_eq!(changes(&entries[1]), [], "a field that is not kept");
    let (old, new) = (json!(10.5), json!(12));
    assert_eq!(
        changes(&entries[2]),
        [("amount_total", &old, &new), ("amount_untaxed", &old, &new)]
    );
    assert_eq!(changes(&entries[4]), [("state", &json!("draft"), &json!("sale"))]);
    let deleted = &entries[7];
    assert_eq!(
        (&deleted["operation"], &deleted["login"]),
        (&json!("delete"), &json!("admin"))
    );
    assert!(
        changes(deleted).contains(&("state", &json!("cancel"), &null)),
        "{deleted}"
    );
}

#[test]
fn the_members_of_a_relation_are_kept_from_whichever_side() {
    let server = Server::demo();
    let related = |entry: &Value| {
        let changes = entry["changes"].as_array().unwrap();
        let groups = changes
            .iter()
            .find(|change| change["field"] == "groups_id")
            .unwrap()
            .clone();
        (groups["removed"].clone(), groups["added"].clone())
    };
    let last = || entries(&server, "res.users", 3).pop().unwrap();
    server
        .send("PUT", "res.users/3", &json!({"groups_id": [[6, 0, [1, 5]]]}))
        .ok();
    assert_eq!(related(&last()), (json!([4, 8]), json!([])));
    server.send("PUT", "res.groups/4", &json!({"users": [[4, 3]]})).ok();
    assert_eq!(related(&last()), (json!([]), json!([4])));
    let group = server
        .send("POST", "res.groups", &json!({"name": "Guests", "users": [[6, 0, [3]]]}))
        .ok();
    let group = group["id"].as_i64().unwrap();
    assert_eq!(related(&last()), (json!([]), json!([group])));
    server.call("DELETE", &format!("res.groups/{group}"), Body::None).ok();
    assert_eq!(related(&last()), (json!([group]), json!([])));
    let before = entries(&server, "res.users", 3).len();
    server
        .send("PUT", "res.users/3", &json!({"groups_id": [[6, 0, [1, 4, 5]]]}))
        .ok();
    let same = entries(&server, "res.users", 3);
    assert_eq!(
        (same.len(), &same[before]["changes"]),
        (before + 1, &json!([])),
        "no value differs"
    );
}

#[test]
fn what_is_refused_leaves_no_trace() {
    let server = Server::demo();
    let count = || server.ids("audit.entry", &[]).len();
    let before = count();
    server
        .send("POST", "sale.order", &json!({"partner_id": 999_999}))
        .problem(422, "invalid");
    server
        .send("PUT", "res.users/3", &json!({"login": "admin"}))
        .problem(409, "conflict");
    let of_two = json!([{"name": "A", "rate": 1}, {"name": "2024-01-01", "rate": -1}]);
    server
        .send("POST", "res.currency.rate", &of_two)
        .problem(422, "invalid");
    server.call("DELETE", "res.users/2", Body::None);
    assert_eq!(count(), before);
}

#[test]
fn nobody_changes_the_trail_and_only_some_read_it() {
    let server = Server::demo();
    server.send("PUT", "sale.order/1", &json!({"note": "seen"})).ok();
    let entry = server.ids("audit.entry", &[("order", "id desc"), ("limit", "1")])[0];
    let before = server.record("audit.entry", entry, "login,changes,record_id");
    let path = format!("audit.entry/{entry}");
    let login = json!({"login": "nobody"});
    for (method, path, body) in [
        (
            "POST",
            "audit.entry".to_owned(),
            json!({"model": "sale.order", "operation": "write", "changes": []}),
        ),
        ("PUT", path.clone(), login.clone()),
        ("PATCH", path.clone(), login.clone()),
        ("DELETE", path.clone(), Value::Null),
    ] {
        let body = body.to_string();
        let body = if method == "DELETE" {
            Body::None
        } else {
            Body::Json(body.as_bytes())
        };
        let problem = server.call(method, &path, body).problem(403, "access_denied");
        assert!(problem["detail"].as_str().unwrap().contains("nobody may"), "{problem}");
    }
    for method in ["write", "unlink", "copy"] {
        server
            .send("POST", &format!("{path}/{method}"), &json!({}))
            .problem(404, "not_found");
    }
    for method in ["create", "name_create"] {
        server
            .send("POST", &format!("audit.entry/{method}"), &json!({}))
            .problem(404, "not_found");
    }
    assert_eq!(server.record("audit.entry", entry, "login,changes,record_id"), before);
    let document = server.raw("GET", "/openapi/v1.json", &[], Body::None).ok();
    let offered: Vec<&String> = document["paths"]["/restful/api/v1/audit.entry"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(offered, ["get"]);

    let sofia = User::new(&server, "sofia");
    sofia.get("audit.entry").problem(403, "access_denied");
    sofia.get(&path).problem(403, "access_denied");
    let explained = server.get("audit.entry/access", &[]).ok();
    assert_eq!(
        (&explained["read"]["allowed"], &explained["write"]["allowed"]),
        (&json!(true), &json!(false))
    );
}

/// A user who is deleted stays in the trail by his login.
#[test]
fn the_trail_outlives_the_user() {
    let server = Server::demo();
    let guest = User::create(&server, "guest", &["Administration / Settings"]);
    let group = guest.send("POST", "res.groups", &json!({"name": "Guests"})).ok()["id"]
        .as_i64()
        .unwrap();
    let id = server.ids("res.users", &[("login", "guest")])[0];
    server.call("DELETE", &format!("res.users/{id}"), Body::None).ok();
    let made = &entries(&server, "res.groups", group)[0];
    assert_eq!(
        (&made["login"], &made["create_uid"]),
        (&json!("guest"), &Value::Null),
        "{made}"
    );
    let deleted = entries(&server, "res.users", id).pop().unwrap();
    let text = deleted.to_string();
    assert!(
        deleted["operation"] == "delete" && text.contains("guest") && !text.contains("argon2"),
        "{text}"
    );
}

/// Creates that wait together share a transaction; each is told by its own request.
#[test]
fn requests_at_once_are_told_apart() {
    let server = Server::demo();
    let sofia = User::new(&server, "sofia");
    let made: Vec<(i64, String)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..12)
            .map(|client| {
                let (server, token) = (&server, &sofia.token);
                scope.spawn(move || -> Vec<(i64, String)> {
                    (0..6)
                        .map(|step| {
                            let request = format!("{client}-{step}");
                            let order = json!({"partner_id": 9, "order_line": [[0, 0, {"product_id": 1}], [0, 0, {"product_id": 2}]]});
                            let made = with_id(server, token, &request, "POST", "sale.order", &order).ok();
                            (made["id"].as_i64().unwrap(), request)
                        })
                        .collect()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    for (id, request) in made {
        let entries = entries(&server, "sale.order", id);
        assert_eq!(
            (entries.len(), entries[0]["request"].as_str()),
            (1, Some(request.as_str()))
        );
    }
}

/// Each change begins with the value that the one before it has left, whoever writes at the same time.
#[test]
fn changes_follow_each_other() {
    let server = Server::demo();
    thread::scope(|scope| {
        for client in 0..4 {
            let server = &server;
            scope.spawn(move || {
                for step in 0..8 {
                    let code = json!({"prefix": format!("{client}.{step}")});
                    server.send("PUT", "ir.sequence/1", &code).ok();
                }
            });
        }
    });
    let entries = entries(&server, "ir.sequence", 1);
    let mut prefixes: Vec<(Value, Value)> = (entries.iter())
        .flat_map(changes)
        .filter(|(field, ..)| *field == "prefix")
        .map(|(_, old, new)| (old.clone(), new.clone()))
        .collect();
    assert_eq!(prefixes.len(), 32);
    // They were stored in some order, and each new value is written once: follow the chain from the first.
    let mut at = prefixes
        .iter()
        .map(|(old, _)| old)
        .find(|old| prefixes.iter().all(|(_, new)| new != *old))
        .cloned();
    while let Some(value) = at {
        let next = prefixes.iter().position(|(old, _)| *old == value);
        at = next.map(|next| prefixes.swap_remove(next).1);
    }
    assert_eq!(prefixes, [], "changes that begin with a value that was not there");
    assert_eq!(
        server.record("ir.sequence", 1, "prefix")["prefix"]
            .as_str()
            .map(str::len),
        Some(3)
    );
}

/// The operator shortens the trail by days, while others write: what is newer stays, entry for entry.
#[test]
fn old_entries_are_deleted_by_command_while_others_write() {
    let server = Server::demo();
    let changed = |text: &str| {
        server
            .send("PUT", "sale.order/20", &json!({"client_order_ref": text}))
            .ok()
    };
    for text in ["a", "b", "c"] {
        changed(text);
    }
    execute(
        &server.database,
        "UPDATE audit_entry SET create_date = '2020-01-02T00:00:00.000000'",
    );
    let prune = |before: &str| command(&["audit", "prune", "--before", before], &server.database);
    let kept = || entries(&server, "sale.order", 20).len();
    prune("2020-01-02");
    assert_eq!(kept(), 3, "from before that day, not from that day");
    thread::scope(|scope| {
        let writes = scope.spawn(|| (0..20).for_each(|step| drop(changed(&step.to_string()))));
        for _ in 0..5 {
            prune("2020-01-03");
        }
        writes.join().unwrap();
    });
    assert_eq!(kept(), 20);
}
