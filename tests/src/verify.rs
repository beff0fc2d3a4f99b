//! `declarest verify` for tests: checks stored data against the models. Tests that write a lot end with it.

use std::sync::OnceLock;

use orm::Runtime;
use orm::audit::{Finding, Options, Report, audit};
use orm::db::Address;

/// What `declarest verify` finds in a database, one line for each finding.
///
/// # Panics
/// When the database cannot be read.
pub fn verify(database: &Address) -> Vec<String> {
    run(database, false)
}

/// As [`verify`], with `--repair`.
///
/// # Panics
/// When the database cannot be read or written.
pub fn repair(database: &Address) -> Vec<String> {
    run(database, true)
}

/// Asserts that `declarest verify` finds nothing wrong in a database.
///
/// # Panics
/// When it finds something.
#[track_caller]
pub fn assert_clean(database: &Address) {
    let findings = verify(database);
    assert!(
        findings.is_empty(),
        "{} findings:\n{}",
        findings.len(),
        findings.join("\n")
    );
}

fn run(database: &Address, repair: bool) -> Vec<String> {
    static REGISTRY: OnceLock<Runtime> = OnceLock::new();
    let registry = REGISTRY.get_or_init(|| Runtime::new(&models::catalogue()).expect("models that fit together"));
    let mut session = database.open(false).unwrap_or_else(|error| panic!("{error}"));
    let options = Options {
        repair,
        ..Options::default()
    };
    let mut findings = Findings::default();
    let now = chrono::Utc::now().naive_utc();
    audit(&mut session, registry, now, &options, &mut findings).unwrap_or_else(|error| panic!("{error}"));
    findings.0
}

#[derive(Default)]
struct Findings(Vec<String>);

impl Report for Findings {
    fn expect(&mut self, _: u64) {}

    fn looked_at(&mut self, _: u64) {}

    fn found(&mut self, finding: Finding) {
        self.0.push(finding.to_string());
    }
}
