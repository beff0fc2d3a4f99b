//! The environment of a request: the transaction, the caller, the clock, the catalogue with its models' code.

mod budget;
mod caller;
mod code;
mod limits;
mod ops;
mod runtime;
mod trail;
mod user_changes;

pub use crate::access::Switches;
pub use budget::too_long;
pub use limits::Limits;
pub use ops::{BeforeFn, Call, CheckFn, ComputeFn, DefaultFn, Entry, MethodFn, ModelOps, SearchFn};
pub use runtime::Runtime;
pub use trail::Origin;
pub use user_changes::UserChange;

pub(crate) use budget::Budget;
pub(crate) use trail::{Trail, TrailEntry};

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap as HashMap;

use crate::access::Access;
use crate::db::{Bind, Lock, Row, Session};
use crate::error::{Error, Result};
use crate::field::DateTime;
use crate::registry::{ModelId, ModelInfo, Registry};
use crate::sql::{Sql, Statement, Text};
use crate::wire::{self, Wire};

/// The rows of a write that are in memory and not yet inserted, or changed there and not yet updated. Before a statement
/// runs, those that it could see are stored.
pub(crate) trait PendingWrites: Any {
    /// Stores the rows that a statement over these tables could see.
    fn flush(&mut self, env: &mut Env<'_>, tables: &[&'static str]) -> Result<()>;
}

/// The environment of one request; it lives inside the request's transaction.
#[expect(missing_debug_implementations, reason = "Diesel's connections have none")]
pub struct Env<'a> {
    /// The connection, within its transaction. What runs on it directly does not see the rows that a write still has in
    /// memory.
    pub session: &'a mut Session,
    /// Every model.
    pub registry: &'a Registry,
    /// Every model, with its code.
    pub runtime: &'a Runtime,
    /// The caller's user id; 1 is the system user.
    pub user: i64,
    /// The caller may change other users and the groups. The server looks this up at the beginning of a write, before
    /// the write could change it, and not for a read.
    pub administrator: bool,
    /// The caller's company, if it has one.
    pub company: Option<i64>,
    /// The time of the transaction: UTC, in microseconds.
    pub now: DateTime,
    /// The wire format of what the request gives and is answered: [`wire::DEFAULT`] unless [`Env::speaking`] sets another.
    pub wire: &'static dyn Wire,
    /// By what the caller makes changes, for the audit trail.
    pub origin: Origin,
    /// What was changed so far of models with `#[audit]`.
    pub(crate) trail: Trail,
    /// The access rights of its statements.
    pub(crate) access: Access,
    /// The memory that the response may still take.
    pub(crate) budget: Budget,
    /// The rows that a write has in memory, lent to the environment while computations and constraints run; otherwise
    /// `None`.
    pub(crate) pending: Option<Box<dyn PendingWrites>>,
    /// The records that this transaction has locked, or created, with the strength of the lock.
    held: HashMap<(ModelId, i64), Lock>,
    /// The row versions of records that it read without a lock: by model, then by id.
    seen: BTreeMap<ModelId, BTreeMap<i64, i64>>,
    /// The names that it has locked ([`Env::hold_name`]).
    held_names: BTreeSet<String>,
    /// The model whose constraint or method runs. What is written depends on what that reads, so its reads take locks.
    locking_for: Option<ModelId>,
    /// The last id that was reserved in this transaction for new records, by model.
    pub(crate) last_ids: HashMap<ModelId, i64>,
    /// A write within another one, or within a method that HTTP calls, was refused.
    pub(crate) refused_within: bool,
    /// What the write has done to users so far.
    user_changes: BTreeSet<UserChange>,
    /// How many writes run within each other: a method that runs with a write may write itself.
    pub(crate) nested_writes: usize,
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
            wire: wire::DEFAULT,
            origin: Origin::default(),
            trail: Trail::default(),
            access: Access::EVERYTHING,
            budget: Budget::UNLIMITED,
            pending: None,
            held: HashMap::default(),
            seen: BTreeMap::new(),
            held_names: BTreeSet::new(),
            locking_for: None,
            last_ids: HashMap::default(),
            refused_within: false,
            user_changes: BTreeSet::new(),
            nested_writes: 0,
        }
    }

    /// The same environment with another version of the wire format.
    pub fn speaking(self, wire: &'static dyn Wire) -> Self {
        Env { wire, ..self }
    }

    /// The same environment with a response of at most `most` bytes.
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

    /// Begins a statement over models, under the caller's access rights.
    pub(crate) fn sql(&self) -> Sql<'a> {
        Sql::new(self.registry, self.session.dialect(), self.access.clone())
    }

    /// Runs a statement and calls `each` with every row of the result. Pending rows of the current write that the
    /// statement could see are stored first.
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

    /// As [`Env::query`], for a result that may be long: one row is in memory at a time.
    pub(crate) fn stream(
        &mut self,
        text: &Text,
        binds: &[Bind],
        each: impl FnMut(&Row<'_, '_, '_>) -> Result<()>,
    ) -> Result<()> {
        self.before(text)?;
        self.session.stream_text(&text.sql, binds, each)
    }

    /// Runs a statement and returns the first column of its rows as ids; NULLs are left out.
    pub(crate) fn ids(&mut self, statement: Statement) -> Result<Vec<i64>> {
        let mut ids = Vec::new();
        self.query(statement, |row| {
            ids.extend(row.int(0)?);
            Ok(())
        })?;
        Ok(ids)
    }

    /// Runs a statement and returns the first two columns of its rows as ids; rows with a NULL in one are left out.
    pub(crate) fn pairs(&mut self, statement: Statement) -> Result<Vec<(i64, i64)>> {
        let mut pairs = Vec::new();
        self.query(statement, |row| {
            pairs.extend(row.int(0)?.zip(row.int(1)?));
            Ok(())
        })?;
        Ok(pairs)
    }

    /// Runs a statement that returns no rows.
    pub(crate) fn execute(&mut self, statement: Statement) -> Result<()> {
        self.before(&statement.text)?;
        self.session.execute(&statement.into_plain()).map(|_| ())
    }

    /// Prepares for a statement: checks that it was built under the caller's access rights, or under others that make no
    /// difference for its tables, and stores the pending rows of the tables that it touches.
    fn before(&mut self, text: &Text) -> Result<()> {
        if !text.access.is(&self.access) && !self.access.is_open(&text.tables) {
            return Err(Error::internal("a statement that was made under another one's access"));
        }
        let Some(mut pending) = self.pending.take() else {
            return Ok(());
        };
        let stored = pending.flush(self, &text.tables);
        self.pending = Some(pending);
        stored
    }

    /// The lock that this transaction has on a record; `None` when it has none.
    pub(crate) fn held(&self, model: &ModelInfo, id: i64) -> Option<Lock> {
        self.held.get(&(model.id, id)).copied()
    }

    /// Notes that this transaction has a lock on records: it created them, or locked their rows. A stronger lock that
    /// was noted before stays.
    pub(crate) fn hold(&mut self, model: &ModelInfo, ids: impl IntoIterator<Item = i64>, lock: Lock) {
        for id in ids {
            let held = self.held.entry((model.id, id)).or_insert(lock);
            *held = lock.max(*held);
        }
    }

    /// Notes that records are deleted. Also forgets all noted row versions: the database may have changed other rows
    /// with the deletion, so that they have new versions.
    pub(crate) fn release(&mut self, model: &ModelInfo, ids: &BTreeSet<i64>) {
        for id in ids {
            self.held.remove(&(model.id, *id));
        }
        self.seen.clear();
    }

    /// Notes the row version in which a record was read without a lock. The first version that was read counts. A record
    /// that is locked already is changed by nobody but this transaction.
    pub(crate) fn saw(&mut self, model: &ModelInfo, id: i64, version: i64) {
        if self.held.contains_key(&(model.id, id)) {
            return;
        }
        self.seen.entry(model.id).or_default().entry(id).or_insert(version);
    }

    /// Whether a record that is locked now is as it was read without a lock before, if it was. From now on nobody else
    /// changes it.
    pub(crate) fn is_as_seen(&mut self, model: &ModelInfo, id: i64, version: i64) -> bool {
        let seen = self.seen.get_mut(&model.id).and_then(|seen| seen.remove(&id));
        seen.is_none_or(|seen| seen == version)
    }

    /// The records that were read without a lock and are not locked by now: their ids and row versions, by model.
    pub(crate) fn seen(&self) -> Vec<(ModelId, Vec<i64>, Vec<i64>)> {
        let unheld = |(model, seen): (&ModelId, &BTreeMap<i64, i64>)| {
            let seen = seen.iter().filter(|(id, _)| !self.held.contains_key(&(*model, **id)));
            let (ids, versions): (Vec<i64>, Vec<i64>) = seen.unzip();
            (!ids.is_empty()).then_some((*model, ids, versions))
        };
        self.seen.iter().filter_map(unheld).collect()
    }

    /// Forgets which records are locked and which versions were read, so that a job over very many records needs little
    /// memory. Locking a record again costs a statement and changes nothing.
    pub(crate) fn forget_held(&mut self) {
        self.held.clear();
        self.seen.clear();
    }

    /// Locks a name until the transaction ends: another transaction that locks the same name waits. It is for what has
    /// no row to lock: a hierarchy as a whole, or records that a constraint searched for and did not find. Does nothing
    /// where only one transaction writes at a time (SQLite), or in a read.
    pub(crate) fn hold_name(&mut self, name: String) -> Result<()> {
        if !self.session.locks() || self.held_names.contains(&name) {
            return Ok(());
        }
        self.session.lock_name(&name)?;
        self.held_names.insert(name);
        Ok(())
    }

    /// Runs `job`, a constraint or method of a model: what it reads is locked until the transaction ends.
    pub(crate) fn with_read_locks<T>(&mut self, model: &ModelInfo, job: impl FnOnce(&mut Self) -> T) -> T {
        self.with_deciding(Some(model.id), job)
    }

    /// Runs `job`, a default or a computation, which takes values as they are at the moment: what it reads is not
    /// locked.
    pub(crate) fn without_read_locks<T>(&mut self, job: impl FnOnce(&mut Self) -> T) -> T {
        self.with_deciding(None, job)
    }

    fn with_deciding<T>(&mut self, locking_for: Option<ModelId>, job: impl FnOnce(&mut Self) -> T) -> T {
        let around = std::mem::replace(&mut self.locking_for, locking_for);
        let answer = job(self);
        self.locking_for = around;
        answer
    }

    /// The model whose constraint or method runs, if what it reads must be locked.
    pub(crate) fn locking_for(&self) -> Option<ModelId> {
        self.locking_for.filter(|_| self.session.locks())
    }
}
