//! `declarest verify`: checks whether a database agrees with the definitions, and repairs what needs no guessing.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use indicatif::ProgressBar;
use orm::audit::{Finding, Options, Report, audit};

use super::{models_named, progress_bar};
use crate::api::now;
use crate::application::Program;
use crate::config::DatabaseConfig;
use crate::failure::Failure;
use crate::migrations::MigrationStatus;

/// The exit code if findings are left.
const FOUND: u8 = 1;
/// The exit code if the check itself failed.
pub(crate) const FAILED: u8 = 2;

/// Checks the database and prints a line for each finding. The exit code says whether unrepaired findings are left.
///
/// # Errors
/// When there is no such model, the database lacks migrations or is ahead, cannot be read or, with `repair`, not be
/// written, or the findings cannot be printed.
pub(crate) fn run(
    database: &DatabaseConfig,
    program: &'static Program,
    models: &[String],
    repair: bool,
) -> Result<ExitCode, Failure> {
    let models = models_named(program, models)?.iter().map(|model| model.id).collect();
    let state = MigrationStatus::of(program.application, &database.address)?;
    state.refuse_ahead()?;
    state.refuse_behind()?;
    let mut session = database.address.open(false)?;
    let mut printed = Printed::new();
    audit(&mut session, program, now(), &Options { models, repair }, &mut printed)?;
    printed.bar.finish_and_clear();
    let Printed {
        found, mended, failed, ..
    } = printed;
    if let Some(error) = failed {
        return Err(error.into());
    }
    let findings = if found == 1 { "finding" } else { "findings" };
    let told = match (found, mended) {
        (0, _) => "everything is as the models say".to_owned(),
        (_, 0) => format!("{found} {findings}"),
        _ => format!("{found} {findings}, {mended} mended"),
    };
    println!("{}: {told}", database.name);
    match found == mended {
        true => Ok(ExitCode::SUCCESS),
        false => Ok(ExitCode::from(FOUND)),
    }
}

/// Prints and counts the findings, one line each, and shows a progress bar if the standard error is a terminal.
struct Printed {
    bar: ProgressBar,
    found: usize,
    mended: usize,
    /// The first error of printing, for example because the reader of a pipe has gone.
    failed: Option<std::io::Error>,
}

impl Printed {
    fn new() -> Self {
        let bar = match std::io::stderr().is_terminal() {
            true => progress_bar(0),
            false => ProgressBar::hidden(),
        };
        Printed {
            bar,
            found: 0,
            mended: 0,
            failed: None,
        }
    }
}

impl Report for Printed {
    fn expect(&mut self, records: u64) {
        self.bar.inc_length(records);
    }

    fn looked_at(&mut self, records: u64) {
        self.bar.inc(records);
    }

    fn found(&mut self, finding: Finding) {
        self.found += 1;
        self.mended += usize::from(finding.mended);
        let printed = self.bar.suspend(|| writeln!(std::io::stdout(), "{finding}"));
        self.failed = self.failed.take().or(printed.err());
    }
}
