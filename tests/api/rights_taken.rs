//! Two at once: one takes rights or records away while the other writes with them.

use orm::db::Dialect;
use serde_json::{Value, json};
use tests::Server;

use super::user::User;

/// While an administrator gives orders to somebody else, their salesman changes them: what he writes, he writes before.
#[test]
fn an_order_that_is_given_away_is_changed_before_or_not_at_all() {
    let server = Server::demo();
    let tomas = User::new(&server, "tomas");
    for round in 0..20 {
        server.send("PUT", "sale.order/20", &json!({"user_id": 4})).ok();
        std::thread::scope(|scope| {
            let writes = scope.spawn(|| {
                for step in 0..4 {
                    let text = json!({"client_order_ref": format!("{round}.{step}")});
                    let reply = tomas.send("PUT", "sale.order/20", &text);
                    let lines = json!({"order_line": [[0, 0, {"product_id": 1}]]});
                    let more = tomas.send("PUT", "sale.order/20", &lines);
                    for reply in [reply, more] {
                        assert!(matches!(reply.status, 200 | 404), "{}: {}", reply.status, reply.text());
                    }
                }
            });
            server.send("PUT", "sale.order/20", &json!({"user_id": 3})).ok();
            writes.join().unwrap();
        });
        let order = server.record("sale.order", 20, "user_id(id),write_uid(id),order_line(create_uid(id))");
        assert_eq!(
            (&order["user_id"]["id"], &order["write_uid"]["id"]),
            (&json!(3), &json!(2)),
            "{order}"
        );
    }
}

/// Who may not see a record does not wait for whoever is writing it: the answer is that of a record that is not there.
/// (On SQLite all writes wait for each other, whatever they are for.)
#[test]
fn a_hidden_record_that_is_locked_is_answered_as_a_missing_one() {
    let server = Server::demo();
    server.send("PUT", "sale.order/20", &json!({"user_id": 3})).ok();
    let salesman = User::create(&server, "sam", &["Sales / User: Own Documents Only"]);
    let mut other = server.database.open(false).unwrap();
    if other.dialect() == Dialect::Postgres {
        other.control(other.dialect().begin_write()).unwrap();
        other
            .control("SELECT 1 FROM sale_order WHERE id = 20 FOR UPDATE")
            .unwrap();
    }
    for (method, path, body) in [
        ("PUT", "sale.order/20", json!({"client_order_ref": "x"})),
        (
            "POST",
            "sale.order/20/write",
            json!({"vals": {"client_order_ref": "x"}}),
        ),
        ("POST", "sale.order/20/action_confirm", json!({})),
        ("DELETE", "sale.order/20", json!({})),
    ] {
        let hidden = salesman.send(method, path, &body);
        let missing = salesman.send(method, &path.replace("20", "999999"), &body);
        assert_eq!(hidden.status, missing.status, "{method} {path}: {}", hidden.text());
        assert_eq!(hidden.text().replace("20", "999999"), missing.text(), "{method} {path}");
    }
}

/// Rights that are taken away are gone: nothing that their user writes comes after, also not by a request that waited.
#[test]
fn what_is_taken_from_a_user_is_gone() {
    let server = Server::demo();
    let sofia = User::new(&server, "sofia");
    let is_administrator = || {
        let groups = server.record("res.users", 3, "groups_id(id)");
        groups["groups_id"]
            .as_array()
            .unwrap()
            .iter()
            .any(|group| group["id"] == 3)
    };
    for _ in 0..6 {
        server
            .send("PUT", "res.users/3", &json!({"groups_id": [[6, 0, [1, 3]]]}))
            .ok();
        std::thread::scope(|scope| {
            let back = |path: &'static str, body: Value| {
                let sofia = &sofia;
                scope.spawn(move || {
                    for _ in 0..6 {
                        let status = sofia.send("PUT", path, &body).status;
                        assert!(matches!(status, 200 | 403 | 404 | 503), "{path}: {status}");
                    }
                });
            };
            back("res.users/3", json!({"groups_id": [[4, 3]]}));
            back("res.groups/3", json!({"users": [[4, 3]]}));
            server
                .send("PUT", "res.users/3", &json!({"groups_id": [[6, 0, [1]]]}))
                .ok();
            assert!(!is_administrator());
        });
        assert!(!is_administrator(), "she has made herself one again");
    }
    // A salesman whose group is taken while he writes.
    let tomas = User::new(&server, "tomas");
    for round in 0..6 {
        server
            .send("PUT", "res.users/4", &json!({"groups_id": [[6, 0, [1, 4]]]}))
            .ok();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for step in 0..8 {
                    let text = json!({"client_order_ref": format!("{round}.{step}")});
                    tomas.send("PUT", "sale.order/20", &text);
                }
            });
            server.send("PUT", "res.groups/4", &json!({"users": [[3, 4]]})).ok();
            let after = server.record("sale.order", 20, "client_order_ref");
            std::thread::sleep(std::time::Duration::from_millis(30));
            assert_eq!(server.record("sale.order", 20, "client_order_ref"), after);
        });
    }
}

/// While a record goes to another company, and a company is taken from a user, who may not see it afterwards writes to it
/// before or not at all.
#[test]
fn what_goes_to_another_company_is_changed_before_or_not_at_all() {
    let server = Server::demo();
    let company = json!({"name": "Other", "currency_id": 1});
    let other = server.send("POST", "res.company", &company).ok()["id"].clone();
    let works_for = |user: i64, companies: Value| {
        let path = format!("res.users/{user}");
        server
            .send("PUT", &path, &json!({"company_ids": [[6, 0, companies]]}))
            .ok();
    };
    works_for(2, json!([1, other]));
    let term = server
        .send("POST", "account.payment.term", &json!({"name": "Term"}))
        .ok()["id"]
        .clone();
    let path = format!("account.payment.term/{term}");
    let manager = User::create(&server, "max", &["Invoicing / Billing Administrator"]);
    let manager_id = server.ids("res.users", &[("login", "max")])[0];
    for round in 0..12 {
        let (belongs, taken) = (json!({"company_id": other}), round % 2 == 1);
        match taken {
            true => works_for(manager_id, json!([1, other])),
            false => works_for(manager_id, json!([1])),
        }
        let company_id = if taken { other.clone() } else { json!(1) };
        server
            .send("PUT", &path, &json!({"company_id": company_id, "note": "start"}))
            .ok();
        std::thread::scope(|scope| {
            let writes = scope.spawn(|| {
                for step in 0..6 {
                    let note = json!({"note": format!("<p>{round}.{step}</p>")});
                    let reply = manager.send("PUT", &path, &note);
                    assert!(matches!(reply.status, 200 | 404), "{}: {}", reply.status, reply.text());
                }
            });
            match taken {
                true => works_for(manager_id, json!([1])),
                false => drop(server.send("PUT", &path, &belongs).ok()),
            }
            let after = server.record("account.payment.term", term.as_i64().unwrap(), "note,write_uid");
            writes.join().unwrap();
            let end = server.record("account.payment.term", term.as_i64().unwrap(), "note,write_uid");
            assert_eq!(end, after, "written after it was hidden");
        });
        manager.get(&path).problem(404, "not_found");
    }
}
