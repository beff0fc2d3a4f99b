//! Lends the unit of work to the environment while computations and constraints run, so that what they read includes
//! the records in memory.

use std::any::Any;
use std::mem;

use rustc_hash::FxHashMap as HashMap;

use super::UnitOfWork;
use crate::compute::load::Store;
use crate::db::Lock;
use crate::env::{Env, PendingWrites};
use crate::error::Result;
use crate::record::Record;
use crate::registry::{FieldId, ModelInfo};

impl Store for UnitOfWork {
    fn records(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        ids: &[i64],
        lock: Option<Lock>,
    ) -> Result<HashMap<i64, Record>> {
        self.load(env, model, ids, lock)
    }

    fn links(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        field: FieldId,
        owners: &[i64],
    ) -> Result<Vec<(i64, i64)>> {
        let mut links = self.fresh_links(env.registry, model, field, &owners.iter().copied().collect())?;
        let stored: Vec<i64> = (owners.iter().copied())
            .filter(|id| !self.all_fresh(model, [*id]))
            .collect();
        if !stored.is_empty() {
            links.extend(self.query_cache.links(env, model, field, &stored)?);
        }
        links.sort_unstable();
        Ok(links)
    }

    fn with_pending<T>(&mut self, env: &mut Env<'_>, compute: impl FnOnce(&mut Env<'_>) -> T) -> T {
        env.pending = Some(Box::new(mem::take(self)));
        let answer = env.without_read_locks(compute);
        *self = take_pending(env).unwrap_or_default();
        answer
    }
}

impl PendingWrites for UnitOfWork {
    fn flush(&mut self, env: &mut Env<'_>, tables: &[&'static str]) -> Result<()> {
        let waiting = self.waiting.iter();
        let mut waiting = waiting.map(|(model, _)| env.registry.model(*model).def.table);
        let seen = waiting.any(|table| tables.contains(&table));
        if seen || self.pairs.keys().any(|link| tables.contains(&link.table)) {
            self.store_ready(env)?;
        }
        let mut changed = self.changes.keys().map(|model| env.registry.model(*model).def.table);
        match changed.any(|table| tables.contains(&table)) {
            true => self.store_changes(env),
            false => Ok(()),
        }
    }
}

/// Takes the unit of work of the write under way back from the environment; `None` where none is lent.
pub(in crate::write) fn take_pending(env: &mut Env<'_>) -> Option<UnitOfWork> {
    let pending: Box<dyn Any> = env.pending.take()?;
    pending.downcast().ok().map(|unit| *unit)
}

/// Runs `job` with the unit of work of the write under way, or with an empty one that is dropped afterwards.
pub(crate) fn with_unit<T>(env: &mut Env<'_>, job: impl FnOnce(&mut Env<'_>, &mut UnitOfWork) -> T) -> T {
    let lent = take_pending(env);
    let writes = lent.is_some();
    let mut unit = lent.unwrap_or_default();
    let answer = job(env, &mut unit);
    if writes {
        env.pending = Some(Box::new(unit));
    }
    answer
}
