//! What the test binaries share: a real server over a real database of its own, a client that speaks HTTP over a plain
//! socket, and a look at everything that a database holds.

mod certificate;
mod client;
mod cluster;
mod dump;
pub mod oracle;
mod pgbouncer;
mod server;

pub use client::{Body, Reply, encode, request};
pub use cluster::{Cluster, address, cluster};
pub use dump::{dump, execute, rows};
pub use pgbouncer::Pgbouncer;
pub use server::{Server, TempDir};

/// Says that a program this test needs is missing. With `DECLAREST_TESTS_REQUIRE=all` that is a failure.
///
/// # Panics
/// When everything is required.
pub fn skip(why: &str) {
    assert!(
        std::env::var("DECLAREST_TESTS_REQUIRE").as_deref() != Ok("all"),
        "required, but cannot run: {why}"
    );
    eprintln!("skipped: {why}");
}
