//! `declarest verify`: whether a database is as the definitions say, and what of it can be mended.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use orm::audit::{Finding, Options, Report, audit};

use super::named;
use crate::api::now;
use crate::application::Program;
use crate::config::DatabaseConfig;
use crate::failure::Failure;
use crate::migrations::State;

/// The exit code where something is left that is not as it should be.
const FOUND: u8 = 1;
/// The exit code where that could not be found out.
pub(crate) const FAILED: u8 = 2;

/// Looks through the database and prints a line for each finding; the code says whether any is left.
///
/// # Errors
/// When there is no such model, the database has not the tables of the models, or cannot be read; or written, where it
/// is to be mended.
pub(crate) fn run(
    database: &DatabaseConfig,
    program: &'static Program,
    models: &[String],
    repair: bool,
) -> Result<ExitCode, Failure> {
    let models = named(program, models)?.iter().map(|model| model.id).collect();
    let state = State::of(program.application, &database.address)?;
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

/// Prints findings, a line each, and shows on a terminal how far it has come.
struct Printed {
    bar: ProgressBar,
    found: usize,
    mended: usize,
    /// The output could not be written: whoever reads it has gone.
    failed: Option<std::io::Error>,
}

impl Printed {
    fn new() -> Self {
        let bar = match std::io::stderr().is_terminal() {
            true => ProgressBar::new(0),
            false => ProgressBar::hidden(),
        };
        if let Ok(style) =
            ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} records, {per_sec}, {eta} left")
        {
            bar.set_style(style);
        }
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
