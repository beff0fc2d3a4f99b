//! Whether a database is as the definitions say: what is stored is computed again and compared, and what no write would
//! have let in is looked for. Nothing is written unless it is asked for; then what can be mended without guessing is
//! mended by the same code that writes, a transaction for each batch, beside whatever else writes at the time.
//!
//! Memory does not follow the number of records: they are looked at in batches, by id. Without mending, all of them are
//! seen as they were at one moment.

mod batches;
mod computed;
mod finding;
mod hierarchy;
mod records;
mod relations;
mod schedule;
mod sequences;
mod taken;
mod unique;

pub use finding::{Finding, Report};

use rustc_hash::FxHashMap as HashMap;

use crate::db::Session;
use crate::env::{Env, Runtime};
use crate::error::{Code, Error, Result};
use crate::field::DateTime;
use crate::registry::{ModelId, ModelInfo};

/// What is looked at, and what becomes of it.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Only the records of these models, and the pairs of their fields; of all models where none is named.
    pub models: Vec<ModelId>,
    /// Mend what can be mended without guessing.
    pub repair: bool,
}

/// Looks through a database that has the tables of the definitions.
///
/// # Errors
/// When the database cannot be read, or cannot be written where it is to be mended. What was mended before stays.
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
        righted: computed::Righted::default(),
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
    /// A transaction that reads was begun.
    reading: bool,
    /// What was found wrong so far.
    righted: computed::Righted,
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

    /// Reads: all of it in one snapshot where nothing is to be mended, else what was mended is to be seen. What fails
    /// leaves the transaction as it was.
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
            true => self.session.control("COMMIT"),
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

/// Whether an error says nothing about the records that were looked at.
fn is_outage(error: &Error) -> bool {
    error.code() == Code::Unavailable
}
