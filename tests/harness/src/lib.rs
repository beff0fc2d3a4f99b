//! What every test suite uses: a database for each test (an SQLite file or, in binaries whose names end in `_postgres`,
//! a database of a temporary PostgreSQL cluster), a dump of all that a database holds, and an identity provider.

mod certificate;
mod cluster;
mod database;
mod dump;
mod folder;
mod pgbouncer;
mod provider;

use std::io::Write as _;

pub use certificate::certificate;
pub use cluster::{Cluster, address, cluster};
pub use database::{Database, Template};
pub use dump::{dump, execute, rows};
pub use folder::TempDir;
pub use pgbouncer::Pgbouncer;
pub use provider::Provider;

/// Prints that a test is skipped because a program is missing. With `DECLAREST_TESTS_REQUIRE=all` the test fails, unless
/// `DECLAREST_TESTS_WITHOUT` is a part of `why`: the machine cannot get that program.
///
/// # Panics
/// With `DECLAREST_TESTS_REQUIRE=all`.
pub fn skip(why: &str) {
    let setting = |name| std::env::var(name).unwrap_or_default();
    let without = setting("DECLAREST_TESTS_WITHOUT");
    let is_excused = !without.is_empty() && why.contains(&without);
    assert!(
        setting("DECLAREST_TESTS_REQUIRE") != "all" || is_excused,
        "required, but cannot run: {why}"
    );
    tell(&format!("skipped: {why}"));
}

/// Prints a line that is shown even if the test passes: it bypasses the test harness's capture of output.
pub fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "\n{line}"); // standard error may be closed
}
