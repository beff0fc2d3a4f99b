//! What only a server of its own can do to us: deadlocks, restarts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use orm::db::{Address, Bind, Pool, Session, Statement};
use serde_json::json;
use server::config::DatabaseConfig;
use tests::{Body, Cluster, Server, cluster, execute, rows, skip};

fn postgres() -> Option<&'static Cluster> {
    cluster().map_err(skip).ok()
}

fn add(session: &mut Session, id: i64) -> orm::Result<()> {
    let text = "UPDATE counts SET count = count + 1 WHERE id = ?".to_owned();
    let binds = vec![Bind::Int(Some(id))];
    session.execute(&Statement { text, binds }).map(|_| ())
}

#[test]
fn two_that_wait_for_each_other_are_both_done() {
    let Some(cluster) = postgres() else { return };
    let address = Address::Postgres(cluster.url(&cluster.database(None)));
    execute(
        &address,
        "CREATE TABLE counts (id BIGINT PRIMARY KEY, count BIGINT NOT NULL); INSERT INTO counts VALUES (1, 0), (2, 0)",
    );
    let pool = Pool::open(&address, 2).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let met = Arc::new(std::sync::Barrier::new(2));
    let write = |first: i64, then: i64| {
        let (pool, met, waited) = (pool.clone(), met.clone(), AtomicBool::new(false));
        async move {
            let job = move |session: &mut Session| {
                add(session, first)?;
                // The first time, each holds one row before it asks for the other's.
                if !waited.swap(true, Ordering::Relaxed) {
                    met.wait();
                }
                add(session, then)
            };
            pool.write(job).await
        }
    };
    let (one, other) = runtime.block_on(async { tokio::join!(write(1, 2), write(2, 1)) });
    assert_eq!((one, other), (Ok(()), Ok(())));
    let counts = rows(&address, "SELECT CAST(count AS TEXT) FROM counts ORDER BY id");
    assert_eq!(counts, ["2", "2"], "each is counted once");
}

#[test]
fn a_restart_under_load_loses_nothing_that_was_acknowledged() {
    let Some(cluster) = postgres() else { return };
    let database = DatabaseConfig {
        name: "saleorder_api".to_owned(),
        address: Address::Postgres(cluster.url(&cluster.database(None))),
    };
    let mut server = Server::over(database, |config| config.demo = true);
    let login = json!({"login": "admin", "password": "admin@123", "db": "saleorder_api"}).to_string();
    let login = server.raw("POST", "/rest/api/login/token", &[], Body::Json(login.as_bytes()));
    server.token = login.ok()["access_token"].as_str().unwrap().to_owned();

    let stop = AtomicBool::new(false);
    let order = json!({"partner_id": 11, "order_line": [[0, 0, {"product_id": 27}], [0, 0, {"product_id": 23}]]});
    let create = || {
        let mut acknowledged = Vec::new();
        while !stop.load(Ordering::Relaxed) {
            let reply = server.send("POST", "sale.order", &order);
            match reply.status {
                200 => acknowledged.push(reply.json()["id"].as_i64().unwrap()),
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
        let (restarted, patience) = (Instant::now(), Duration::from_secs(20));
        while server.raw("GET", "/readyz", &[], Body::None).status != 200 {
            assert!(restarted.elapsed() < patience, "the server does not recover");
            std::thread::sleep(Duration::from_millis(20));
        }
        std::thread::sleep(Duration::from_millis(300));
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
    assert!(acknowledged.len() > 10, "{}", acknowledged.len());
    let all = rows(
        &server.database,
        "SELECT CAST(COUNT(*) AS TEXT) FROM sale_order WHERE id > 43",
    );
    assert_eq!(all, [whole.len().to_string()], "no order is there by half");
}
