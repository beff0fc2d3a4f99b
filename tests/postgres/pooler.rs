//! PostgreSQL through a pgbouncer, which may run each transaction on another connection.

use std::collections::BTreeSet;
use std::process::ExitCode;

use orm::db::{Address, Session};
use serde_json::json;
use tests::{Body, Cluster, Pgbouncer, TempDir, address, assert_clean, rows};

use crate::{demo, needed, number, postgres, text};

/// Starts a pgbouncer with this many connections to each database.
type Start = fn(&Cluster, u16) -> Result<Pgbouncer, String>;

/// A new database, and a pgbouncer with this many connections to it.
fn pooled(start: Start, connections: u16) -> Option<(Pgbouncer, Address)> {
    let cluster = postgres()?;
    let pooler = needed(start(cluster, connections))?;
    let address = address(&pooler.url(&cluster.database(None)));
    Some((pooler, address))
}

/// The URL of a PostgreSQL database.
fn url(address: &Address) -> &str {
    match address {
        Address::Postgres(url) => url.as_str(),
        Address::Sqlite(_) => panic!("an SQLite file"),
    }
}

/// Begins as many transactions as the pooler has connections to the database, so that each runs on another one.
fn each(address: &Address, connections: u16) -> Vec<Session> {
    let session = |_| {
        let mut session = address.session().unwrap();
        session.begin_read().unwrap();
        session
    };
    (0..connections).map(session).collect()
}

#[test]
fn nothing_is_left_on_a_connection_that_others_use_next() {
    share_connections(Pgbouncer::start, |kept| kept == 0);
}

/// Statements stay prepared on each connection of a pgbouncer that knows them, also for other clients.
#[test]
fn prepared_statements_are_shared() {
    share_connections(Pgbouncer::preparing, |kept| kept > 20);
}

/// Clients read and write at once, more than a pgbouncer has connections, each of which then has as many prepared
/// statements as `kept` says and nothing else that is left.
fn share_connections(start: Start, kept: fn(i64) -> bool) {
    let Some((pooler, plain)) = pooled(start, 2) else {
        return;
    };
    let address = address(&format!("{}&pool_size=4&statement_timeout=30s", url(&plain)));
    let server = demo(address.clone(), |_| {});
    let create = |thread: usize, round: usize| {
        let lines = json!([[0, 0, {"product_id": 27, "product_uom_qty": round + 1}], [0, 0, {"product_id": 23}]]);
        let body = json!({"partner_id": 11, "client_order_ref": format!("{thread}-{round}"), "order_line": lines});
        let order = server.send("POST", "sale.order", &body).ok();
        assert_eq!(
            order["order_line"][0]["product_uom_qty"].as_f64(),
            Some(round as f64 + 1.0)
        );
        let id = order["id"].as_i64().unwrap();
        let read = server.record("sale.order", id, "client_order_ref,order_line(product_uom_qty)");
        assert_eq!(read["client_order_ref"], format!("{thread}-{round}"));
        assert_eq!(
            read["order_line"][0]["product_uom_qty"].as_f64(),
            Some(round as f64 + 1.0)
        );
        server
            .get(
                "sale.order",
                &[("limit", "5"), ("state__ne", "cancel"), ("order", "id desc")],
            )
            .ok();
        server
            .send("PUT", &format!("sale.order/{id}"), &json!({"note": "n"}))
            .ok();
        id
    };
    let ids: BTreeSet<i64> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|thread| scope.spawn(move || (0..8).map(|round| create(thread, round)).collect::<Vec<_>>()))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(ids.len(), 64, "each is one of its own");
    let written = "SELECT COUNT(*)::text FROM sale_order WHERE client_order_ref LIKE '%-%' AND note IS NOT NULL";
    assert_eq!(rows(&address, written), ["64"]);
    assert_clean(&address);
    drop(server);

    let mut sessions = each(&address, 2);
    let connections: BTreeSet<i64> = sessions
        .iter_mut()
        .map(|session| number(session, "SELECT pg_backend_pid()::int8").unwrap())
        .collect();
    assert_eq!(connections.len(), 2, "the server had two connections, and shared them");
    for session in &mut sessions {
        let prepared = number(session, "SELECT COUNT(*) FROM pg_prepared_statements").unwrap();
        assert!(kept(prepared), "{prepared} prepared statements");
        assert_eq!(
            number(
                session,
                "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
            ),
            Ok(0)
        );
        assert_eq!(text(session, "SELECT current_setting('application_name')"), "declarest");
        session.control("ROLLBACK").unwrap();
    }
    // Outside of transactions, the connections have the server's own settings.
    for _ in 0..8 {
        assert_eq!(rows(&address, "SELECT current_setting('statement_timeout')"), ["0"]);
        assert_eq!(
            rows(
                &address,
                "SELECT current_setting('idle_in_transaction_session_timeout')"
            ),
            ["0"]
        );
    }
    assert!(!pooler.log().contains("unsupported"), "{}", pooler.log());
}

/// More statements than a connection keeps prepared: all are released, through the pgbouncer too.
#[test]
fn prepared_statements_are_released_through_a_pooler() {
    let Some((_pooler, address)) = pooled(Pgbouncer::preparing, 1) else {
        return;
    };
    let mut session = address.session().unwrap();
    for value in 0..1_200 {
        session.begin_read().unwrap();
        assert_eq!(number(&mut session, &format!("SELECT {value}::int8")), Ok(value));
        assert_eq!(number(&mut session, "SELECT 7::int8"), Ok(7));
        session.control("ROLLBACK").unwrap();
    }
}

#[test]
fn a_pooler_that_the_url_does_not_name_is_noticed() {
    let Some((_pooler, pooled)) = pooled(Pgbouncer::start, 1) else {
        return;
    };
    let forgotten = address(url(&pooled).trim_end_matches("?pooler=transaction"));
    let refused = forgotten.open(false).err().unwrap();
    assert!(refused.detail().contains("pooler=transaction"), "{refused}");
    // Without a pooler, statements are prepared under names. So the check above would have noticed them.
    let Some(cluster) = postgres() else { return };
    let mut session = cluster.address("postgres").session().unwrap();
    session.begin_read().unwrap();
    assert_ne!(
        number(&mut session, "SELECT COUNT(*) FROM pg_prepared_statements"),
        Ok(0)
    );
}

#[test]
fn the_whole_api_works() {
    use_the_api(Pgbouncer::start);
}

#[test]
fn the_whole_api_works_with_prepared_statements() {
    use_the_api(Pgbouncer::preparing);
}

fn use_the_api(start: Start) {
    let Some((_pooler, address)) = pooled(start, 2) else {
        return;
    };
    let server = demo(address, |_| {});
    let list = server
        .get("sale.order", &[("limit", "80"), ("order", "partner_id.name desc")])
        .ok();
    assert!(list.as_array().unwrap().len() > 10);
    server
        .get("res.partner", &[("name__ilike", "%a%"), ("country_id.code", "US")])
        .ok();
    let order = json!({"partner_id": 11, "order_line": [[0, 0, {"product_id": 27}]]});
    let both = server.send("POST", "sale.order", &json!([order, order])).ok();
    let [first, second] = [&both[0]["id"], &both[1]["id"]].map(|id| id.as_i64().unwrap());
    let confirm = format!("sale.order/{first}/action_confirm");
    server.call("PATCH", &confirm, Body::None).ok();
    assert_eq!(server.record("sale.order", first, "state")["state"], "sale");
    let lines = json!({"order_line": [[5], [0, 0, {"product_id": 23, "price_unit": 19.99}]]});
    server.send("PUT", &format!("sale.order/{second}"), &lines).ok();
    let copy = server
        .send("POST", &format!("sale.order/{second}/copy"), &json!({}))
        .ok();
    server.call("DELETE", &format!("sale.order/{copy}"), Body::None).ok();
    server.get(&format!("sale.order/{copy}"), &[]).problem(404, "not_found");
    server
        .send("POST", "sale.order", &json!([order, {"partner_id": 999_999}]))
        .problem(422, "invalid");
    server
        .send(
            "POST",
            "sale.order/search_count",
            &json!({"domain": [["state", "=", "sale"]]}),
        )
        .ok();
    server.raw("GET", "/readyz", &[], Body::None);
    let logout = [("access-token", server.token.as_str())];
    server.raw("DELETE", "/rest/api/logout/token", &logout, Body::None).ok();
    server.get("uom.uom", &[]).problem(401, "unauthenticated");
}

#[test]
fn the_commands_work() {
    run_commands(Pgbouncer::start);
}

#[test]
fn the_commands_work_with_prepared_statements() {
    run_commands(Pgbouncer::preparing);
}

fn run_commands(start: Start) {
    let Some((_pooler, address)) = pooled(start, 2) else {
        return;
    };
    let Some((_other_pooler, other)) = pooled(start, 1) else {
        return;
    };
    let program = |words: &[&str], database: &Address| {
        let words = ["declarest"].iter().chain(words).copied();
        let words = words.chain(["--database", url(database)]).map(Into::into);
        let code = server::cli::run_from(tests::declarest(), words);
        assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::SUCCESS));
    };
    drop(demo(address.clone(), |_| {}));
    program(&["seed", "--orders", "30"], &address);
    let folder = TempDir::new();
    let file = folder.path().join("rows.json");
    program(&["export", file.to_str().unwrap()], &address);
    program(&["load", file.to_str().unwrap()], &other);
    let orders = "SELECT COUNT(*)::text FROM sale_order";
    assert_eq!(rows(&other, orders), rows(&address, orders));
    program(&["verify"], &address);
    program(&["verify", "--repair"], &other);
}
