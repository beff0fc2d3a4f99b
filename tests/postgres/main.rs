//! Tests of what needs a PostgreSQL server: settings, TLS, deadlocks, restarts, pgbouncer, a standby.

mod codes;
mod databases;
mod encryption;
mod pooler;
mod restarts;
mod retries;
mod settings;
mod snapshots;
mod standby;
mod streams;

use orm::db::{Address, Bind, Session, Statement};
use serde_json::json;
use server::Config;
use server::config::DatabaseConfig;
use tests::{Body, Cluster, Server, cluster, skip};

/// The cluster shared by all tests that do not stop it. `None` (the test is skipped) without PostgreSQL.
fn postgres() -> Option<&'static Cluster> {
    cluster().map_err(skip).ok()
}

/// A result that a test needs. `None` (the test is skipped) if it is missing.
fn needed<T>(found: Result<T, String>) -> Option<T> {
    found.map_err(|why| skip(&why)).ok()
}

fn named(name: &str, address: Address) -> DatabaseConfig {
    let name = name.to_owned();
    DatabaseConfig { name, address }
}

/// A server with the demo data; `admin` has logged in.
fn demo(address: Address, change: impl FnOnce(&mut Config)) -> Server {
    let mut server = Server::over(named("saleorder_api", address), |config| {
        config.demo = true;
        change(config);
    });
    server.token = log_in(&server, "saleorder_api");
    server
}

/// Logs in as the demo user and returns the token.
fn log_in(server: &Server, database: &str) -> String {
    let login = json!({"login": "admin", "password": "admin@123", "db": database}).to_string();
    let login = server.raw("POST", "/rest/api/login/token", &[], Body::Json(login.as_bytes()));
    login.ok()["access_token"].as_str().unwrap().to_owned()
}

/// Waits up to 30 seconds until a condition is true.
#[track_caller]
fn eventually(what: &str, mut so: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !so() {
        assert!(
            begun.elapsed().as_secs() < 30,
            "{what}: not after {:?}",
            begun.elapsed()
        );
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

fn run(session: &mut Session, text: &str) -> orm::Result<()> {
    let (text, binds) = (text.to_owned(), Vec::new());
    session.execute(&Statement { text, binds }).map(|_| ())
}

/// The number that a query returns in its only row.
fn number(session: &mut Session, text: &str) -> orm::Result<i64> {
    let mut number = None;
    session.query_text(text, &[], |row| {
        number = row.int(0)?;
        Ok(())
    })?;
    number.ok_or_else(|| orm::Error::internal("no number"))
}

/// The text that a query returns in its only row.
fn text(session: &mut Session, text: &str) -> String {
    let mut answer = String::new();
    let read = session.query_text(text, &[], |row| {
        answer = row.text(0)?.unwrap_or_default();
        Ok(())
    });
    read.unwrap();
    answer
}

fn add(session: &mut Session, id: i64) -> orm::Result<()> {
    let text = "UPDATE counts SET count = count + 1 WHERE id = ?".to_owned();
    let binds = vec![Bind::Int(Some(id))];
    session.execute(&Statement { text, binds }).map(|_| ())
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().unwrap()
}
