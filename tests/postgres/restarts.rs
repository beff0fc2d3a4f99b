//! The database is restarted, stopped, read-only or suspended, and comes back.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use orm::db::Address;
use serde_json::json;
use tests::{Body, Cluster, Pgbouncer, Server, address, assert_clean, execute, rows};

use crate::{demo, eventually, needed, postgres};

fn ready(server: &Server) -> u16 {
    let reply = server.raw("GET", "/readyz", &[], Body::None);
    if reply.status != 200 {
        reply.problem(503, "unavailable");
        assert!(reply.header("retry-after").is_some());
    }
    reply.status
}

#[test]
fn a_restart_under_load_loses_nothing_that_was_acknowledged() {
    let Some(cluster) = needed(Cluster::new()) else {
        return;
    };
    restart_under_load(&cluster, cluster.address(&cluster.database(None)));
}

/// A restart under load loses nothing that was acknowledged, also behind a pooler.
#[test]
fn nor_does_one_behind_a_pooler() {
    let Some(cluster) = needed(Cluster::new()) else {
        return;
    };
    let Some(pooler) = needed(Pgbouncer::start(&cluster, 3)) else {
        return;
    };
    restart_under_load(&cluster, address(&pooler.url(&cluster.database(None))));
}

fn restart_under_load(cluster: &Cluster, address: Address) {
    let server = demo(address, |_| {});

    let (stop, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    let order = json!({"partner_id": 11, "order_line": [[0, 0, {"product_id": 27}], [0, 0, {"product_id": 23}]]});
    let create = || {
        let mut acknowledged = Vec::new();
        while !stop.load(Ordering::Relaxed) {
            let reply = server.send("POST", "sale.order", &order);
            match reply.status {
                200 => {
                    acknowledged.push(reply.json()["id"].as_i64().unwrap());
                    answered.fetch_add(1, Ordering::Relaxed);
                }
                _ => drop(reply.problem(503, "unavailable")),
            }
        }
        acknowledged
    };
    let acknowledged: Vec<i64> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(create)).collect();
        for _ in 0..2 {
            std::thread::sleep(Duration::from_millis(500));
            cluster.restart();
        }
        eventually("the server recovers", || ready(&server) == 200);
        eventually("orders are acknowledged again", || {
            answered.load(Ordering::Relaxed) > 10
        });
        stop.store(true, Ordering::Relaxed);
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });

    server.get("sale.order", &[("limit", "1")]).ok();
    let text = "SELECT CAST(o.id AS TEXT) FROM sale_order o \
                WHERE (SELECT COUNT(*) FROM sale_order_line l WHERE l.order_id = o.id) = 2 AND o.id > 43";
    let whole = rows(&server.database, text);
    let lost: Vec<&i64> = acknowledged
        .iter()
        .filter(|id| !whole.contains(&id.to_string()))
        .collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let all = rows(
        &server.database,
        "SELECT CAST(COUNT(*) AS TEXT) FROM sale_order WHERE id > 43",
    );
    assert_eq!(all, [whole.len().to_string()], "no order is there by half");
    assert_clean(&server.database);
}

#[test]
fn a_server_without_its_database_is_not_ready() {
    let Some(cluster) = needed(Cluster::new()) else {
        return;
    };
    let server = demo(cluster.address(&cluster.database(None)), |_| {});
    assert_eq!(ready(&server), 200);
    cluster.stop();
    assert_eq!(ready(&server), 503);
    server.get("uom.uom", &[]).problem(503, "unavailable");
    server
        .send("POST", "product.category", &json!({"name": "a"}))
        .problem(503, "unavailable");
    server.is_alive();
    cluster.start_again();
    eventually("the server is ready again", || ready(&server) == 200);
    server.get("uom.uom", &[]).ok();
    server.send("POST", "product.category", &json!({"name": "a"})).ok();
}

#[test]
fn a_server_that_cannot_write_is_not_ready() {
    let Some(cluster) = postgres() else { return };
    let name = cluster.database(None);
    let server = demo(cluster.address(&name), |_| {});
    let set = |text: &str| {
        execute(&cluster.address("postgres"), &format!("ALTER DATABASE {name} {text}"));
        let all = format!("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'");
        execute(&cluster.address("postgres"), &all);
    };
    set("SET default_transaction_read_only = on");
    assert_eq!(ready(&server), 503);
    server.get("uom.uom", &[]).ok();
    set("RESET default_transaction_read_only");
    assert_eq!(ready(&server), 200);
}

/// If the database hangs, `/readyz` answers 503 in time.
#[test]
fn a_database_that_hangs_does_not_make_the_question_hang() {
    let Some(cluster) = needed(Cluster::new()) else {
        return;
    };
    let server = demo(cluster.address(&cluster.database(None)), |_| {});
    cluster.hang();
    assert_eq!(ready(&server), 503);
    server.is_alive();
    cluster.go_on();
    eventually("the server is ready again", || ready(&server) == 200);
}

/// A request that finds its connection closed runs over a new one, and the client does not notice.
#[test]
fn a_connection_that_was_lost_meanwhile_is_not_noticed() {
    let Some(cluster) = postgres() else { return };
    let name = cluster.database(None);
    let server = demo(cluster.address(&name), |_| {});
    for _ in 0..10 {
        let all = format!("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'");
        execute(&cluster.address("postgres"), &all);
        server.get("uom.uom", &[]).ok();
        server.send("POST", "product.category", &json!({"name": "a"})).ok();
    }
}
