//! Changes of stored rows that wait in memory: a row whose fields are computed one after the other is updated once.

use std::collections::{BTreeMap, BTreeSet};

use super::{UnitOfWork, constraints, rows};
use crate::db::Lock;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::registry::{FieldId, ModelId, ModelInfo};
use crate::value::Value;

/// With more changed rows than this, all are updated.
const MOST_CHANGED: usize = 1_000;

/// The changed rows, by model, each with the fields that wait.
pub(super) type Changes = BTreeMap<ModelId, BTreeMap<i64, BTreeSet<FieldId>>>;

impl UnitOfWork {
    /// Whether a change of stored rows in memory may wait. Not one that the statements of a write look for without
    /// asking the unit of work first: relations, which lead from record to record, and what unique constraints compare.
    /// On PostgreSQL the rows have to be locked.
    pub(super) fn may_wait(
        &self,
        env: &Env<'_>,
        model: &ModelInfo,
        fields: &[FieldId],
        mut ids: impl Iterator<Item = i64>,
    ) -> bool {
        let is_free = |field: &FieldId| {
            let unread = || env.registry.dependencies().of(model.id, *field).is_empty();
            model.fields[*field].target.is_none() || *field == model.implicit("write_uid") && unread()
        };
        let locked = |id| !env.session.locks() || env.held(model, id) >= Some(Lock::Exclusive);
        fields.iter().all(is_free)
            && !constraints::unique_concerned(model, fields)
            && ids.all(|id| self.rows.contains_key(&(model.id, id)) && locked(id))
    }

    /// Notes that fields of rows were changed in memory, and are to be updated later.
    pub(super) fn note_waiting(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        fields: &[FieldId],
        ids: impl Iterator<Item = i64>,
    ) -> Result<()> {
        self.query_cache.forget_searches();
        let changed = self.changes.entry(model.id).or_default();
        ids.for_each(|id| changed.entry(id).or_default().extend(fields));
        match changed.len() > MOST_CHANGED {
            true => self.store_changes(env),
            false => Ok(()),
        }
    }

    /// Updates the rows whose changes wait: those of a model together. A field that has changed in some of them only is
    /// set to the value that it has in the others.
    pub(in crate::write) fn store_changes(&mut self, env: &mut Env<'_>) -> Result<()> {
        while let Some((of, changed)) = self.changes.first_key_value() {
            let (of, model) = (*of, env.registry.model(*of));
            let fields: BTreeSet<FieldId> = changed.values().flatten().copied().collect();
            let fields = Vec::from_iter(fields);
            let row = |id: &i64| {
                let row = self.rows.get(&(of, *id));
                let row = row.ok_or_else(|| Error::internal("a changed row is not in memory"))?;
                Ok((*id, fields.iter().map(|field| row[*field].clone()).collect()))
            };
            let changed: Vec<(i64, Vec<Value>)> = changed.keys().map(row).collect::<Result<_>>()?;
            let before = env.session.changes();
            rows::update(env, model, &fields, &changed)?;
            self.query_cache.keep_links(before, env.session.changes());
            self.changes.remove(&of);
        }
        Ok(())
    }

    /// Whether changes of these records wait.
    pub(super) fn is_changed(&self, model: &ModelInfo, ids: &[i64]) -> bool {
        let changed = self.changes.get(&model.id);
        changed.is_some_and(|changed| ids.iter().any(|id| changed.contains_key(id)))
    }
}
