//! All reads of a response see one snapshot, and the next response sees a newer one.

use orm::db::{Client, Pool};
use serde_json::json;
use tests::{execute, rows};

use crate::{demo, eventually, number, postgres, run, runtime};

const COUNT: &str = "SELECT COUNT(*) FROM counts";

#[test]
fn what_others_commit_meanwhile_is_not_seen() {
    let Some(cluster) = postgres() else { return };
    let address = cluster.address(&cluster.database(None));
    execute(&address, "CREATE TABLE counts (id BIGINT PRIMARY KEY)");
    let pool = Pool::open(&address, 1, 1).unwrap();
    for round in 0..5 {
        let others = address.clone();
        let read = pool.read(move |session| {
            let before = number(session, COUNT)?;
            execute(&others, &format!("INSERT INTO counts VALUES ({round})"));
            Ok((before, number(session, COUNT)?))
        });
        assert_eq!(runtime().block_on(read), Ok((round, round)));
        // The connection does not keep the old snapshot for the next read.
        let next = pool.read(|session| number(session, COUNT));
        assert_eq!(runtime().block_on(next), Ok(round + 1));
    }
}

#[test]
fn a_request_has_one_snapshot_from_where_it_asks_for_it() {
    let Some(cluster) = postgres() else { return };
    let address = cluster.address(&cluster.database(None));
    execute(&address, "CREATE TABLE counts (id BIGINT PRIMARY KEY)");
    let pool = Pool::open(&address, 1, 1).unwrap();
    for round in [0, 2, 4] {
        let others = address.clone();
        let read = pool.read_for(Client(1), move |session| {
            let before = number(session, COUNT)?;
            execute(&others, &format!("INSERT INTO counts VALUES ({round})"));
            session.snapshot()?;
            let asked = number(session, COUNT)?;
            execute(&others, &format!("INSERT INTO counts VALUES ({round} + 1)"));
            Ok((before, asked, number(session, COUNT)?))
        });
        let (before, asked, after) = runtime().block_on(read).unwrap();
        assert_eq!((before, after), (round, asked));
        // If the connection is still in a transaction of the previous read, the first statement has fixed the snapshot
        // already.
        let newest = round + 1;
        assert!(asked == newest || round > 0 && asked == round, "{asked} of {newest}");
    }
}

#[test]
fn what_is_written_right_before_a_read_is_seen() {
    let Some(cluster) = postgres() else { return };
    let address = cluster.address(&cluster.database(None));
    execute(&address, "CREATE TABLE counts (id BIGINT PRIMARY KEY)");
    let pool = Pool::open(&address, 1, 1).unwrap();
    let runtime = runtime();
    for round in 0..50 {
        let text = format!("INSERT INTO counts VALUES ({round})");
        let write = pool.write(move |session| run(session, &text));
        assert_eq!(runtime.block_on(write), Ok(()));
        let read = pool.read(|session| number(session, COUNT));
        assert_eq!(runtime.block_on(read), Ok(round + 1));
    }
}

#[test]
fn no_transaction_is_left_open() {
    let Some(cluster) = postgres() else { return };
    let name = cluster.database(None);
    let server = demo(cluster.address(&name), |_| {});
    for _ in 0..20 {
        server.get("uom.uom", &[]).ok();
        server.send("POST", "product.category", &json!({"name": "a"})).ok();
        server
            .send("POST", "product.category", &json!({"name": 1}))
            .problem(422, "invalid");
    }
    let open = format!(
        "SELECT COUNT(*)::text FROM pg_stat_activity WHERE datname = '{name}' AND state LIKE 'idle in transaction%'"
    );
    let ended = || rows(&cluster.address("postgres"), &open) == ["0"];
    eventually("transactions end", ended);
}
