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
