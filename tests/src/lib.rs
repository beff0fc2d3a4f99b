//! What the test binaries share: a real server with a database of its own, an HTTP client over a plain socket, calls of
//! Cargo and of `declarest verify`, a second application, the entry points of fuzzing, and the code of the program
//! `oracle`.

mod cargo;
mod client;
#[path = "../../server/src/declarest.rs"]
mod declarest;
pub mod fuzz;
mod library;
pub mod oracle;
mod server;
mod verify;

use orm::db::Address;

pub use cargo::{cargo, target};
pub use client::{Body, Reply, encode, exchange, request};
pub use harness::{
    Cluster, Database, Pgbouncer, Provider, TempDir, Template, address, certificate, cluster, dump, execute, rows,
    skip, tell,
};
pub use library::LIBRARY;
pub use server::{Server, demo};
pub use verify::{assert_clean, repair, verify};

/// The application that the program `declarest` serves.
pub fn declarest() -> &'static ::server::Application {
    &declarest::APPLICATION
}

/// Runs a command of the program over a database, in this process.
///
/// # Panics
/// When it fails.
#[track_caller]
pub fn command(words: &[&str], database: &Address) {
    let url = match database {
        Address::Sqlite(file) => format!("sqlite://{}", file.path().display()),
        Address::Postgres(url) => url.as_str().to_owned(),
    };
    let words = ["declarest"].iter().chain(words).copied().chain(["--database", &url]);
    let code = ::server::cli::run_from(declarest(), words.map(Into::into));
    assert_eq!(format!("{code:?}"), format!("{:?}", std::process::ExitCode::SUCCESS));
}
