//! Creates that wait for the writing thread at the same time are combined into one change.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use orm::db::Dialect;
use serde_json::{Value, json};
use tests::{Reply, Server};

/// Sends the bodies as creates of orders while another session locks the database, so that most of them wait together.
/// Then releases the lock and returns the replies.
fn while_locked(server: &Server, bodies: &[Value]) -> Vec<Reply> {
    let mut other = server.database.open(false).unwrap();
    other.control(other.dialect().begin_write()).unwrap();
    if other.dialect() == Dialect::Postgres {
        other.control("LOCK TABLE sale_order").unwrap();
    }
    std::thread::scope(|scope| {
        let send = |body| scope.spawn(move || server.send("POST", "sale.order", body));
        let replies: Vec<_> = bodies.iter().map(send).collect();
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
