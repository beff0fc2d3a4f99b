//! Errors of PostgreSQL are classified by their SQLSTATE, whatever the language of their messages.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use orm::db::{Pool, Session};
use serde_json::json;
use tests::{Cluster, address, execute, rows};

use crate::{add, demo, needed, postgres, run, runtime, text};

const COUNTS: &str =
    "CREATE TABLE counts (id BIGINT PRIMARY KEY, count BIGINT NOT NULL); INSERT INTO counts VALUES (1, 0), (2, 0)";

#[test]
fn a_server_that_speaks_german_is_understood() {
    let Some(cluster) = needed(Cluster::german()) else {
        return;
    };
    let url = cluster.url(&cluster.database(None));
    execute(&address(&url), COUNTS);
    let mut session = address(&url).session().unwrap();
    assert_eq!(
        text(&mut session, "SELECT current_setting('lc_messages')"),
        "de_DE.UTF-8"
    );
    let wrong = run(&mut session, "SELECT nowhere").unwrap_err();
    assert!(wrong.detail().contains("existiert nicht"), "{wrong}");

    // A deadlock of two writes: PostgreSQL ends one of them, which runs again.
    let pool = Pool::open(&address(&url), 2, 1).unwrap();
    let met = Arc::new(std::sync::Barrier::new(2));
    let write = |first: i64, then: i64| {
        let (met, waited) = (met.clone(), AtomicBool::new(false));
        pool.write(move |session: &mut Session| {
            add(session, first)?;
            if !waited.swap(true, Ordering::Relaxed) {
                met.wait();
            }
            add(session, then)
        })
    };
    let both = runtime().block_on(async { tokio::join!(write(1, 2), write(2, 1)) });
    assert_eq!(both, (Ok(()), Ok(())));
    assert_eq!(rows(&address(&url), "SELECT count::text FROM counts"), ["2", "2"]);

    // A statement that reaches its timeout, and a connection that an administrator ends.
    let patient = Pool::open(&address(&format!("{url}?statement_timeout=100ms")), 1, 1).unwrap();
    let late = runtime().block_on(patient.read(|session| run(session, "SELECT pg_sleep(60)")));
    assert_eq!(late.unwrap_err().code().status(), 503);
    let again = AtomicBool::new(false);
    let ended = runtime().block_on(
        pool.read(move |session: &mut Session| match again.swap(true, Ordering::Relaxed) {
            true => run(session, "SELECT 1"),
            false => run(session, "SELECT pg_terminate_backend(pg_backend_pid())"),
        }),
    );
    assert_eq!(ended, Ok(()), "it is done by another connection");

    let url = cluster.url(&cluster.database(None));
    let server = demo(address(&format!("{url}?options=-c%20lock_timeout%3D100ms")), |_| {});
    let mut other = address(&url).session().unwrap();
    other.batch("BEGIN; SELECT FROM product_category FOR UPDATE").unwrap();
    server
        .send("PUT", "product.category/1", &json!({"name": "Locked"}))
        .problem(503, "unavailable");
    other.batch("ROLLBACK").unwrap();
    for (state, status, code) in [
        ("40001", 503, "unavailable"),
        ("40P01", 503, "unavailable"),
        ("53100", 503, "unavailable"),
        ("53200", 503, "unavailable"),
        ("57P01", 503, "unavailable"),
        ("58030", 503, "unavailable"),
        ("25006", 503, "unavailable"),
        ("22003", 422, "invalid"),
        ("54000", 422, "invalid"),
        ("23505", 409, "conflict"),
        ("42P01", 500, "internal"),
    ] {
        execute(
            &server.database,
            &format!(
                "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                     $$ BEGIN RAISE EXCEPTION 'Das geht nicht' USING ERRCODE = '{state}'; END $$;
                 CREATE OR REPLACE TRIGGER refuse BEFORE INSERT ON product_category
                     FOR EACH ROW EXECUTE FUNCTION refuse()"
            ),
        );
        let reply = server.send("POST", "product.category", &json!({"name": state}));
        assert_eq!((reply.status, state), (status, state), "{}", reply.text());
        reply.problem(status, code);
    }
}

/// A database with an unsuitable encoding or setting is refused, and the message says how to correct it.
#[test]
fn databases_that_do_not_fit_are_refused_with_the_mend() {
    let Some(cluster) = postgres() else { return };
    let server = cluster.address("postgres");
    for (number, encoding) in ["LATIN1", "SQL_ASCII"].into_iter().enumerate() {
        let name = format!("unfit_{number}");
        let made = format!("CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0");
        execute(&server, &made);
        let refused = cluster.address(&name).open(false).err().unwrap();
        assert!(
            refused.detail().contains(encoding) && refused.detail().contains("ENCODING 'UTF8'"),
            "{refused}"
        );
    }
    let name = cluster.database(None);
    execute(
        &server,
        &format!("ALTER DATABASE {name} SET standard_conforming_strings = off"),
    );
    let refused = cluster.address(&name).open(false).err().unwrap();
    let (_, mend) = refused.detail().split_once("is off: ").unwrap();
    execute(&server, mend);
    assert!(cluster.address(&name).open(false).is_ok());
}

#[test]
fn a_connection_keeps_a_bounded_number_of_statements() {
    let Some(cluster) = postgres() else { return };
    let mut session = cluster.address(&cluster.database(None)).session().unwrap();
    for number in 0..1_234 {
        assert_eq!(
            session.texts(&format!("SELECT 'statement {number}'")),
            Ok(vec![format!("statement {number}")])
        );
    }
    let kept = crate::number(&mut session, "SELECT COUNT(*) FROM pg_prepared_statements").unwrap();
    assert!((1..=500).contains(&kept), "{kept}");
    let long = format!("SELECT 'x'{}", " ".repeat(20_000));
    assert_eq!(session.texts(&long), Ok(vec!["x".to_owned()]));
    assert_eq!(
        crate::number(&mut session, "SELECT COUNT(*) FROM pg_prepared_statements"),
        Ok(kept)
    );
}
