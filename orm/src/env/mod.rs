//! What a request runs in: the transaction, the caller, the clock, the catalogue and its models' code.

mod budget;
mod limits;
mod ops;
mod runtime;

pub use budget::too_long;
pub use limits::Limits;
pub use ops::{Call, CheckFn, ComputeFn, DefaultFn, Entry, MethodFn, ModelOps, SearchFn};
pub use runtime::Runtime;

pub(crate) use budget::Budget;

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap as HashMap;

use crate::access::Access;
use crate::db::{Bind, Lock, Row, Session};
use crate::error::{Error, Result};
use crate::field::DateTime;
use crate::registry::{ModelId, ModelInfo, Registry};
use crate::sql::{Sql, Statement, Text};
use crate::wire::{V1, Wire};

/// What a write has in memory and the database does not have yet. A read stores what it could see of it first.
pub(crate) trait PendingWrites: Any {
    /// Stores what a statement over these tables could see.
    fn flush(&mut self, env: &mut Env<'_>, tables: &[&'static str]) -> Result<()>;
}

/// The environment of one request; lives inside its transaction.
#[expect(missing_debug_implementations, reason = "Diesel's connections have none")]
pub struct Env<'a> {
    /// The transaction.
    pub session: &'a mut Session,
    /// Every model.
    pub registry: &'a Registry,
    /// Every model, with its code.
    pub runtime: &'a Runtime,
    /// The caller's user id; 1 is the system user.
    pub user: i64,
    /// The caller may change who others are and what they may. The server finds that out before a write changes it.
    pub administrator: bool,
    /// The caller's company, where it has one.
    pub company: Option<i64>,
    /// The time of the transaction, microseconds, UTC.
    pub now: DateTime,
    /// How what it is given, and what it answers, is spelled: version 1 unless [said](Env::speaking).
    pub wire: &'static dyn Wire,
    /// Which records and fields its statements may touch.
    pub(crate) access: Access,
    /// What the answer may still take.
    pub(crate) budget: Budget,
    /// What a write has in memory, while its computations ask for records; nothing where nothing is written.
    pub(crate) pending: Option<Box<dyn PendingWrites>>,
    /// The records that this transaction holds.
    held: HashMap<(ModelId, i64), Lock>,
    /// The versions of records that it read without holding them.
    seen: BTreeMap<ModelId, BTreeMap<i64, i64>>,
    /// The names that it holds.
    held_names: BTreeSet<String>,
    /// The model whose rule or method runs: what it reads decides what is written.
    deciding: Option<ModelId>,
}

impl<'a> Env<'a> {
    /// The environment of a user's request.
    pub fn new(session: &'a mut Session, runtime: &'a Runtime, user: i64, company: Option<i64>, now: DateTime) -> Self {
        Env {
            session,
            registry: runtime,
            runtime,
            user,
            administrator: false,
            company,
            now,
            wire: &V1,
            access: Access::EVERYTHING,
            budget: Budget::UNLIMITED,
            pending: None,
            held: HashMap::default(),
            seen: BTreeMap::new(),
            held_names: BTreeSet::new(),
            deciding: None,
        }
    }

    /// The same, in another version of the wire.
    pub fn speaking(self, wire: &'static dyn Wire) -> Self {
        Env { wire, ..self }
    }

    /// The same, for an answer of at most `most` bytes.
    pub fn answering(self, most: usize) -> Self {
        Env {
            budget: Budget::of(most),
            ..self
        }
    }

    /// The environment of the system user, who belongs to no company.
    pub fn system(session: &'a mut Session, runtime: &'a Runtime, now: DateTime) -> Self {
        Env {
            administrator: true,
            ..Env::new(session, runtime, 1, None, now)
        }
    }

    /// Begins a statement over models, under the caller's access.
    pub(crate) fn sql(&self) -> Sql<'a> {
        Sql::new(self.registry, self.session.dialect(), self.access)
    }

    /// Runs a statement that answers rows. Rows of the write under way that it could see are stored before.
    pub(crate) fn query(
        &mut self,
        statement: Statement,
        each: impl FnMut(&Row<'_, '_, '_>) -> Result<()>,
    ) -> Result<()> {
        self.before(&statement.text)?;
        let cached = statement.text.cached;
        let plain = statement.into_plain();
        match cached {
            true => self.session.query(&plain, each),
            false => self.session.query_once(&plain, each),
        }
    }

    /// As [`Env::query`], for an answer that may be long: one row is in memory at a time.
    pub(crate) fn stream(
        &mut self,
        text: &Text,
        binds: &[Bind],
        each: impl FnMut(&Row<'_, '_, '_>) -> Result<()>,
    ) -> Result<()> {
        self.before(text)?;
        self.session.stream_text(&text.sql, binds, each)
    }

    /// The first column of each row: ids; empty ones are left out.
    pub(crate) fn ids(&mut self, statement: Statement) -> Result<Vec<i64>> {
        let mut ids = Vec::new();
        self.query(statement, |row| {
            ids.extend(row.int(0)?);
            Ok(())
        })?;
        Ok(ids)
    }

    /// The first two columns of each row: ids; rows where one is empty are left out.
    pub(crate) fn pairs(&mut self, statement: Statement) -> Result<Vec<(i64, i64)>> {
        let mut pairs = Vec::new();
        self.query(statement, |row| {
            pairs.extend(row.int(0)?.zip(row.int(1)?));
            Ok(())
        })?;
        Ok(pairs)
    }

    /// Runs a statement without rows.
    pub(crate) fn execute(&mut self, statement: Statement) -> Result<()> {
        self.before(&statement.text)?;
        self.session.execute(&statement.into_plain()).map(|_| ())
    }

    /// What comes before a statement: it is under the caller's access, and sees what is about to be written.
    fn before(&mut self, text: &Text) -> Result<()> {
        if text.access != self.access {
            return Err(Error::internal("a statement that was made under another one's access"));
        }
        let Some(mut pending) = self.pending.take() else {
            return Ok(());
        };
        let stored = pending.flush(self, &text.tables);
        self.pending = Some(pending);
        stored
    }

    /// How this transaction holds a record; `None` when it does not.
    pub(crate) fn held(&self, model: &ModelInfo, id: i64) -> Option<Lock> {
        self.held.get(&(model.id, id)).copied()
    }

    /// Notes that this transaction holds records: it made them, or locked their rows.
    pub(crate) fn hold(&mut self, model: &ModelInfo, ids: impl IntoIterator<Item = i64>, lock: Lock) {
        for id in ids {
            let held = self.held.entry((model.id, id)).or_insert(lock);
            *held = lock.max(*held);
        }
    }

    /// Notes that records are deleted. What the database did along with it made other versions of what was seen.
    pub(crate) fn release(&mut self, model: &ModelInfo, ids: &BTreeSet<i64>) {
        for id in ids {
            self.held.remove(&(model.id, *id));
        }
        self.seen.clear();
    }

    /// Notes in which version a record was read without being held; the first one counts.
    pub(crate) fn saw(&mut self, model: &ModelInfo, id: i64, version: i64) {
        self.seen.entry(model.id).or_default().entry(id).or_insert(version);
    }

    /// What was read without being held until now: ids and versions, by model.
    pub(crate) fn seen(&self) -> Vec<(ModelId, Vec<i64>, Vec<i64>)> {
        let unheld = |(model, seen): (&ModelId, &BTreeMap<i64, i64>)| {
            let seen = seen.iter().filter(|(id, _)| !self.held.contains_key(&(*model, **id)));
            let (ids, versions): (Vec<i64>, Vec<i64>) = seen.unzip();
            (!ids.is_empty()).then_some((*model, ids, versions))
        };
        self.seen.iter().filter_map(unheld).collect()
    }

    /// Forgets which records this transaction holds, where it goes through very many: to lock one again costs a statement
    /// and changes nothing.
    pub(crate) fn forget_held(&mut self) {
        self.held.clear();
        self.seen.clear();
    }

    /// Lets no other transaction past this point with the same name until this one ends. For what has no row to lock:
    /// a hierarchy as a whole, the records that a rule did not find.
    pub(crate) fn hold_name(&mut self, name: String) -> Result<()> {
        if !self.session.locks() || self.held_names.contains(&name) {
            return Ok(());
        }
        self.session.lock_name(&name)?;
        self.held_names.insert(name);
        Ok(())
    }

    /// Runs `job`, a rule or method of a model: what it reads is held until the transaction ends.
    pub(crate) fn decide<T>(&mut self, model: &ModelInfo, job: impl FnOnce(&mut Self) -> T) -> T {
        self.with_deciding(Some(model.id), job)
    }

    /// Runs `job`, which takes values as they are at the moment: a default, a computation. Nothing is held for it.
    pub(crate) fn propose<T>(&mut self, job: impl FnOnce(&mut Self) -> T) -> T {
        self.with_deciding(None, job)
    }

    fn with_deciding<T>(&mut self, deciding: Option<ModelId>, job: impl FnOnce(&mut Self) -> T) -> T {
        let around = std::mem::replace(&mut self.deciding, deciding);
        let answer = job(self);
        self.deciding = around;
        answer
    }

    /// The model whose rule or method runs, where what it reads must be locked.
    pub(crate) fn deciding(&self) -> Option<ModelId> {
        self.deciding.filter(|_| self.session.locks())
    }
}
