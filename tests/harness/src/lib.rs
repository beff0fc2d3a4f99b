//! What every suite of tests stands on: a database of a test's own, which is an SQLite file or, in the binaries whose names
//! end in `_postgres`, a database of a temporary PostgreSQL cluster; and a look at all that it holds.

mod certificate;
mod cluster;
mod database;
mod dump;
mod folder;
mod pgbouncer;

use std::io::Write as _;

pub use cluster::{Cluster, address, cluster};
pub use database::{Database, Template};
pub use dump::{dump, execute, rows};
pub use folder::TempDir;
pub use pgbouncer::Pgbouncer;

/// Says that a program this test needs is missing. With `DECLAREST_TESTS_REQUIRE=all` that is a failure.
///
/// # Panics
/// When everything is required.
pub fn skip(why: &str) {
    assert!(
        std::env::var("DECLAREST_TESTS_REQUIRE").as_deref() != Ok("all"),
        "required, but cannot run: {why}"
    );
    tell(&format!("skipped: {why}"));
}

/// Prints a line, also in a test that passes.
pub fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "\n{line}"); // nobody may listen any more
}
