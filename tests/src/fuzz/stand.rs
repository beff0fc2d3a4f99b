//! The demo data with the models, and who sends an input.

use chrono::{DateTime, TimeDelta};
use harness::Database;
use orm::db::Session;
use orm::env::Switches;
use orm::error::Result;
use orm::registry::ModelInfo;
use orm::{Env, Runtime};

/// The most bytes of an answer.
pub(super) const MOST: usize = 1024 * 1024;

/// The models over a database with the demo data.
#[expect(missing_debug_implementations, reason = "a session has none")]
pub struct Stand {
    pub(super) runtime: &'static Runtime,
    session: Session,
    _database: Database,
}

/// Who sends an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    /// The program itself, which no right restricts.
    System,
    Administrator,
    Salesman,
    Portal,
}

/// What the first line of an input says, and the rest of it.
pub(super) struct Given<'i> {
    pub(super) model: &'static ModelInfo,
    pub(super) caller: Caller,
    /// Further words of the first line.
    pub(super) words: Vec<&'i str>,
    pub(super) rest: &'i [u8],
}

impl Stand {
    /// A stand with a database of its own.
    ///
    /// # Panics
    /// When the demo data cannot be loaded.
    #[expect(clippy::new_without_default, reason = "it makes a database")]
    pub fn new() -> Self {
        let database = crate::demo();
        let runtime = Runtime::new(&models::catalogue()).expect("the models fit together");
        Stand {
            // Leaked, so that an input's model does not borrow the stand; a process has one.
            runtime: Box::leak(Box::new(runtime)),
            session: database.address().open(false).expect("the database"),
            _database: database,
        }
    }

    /// Reads the first line: `sale.order salesman`. Each line stands for some model and caller, so that no input is lost.
    pub(super) fn given<'i>(&self, input: &'i [u8]) -> Given<'i> {
        let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
        let (line, rest) = (&input[..end], input.get(end + 1..).unwrap_or_default());
        let mut words = std::str::from_utf8(line).unwrap_or_default().split(' ');
        let (model, caller) = (words.next().unwrap_or_default(), words.next());
        let models = self.runtime.models();
        let sum: usize = line.iter().map(|byte| usize::from(*byte)).sum();
        Given {
            model: self.runtime.find(model).unwrap_or(&models[sum % models.len()]),
            caller: match caller {
                Some("system") => Caller::System,
                Some("salesman") => Caller::Salesman,
                Some("portal") => Caller::Portal,
                _ => Caller::Administrator,
            },
            words: words.collect(),
            rest,
        }
    }

    /// Runs a job for the caller in a transaction, of which nothing is kept.
    pub(super) fn run<T>(
        &mut self,
        caller: Caller,
        writes: bool,
        job: impl FnOnce(&mut Env<'_>) -> Result<T>,
    ) -> Result<T> {
        let begun = match writes {
            true => self.session.begin_write(),
            false => self.session.begin_read(),
        };
        begun.expect("a transaction");
        let ran = environment(&mut self.session, self.runtime, caller).and_then(|mut env| job(&mut env));
        self.session.control("ROLLBACK").expect("the end of the transaction");
        ran
    }
}

fn environment<'a>(session: &'a mut Session, runtime: &'a Runtime, caller: Caller) -> Result<Env<'a>> {
    let now = DateTime::UNIX_EPOCH.naive_utc() + TimeDelta::days(20_000);
    let (user, groups): (i64, &[&str]) = match caller {
        Caller::System => return Ok(Env::system(session, runtime, now).answering(MOST)),
        Caller::Administrator => (2, &[]),
        Caller::Salesman => (4, &["Sales / User: Own Documents Only"]),
        Caller::Portal => (3, &["User types / Portal"]),
    };
    let mut env = Env::new(session, runtime, user, Some(1), now);
    env.administrator = caller == Caller::Administrator;
    let env = env.under_rights(groups.iter().copied(), vec![1], Switches::default())?;
    Ok(env.answering(MOST))
}
