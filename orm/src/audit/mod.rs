//! `declarest verify`: whether a database is as the definitions say. Stored computed fields are computed again and
//! compared, and values that no write would have accepted are looked for. Nothing is written unless repair is asked
//! for; then what can be repaired without guessing is repaired by the code that writes use, one transaction for each
//! batch, while other requests may write.
//!
//! Memory does not grow with the number of records: they are checked in batches, by id. Without repair, all of them are
//! seen in one snapshot.

mod batches;
mod computed;
mod finding;
mod hierarchy;
mod records;
mod relations;
mod schedule;
mod sequences;
mod staleness;
mod unique;

pub use finding::{Finding, Report};

use rustc_hash::FxHashMap as HashMap;

use crate::db::Session;
use crate::env::{Env, Runtime};
use crate::error::{Code, Error, Result};
use crate::field::DateTime;
use crate::registry::{ModelId, ModelInfo};

/// What is checked, and whether it is repaired.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Only the records of these models, and the pairs of their many2many fields; empty: all models.
    pub models: Vec<ModelId>,
    /// Repair what can be repaired without guessing.
    pub repair: bool,
}

/// Checks a database that has the tables of the definitions, and reports what it finds.
///
/// # Errors
/// When the database cannot be read, or not be written for a repair. What was repaired before stays.
pub fn audit(
    session: &mut Session,
    runtime: &Runtime,
    now: DateTime,
    options: &Options,
    report: &mut dyn Report,
) -> Result<()> {
    let wanted = |model: &&ModelInfo| options.models.is_empty() || options.models.contains(&model.id);
    let models: Vec<&ModelInfo> = runtime.models().iter().filter(wanted).collect();
    let mut audit = Audit {
        session,
        runtime,
        now,
        repair: options.repair,
        reading: false,
        corrected: computed::CorrectedRows::default(),
        report,
    };
    let looked = audit.everything(&models);
    let ended = audit.end_read();
    looked.and(ended)
}

/// An audit under way.
struct Audit<'a> {
    session: &'a mut Session,
    runtime: &'a Runtime,
    now: DateTime,
    repair: bool,
    /// A transaction for reads has begun.
    reading: bool,
    /// The records found wrong so far, as they would be if they were right.
    corrected: computed::CorrectedRows,
    report: &'a mut dyn Report,
}

impl Audit<'_> {
    fn everything(&mut self, models: &[&ModelInfo]) -> Result<()> {
        let passes = schedule::passes(self.runtime, models);
        let mut counts = HashMap::default();
        for model in models {
            counts.insert(model.id, self.read(|env| batches::count(env, model))?);
        }
        let steps = passes
            .iter()
            .map(|pass| pass.model)
            .chain(models.iter().map(|model| model.id));
        self.report.expect(steps.map(|model| counts[&model]).sum());

        let mut lost = HashMap::default();
        for model in models {
            relations::check(self, model)?;
            lost.insert(model.id, hierarchy::check(self, model)?);
        }
        relations::check_pairs(self, models)?;
        for pass in &passes {
            computed::check(self, pass, &lost[&pass.model])?;
        }
        let mut numbers = sequences::Numbers::of(self, models)?;
        for model in models {
            records::check(self, model, &mut numbers)?;
            unique::check(self, model)?;
            sequences::check_ids(self, model)?;
        }
        numbers.tell(self)
    }

    /// Reads. Without repair, all reads are in one snapshot; with repair, each is a transaction of its own, which sees
    /// what was repaired before. An error leaves the transaction as it was.
    fn read<T>(&mut self, job: impl FnOnce(&mut Env<'_>) -> Result<T>) -> Result<T> {
        if !self.reading {
            self.session.begin_read()?;
            self.reading = true;
        }
        let (runtime, now) = (self.runtime, self.now);
        let answer = self
            .session
            .attempt(|session| job(&mut Env::system(session, runtime, now)));
        if self.repair {
            self.end_read()?;
        }
        answer
    }

    fn end_read(&mut self) -> Result<()> {
        match std::mem::take(&mut self.reading) {
            true => self.session.control("ROLLBACK"),
            false => Ok(()),
        }
    }

    /// Writes, in a transaction of its own.
    fn write<T>(&mut self, mut job: impl FnMut(&mut Env<'_>) -> Result<T>) -> Result<T> {
        let (runtime, now) = (self.runtime, self.now);
        self.session
            .transact(|session| job(&mut Env::system(session, runtime, now)))
    }
}

/// Whether an error is an outage of the database, which says nothing about the records that were checked.
fn is_outage(error: &Error) -> bool {
    error.code() == Code::Unavailable
}
