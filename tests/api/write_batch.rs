//! Writes of single records that wait for the writing thread at the same time are combined into one change.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use orm::db::Dialect;
use serde_json::{Value, json};
use tests::{Reply, Server};

/// Sends the bodies as creates of orders, as [`all_while_locked`].
fn while_locked(server: &Server, bodies: &[Value]) -> Vec<Reply> {
    let create = |body: &Value| ("POST", "sale.order".to_owned(), body.clone());
    all_while_locked(server, &bodies.iter().map(create).collect::<Vec<_>>())
}

/// Sends the requests while another session locks the database, so that most of them wait together. Then releases the
/// lock and returns the replies.
fn all_while_locked(server: &Server, requests: &[(&str, String, Value)]) -> Vec<Reply> {
    let mut other = server.database.open(false).unwrap();
    other.control(other.dialect().begin_write()).unwrap();
    if other.dialect() == Dialect::Postgres {
        other.control("LOCK TABLE sale_order, res_partner").unwrap();
    }
    std::thread::scope(|scope| {
        let send = |(method, path, body): &'_ (&'_ str, String, Value)| server.send(method, path, body);
        let replies: Vec<_> = (requests.iter())
            .map(|request| scope.spawn(move || send(request)))
            .collect();
        std::thread::sleep(Duration::from_secs(1)); // by then most of them wait
        other.control("ROLLBACK").unwrap();
        replies.into_iter().map(|reply| reply.join().unwrap()).collect()
    })
}

fn order(index: usize) -> Value {
    let line = |product: i64, quantity: usize| json!([0, 0, {"product_id": product, "product_uom_qty": quantity}]);
    json!({"partner_id": 11, "order_line": [line(27, index + 1), line(23, 1)]})
}

/// The quantity of the first line of a created order.
fn quantity(order: &Value) -> f64 {
    let id = order["id"].as_i64().unwrap();
    assert!(id > 40, "{order}");
    order["order_line"][0]["product_uom_qty"].as_f64().unwrap()
}

#[test]
fn each_is_answered_with_its_own_record() {
    let server = Server::demo();
    let before = server.ids("sale.order", &[]).len();
    let bodies: Vec<Value> = (0..24).map(order).collect();
    let replies = while_locked(&server, &bodies);

    let (mut names, mut times, mut most) = (BTreeSet::new(), BTreeMap::new(), 0);
    for (index, reply) in replies.iter().enumerate() {
        let order = reply.ok();
        assert_eq!(quantity(&order), (index + 1) as f64);
        assert_eq!(order["order_line"].as_array().map(Vec::len), Some(2));
        let stored = server.record("sale.order", order["id"].as_i64().unwrap(), "name,create_date");
        names.insert(stored["name"].to_string());
        *times.entry(stored["create_date"].to_string()).or_insert(0) += 1;
        most = most.max(reply.statements());
    }
    assert_eq!(names.len(), 24, "each has a number of its own: {names:?}");
    assert!(times.len() < 24, "those that waited were made at one time: {times:?}");
    assert!(most < 60, "statements do not follow the number of orders: {most}");
    assert_eq!(server.ids("sale.order", &[("limit", "1000")]).len(), before + 24);
}

#[test]
fn one_that_is_refused_does_not_hurt_the_others() {
    let server = Server::demo();
    let before = server.ids("sale.order", &[("limit", "1000")]).len();
    let bodies: Vec<Value> = (0..20)
        .map(|index| match index % 5 {
            0 => json!({"partner_id": 11, "order_line": [[0, 0, {"product_id": 999_999}]]}),
            1 => json!({"partner": 11}),
            2 => json!([order(index), order(index)]),
            _ => order(index),
        })
        .collect();
    for (index, reply) in while_locked(&server, &bodies).iter().enumerate() {
        match index % 5 {
            0 => {
                let problem = reply.problem(422, "invalid");
                let pointer = &problem["errors"][0]["pointer"];
                assert_eq!(pointer, "/order_line/0/2/product_id", "{problem}");
            }
            1 => assert!(
                reply.problem(422, "invalid").to_string().contains("partner_id"),
                "{}",
                reply.text()
            ),
            2 => assert_eq!(reply.ok().as_array().map(Vec::len), Some(2)),
            _ => assert_eq!(quantity(&reply.ok()), (index + 1) as f64),
        }
    }
    let after = server.ids("sale.order", &[("limit", "1000")]).len();
    assert_eq!(after, before + 2 * 4 + 8);
}

/// New orders of two lines: the id of each, and that of its first line.
fn orders(server: &Server, count: usize) -> Vec<(i64, i64)> {
    let bodies: Vec<Value> = (0..count).map(order).collect();
    let made = server.send("POST", "sale.order", &json!(bodies)).ok();
    let id = |record: &Value| record["id"].as_i64().unwrap();
    let made = made.as_array().unwrap().iter();
    made.map(|order| (id(order), id(&order["order_line"][0]))).collect()
}

fn with_quantity((order, line): (i64, i64), quantity: usize) -> (&'static str, String, Value) {
    let body = json!({"order_line": [[1, line, {"product_uom_qty": quantity}]]});
    ("PUT", format!("sale.order/{order}"), body)
}

#[test]
fn each_update_is_answered_with_its_own_record_and_told_of_its_own_request() {
    let server = Server::demo();
    let orders = orders(&server, 24);
    let body = |index: usize| json!({"client_order_ref": format!("PO {index}")});
    let asked = |(index, (order, _)): (usize, &(i64, i64))| ("PUT", format!("sale.order/{order}"), body(index));
    let replies = all_while_locked(&server, &orders.iter().enumerate().map(asked).collect::<Vec<_>>());
    let (mut times, mut most) = (BTreeSet::new(), 0);
    for (index, (reply, (id, _))) in replies.iter().zip(&orders).enumerate() {
        assert_eq!(reply.ok()["id"], *id);
        let stored = server.record("sale.order", *id, "client_order_ref,write_date");
        assert_eq!(stored["client_order_ref"], format!("PO {index}"));
        times.insert(stored["write_date"].to_string());
        most = most.max(reply.statements());
        let id = id.to_string();
        let told = [
            ("fields", "request"),
            ("model", "sale.order"),
            ("record_id", &id),
            ("operation", "write"),
        ];
        let told = server.get("audit.entry", &told).ok();
        let requests: Vec<_> = (told.as_array().unwrap().iter())
            .map(|entry| entry["request"].as_str())
            .collect();
        assert_eq!(requests, [reply.header("x-request-id")], "{told}");
    }
    assert!(
        times.len() < 24,
        "those that waited were written at one time: {times:?}"
    );
    assert!(most < 40, "statements do not follow the number of orders: {most}");
}

/// The total of an order follows from its lines: each such change is one by itself, as are those that are refused.
#[test]
fn an_update_that_is_refused_or_that_others_follow_from_does_not_hurt_the_others() {
    let server = Server::demo();
    let orders = orders(&server, 20);
    let twice = orders[0];
    let asked = |(index, order): (usize, &(i64, i64))| {
        let path = format!("sale.order/{}", order.0);
        match index % 5 {
            0 => with_quantity(twice, 200 + index),
            1 => (
                "PUT",
                path,
                json!({"order_line": [[1, order.1, {"product_id": 999_999}]]}),
            ),
            2 => (
                "PUT",
                format!("sale.order/{}", 900_000 + index),
                json!({"client_order_ref": "x"}),
            ),
            3 => ("PUT", path, json!({"client_order_ref": format!("PO {index}")})),
            _ => with_quantity(*order, 100 + index),
        }
    };
    let replies = all_while_locked(&server, &orders.iter().enumerate().map(asked).collect::<Vec<_>>());
    for (index, (reply, (id, _))) in replies.iter().zip(&orders).enumerate() {
        match index % 5 {
            // Each is answered what it has written itself.
            0 => assert_eq!(quantity(&reply.ok()), (200 + index) as f64),
            1 => {
                let problem = reply.problem(422, "invalid");
                let pointer = &problem["errors"][0]["pointer"];
                assert_eq!(pointer, "/order_line/0/2/product_id", "{problem}");
            }
            2 => {
                let problem = reply.problem(404, "not_found").to_string();
                assert!(problem.contains(&(900_000 + index).to_string()), "{problem}");
            }
            3 => {
                reply.ok();
                let stored = server.record("sale.order", *id, "client_order_ref");
                assert_eq!(stored["client_order_ref"], format!("PO {index}"));
            }
            _ => assert_eq!(quantity(&reply.ok()), (100 + index) as f64),
        }
    }
    tests::assert_clean(&server.database);
}

/// Each alone would be refused: the child that it wants belongs to the other. They are not one change either.
#[test]
fn two_updates_that_take_from_each_other_are_both_refused() {
    let server = Server::demo();
    let make = |name: &str| {
        let body = json!({"name": name, "child_ids": [[0, 0, {"name": format!("{name}'s")}]]});
        let made = server.send("POST", "res.partner", &body).ok()["id"].as_i64().unwrap();
        let children = server.record("res.partner", made, "child_ids(id)");
        (made, children["child_ids"][0]["id"].as_i64().unwrap())
    };
    let (first, second) = (make("A"), make("B"));
    let take = |(to, _): (i64, i64), (_, child): (i64, i64)| {
        (
            "PUT",
            format!("res.partner/{to}"),
            json!({"child_ids": [[6, 0, [child]]]}),
        )
    };
    for reply in all_while_locked(&server, &[take(first, second), take(second, first)]) {
        reply.problem(422, "invalid");
    }
}
