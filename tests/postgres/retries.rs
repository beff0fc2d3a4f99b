//! Writes that the database ends because of others (deadlocks, serialization failures) run again, up to four times.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use orm::db::{Address, Pool, Session};
use orm::error::Code;
use serde_json::json;
use tests::{Body, execute, rows};

use crate::{add, demo, number, postgres, run, runtime};

/// Prepared statements that became invalid because a table's columns changed are prepared again.
#[test]
fn a_table_that_changes_below_a_running_server_goes_on_being_read_and_written() {
    let Some(cluster) = postgres() else { return };
    let address = cluster.address(&cluster.database(None));
    execute(
        &address,
        "CREATE TABLE counts (id BIGINT PRIMARY KEY, count INTEGER NOT NULL); INSERT INTO counts VALUES (1, 7)",
    );
    let pool = Pool::open(&address, 1, 1).unwrap();
    let runtime = runtime();
    let ask = |session: &mut Session| {
        let mut counted = false;
        session.query_text("SELECT count FROM counts WHERE id = 1", &[], |_| {
            counted = true;
            Ok(())
        })?;
        Ok(counted)
    };
    for change in ["", "ALTER TABLE counts ALTER COLUMN count TYPE BIGINT"] {
        execute(&address, &format!("SELECT 1; {change}"));
        assert_eq!(runtime.block_on(pool.read(ask)), Ok(true), "{change}");
        assert_eq!(runtime.block_on(pool.write(ask)), Ok(true), "{change}");
    }
}

/// Of two writes in a deadlock, the one that PostgreSQL ends runs again.
#[test]
fn two_that_wait_for_each_other_are_both_done() {
    let Some(cluster) = postgres() else { return };
    let address = cluster.address(&cluster.database(None));
    execute(
        &address,
        "CREATE TABLE counts (id BIGINT PRIMARY KEY, count BIGINT NOT NULL); INSERT INTO counts VALUES (1, 0), (2, 0)",
    );
    let pool = Pool::open(&address, 2, 1).unwrap();
    let runtime = runtime();
    let met = Arc::new(std::sync::Barrier::new(2));
    let write = |first: i64, then: i64| {
        let (pool, met, waited) = (pool.clone(), met.clone(), AtomicBool::new(false));
        async move {
            let job = move |session: &mut Session| {
                add(session, first)?;
                // At the first try, each locks one row before it asks for the other's.
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

/// Adds a trigger that fails the first `times` writes of a table with a serialization failure. For an `event` with
/// INSERT it fails the statement, otherwise the commit.
fn give_way(address: &Address, table: &str, times: u32, event: &str) {
    execute(
        address,
        &format!(
            "CREATE SEQUENCE tries;
             CREATE FUNCTION give_way() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 IF nextval('tries') <= {times} THEN
                     RAISE EXCEPTION 'could not serialize' USING ERRCODE = 'serialization_failure';
                 END IF;
                 RETURN NEW;
             END $$;
             CREATE CONSTRAINT TRIGGER give_way AFTER {event} ON {table} {} FOR EACH ROW EXECUTE FUNCTION give_way()",
            if event.contains("INSERT") {
                ""
            } else {
                "DEFERRABLE INITIALLY DEFERRED"
            },
        ),
    );
}

fn tries(address: &Address) -> String {
    rows(address, "SELECT last_value::text FROM tries").remove(0)
}

const COUNTS: &str =
    "CREATE TABLE counts (id BIGINT PRIMARY KEY, count BIGINT NOT NULL); INSERT INTO counts VALUES (1, 0)";

#[test]
fn what_could_not_be_serialized_runs_again() {
    let Some(cluster) = postgres() else { return };
    for event in ["UPDATE", "INSERT OR UPDATE"] {
        let address = cluster.address(&cluster.database(None));
        execute(&address, COUNTS);
        give_way(&address, "counts", 2, event);
        let pool = Pool::open(&address, 2, 1).unwrap();
        // The deferred trigger fails the commit, the other one fails the statement.
        assert_eq!(
            runtime().block_on(pool.write(|session| add(session, 1))),
            Ok(()),
            "{event}"
        );
        assert_eq!(rows(&address, "SELECT count::text FROM counts"), ["1"], "{event}");
        assert_eq!(tries(&address), "3", "{event}");
    }
}

/// A write that fails in this way five times is answered 503 with `Retry-After`.
#[test]
fn who_has_to_give_way_each_time_is_told_to_come_back() {
    let Some(cluster) = postgres() else { return };
    let server = demo(cluster.address(&cluster.database(None)), |_| {});
    give_way(&server.database, "product_category", 1_000, "INSERT OR UPDATE");
    let before = rows(&server.database, "SELECT name FROM product_category ORDER BY id");
    let values = json!({"name": "Never"});
    for (method, path) in [("POST", "product.category"), ("PUT", "product.category/1")] {
        let reply = server.send(method, path, &values);
        reply.problem(503, "unavailable");
        assert!(reply.header("retry-after").is_some());
    }
    assert_eq!(tries(&server.database), "10", "five times each");
    assert_eq!(
        rows(&server.database, "SELECT name FROM product_category ORDER BY id"),
        before
    );
    execute(&server.database, "DROP TRIGGER give_way ON product_category");
    server.send("PUT", "product.category/1", &values).ok();
    server.call("GET", "product.category/1", Body::None).ok();
}

/// A write that ignores the error of a statement is rolled back, because PostgreSQL has aborted its transaction.
#[test]
fn nothing_is_kept_of_a_write_that_goes_on_after_a_refusal() {
    let Some(cluster) = postgres() else { return };
    let address = cluster.address(&cluster.database(None));
    execute(&address, COUNTS);
    let pool = Pool::open(&address, 1, 1).unwrap();
    let careless = |session: &mut Session| {
        add(session, 1)?;
        let _ = run(session, "INSERT INTO counts VALUES (1, 7)"); // ignores the error
        Ok(())
    };
    let answer = runtime().block_on(pool.write(careless));
    assert_eq!(answer.unwrap_err().code(), Code::Internal);
    // In a savepoint, a statement may fail without failing the write.
    let careful = |session: &mut Session| {
        add(session, 1)?;
        let refused = session.attempt(|session| run(session, "INSERT INTO counts VALUES (1, 7)"));
        assert_eq!(refused.unwrap_err().code(), Code::Conflict);
        add(session, 1)
    };
    assert_eq!(runtime().block_on(pool.write(careful)), Ok(()));
    let count = runtime().block_on(pool.read(|session| number(session, "SELECT count FROM counts")));
    assert_eq!(count, Ok(2));
}
