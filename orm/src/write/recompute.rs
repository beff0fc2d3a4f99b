//! Recomputes stored computed fields: after a change, the fields that read what changed are computed again, in batches,
//! in the order of their dependencies, inside the transaction. The number of statements follows the dependency graph,
//! not the number of records.

mod differing;
mod money;
mod scope;
mod writable;

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap as HashMap;

use self::differing::{entering, refuse_empty, related};
use self::money::Amounts;
pub(super) use self::money::{Amount, Columns, amounts};
pub(super) use self::scope::Loaded;
use self::scope::Scope;
use super::evaluate::{Wanted, evaluate};
use super::overrides::Overrides;
use super::reverse_paths::reaching;
use super::unit_of_work::UnitOfWork;
use super::{allowed, constraint_methods, hooks};
use crate::def::Operation;
use crate::dependencies::{
    CONSTRAINTS, Computed, Dependent, asked_of_new, computed, constraints as constraints_of, is_writable,
};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::registry::{FieldId, ModelId, ModelInfo};
use crate::value::Value;

/// The most rounds of a recomputation, each over the fields of one model and layer. A field that reads itself through a
/// hierarchy takes one round for each level.
const MOST_ROUNDS: usize = 1_000;

/// A write under way: its records in memory, and the records of each computed field (or constraint) that wait to be
/// computed (or checked), by layer, then model, then field: the order of the work.
#[derive(Debug, Default)]
pub(super) struct ChangeSet {
    pub(super) unit: UnitOfWork,
    waiting: BTreeMap<(usize, ModelId, FieldId), BTreeSet<i64>>,
    overrides: Overrides,
    /// Records that this write has created.
    made: BTreeSet<(ModelId, i64)>,
    /// Records that this write has deleted.
    deleted: BTreeSet<(ModelId, i64)>,
    /// Records that the caller himself created or changed, whose rules are to hold when everything is computed.
    of_caller: allowed::Changed,
    /// What `#[after(delete)]` methods are told when everything is computed.
    pub(super) after_deletion: Vec<hooks::Deleted>,
    /// The amounts that monetary fields are given.
    money: BTreeMap<Computed, Amounts>,
    /// New records whose amounts are to be rounded before they are inserted.
    new_money: BTreeMap<Computed, BTreeSet<i64>>,
    /// Amounts that stay, but for the rounding to a new currency.
    agreed: BTreeMap<Computed, BTreeSet<i64>>,
    scope: Scope,
}

/// How many records are computed at a time: bounds the memory.
const BATCH: usize = 1_000;

impl ChangeSet {
    /// Notes records that the caller creates or changes, where a rule restricts him.
    pub(super) fn mark_of_caller(&mut self, env: &Env<'_>, model: &ModelInfo, operation: Operation, ids: &[i64]) {
        if env.access.is_ruled(model, operation) {
            self.of_caller.entry((model.id, operation)).or_default().extend(ids);
        }
    }

    /// A write that has read some records already.
    pub(super) fn knowing(unit: UnitOfWork) -> Self {
        ChangeSet {
            unit,
            ..ChangeSet::default()
        }
    }

    /// Queues what follows from new records: their constraints, their computed fields except those `given` (asked by
    /// row and field), and the computed fields of records that have them as children.
    pub(super) fn created(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        ids: &[i64],
        given: impl Fn(usize, FieldId) -> bool,
    ) -> Result<()> {
        for field in computed(model) {
            if !is_writable(model, field) {
                self.push(env, (model.id, field), ids);
                continue;
            }
            let (given, others): (Vec<_>, Vec<_>) = ids.iter().enumerate().partition(|(row, _)| given(*row, field));
            let only_ids = |rows: Vec<(usize, &i64)>| rows.into_iter().map(|(_, id)| *id).collect::<Vec<_>>();
            let following = only_ids(others);
            self.overrides.begin((model.id, field), &only_ids(given), &following);
            self.push(env, (model.id, field), &following);
        }
        self.made.extend(ids.iter().map(|id| (model.id, *id)));
        for (constraint, _) in constraints_of(model) {
            self.push(env, (model.id, constraint), ids);
        }
        let registry = env.registry;
        let inverses = (0..model.def.fields.len()).filter(|field| model.fields[*field].is_many2one());
        let fields: Vec<FieldId> = inverses
            .filter(|field| !registry.dependencies().of(model.id, *field).is_empty())
            .collect();
        // Other records reach a new one only through its many2ones, as their child. Its own fields are queued above.
        self.changed_where(env, model, &fields, ids, |dependent| !dependent.path.is_empty())
    }

    /// Queues the computed fields that read these fields of these records. Where a relation changes, this is called
    /// before the change as well, to find those that read through the old value.
    pub(super) fn changed(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        fields: &[FieldId],
        ids: &[i64],
    ) -> Result<()> {
        self.changed_where(env, model, fields, ids, |_| true)
    }

    fn changed_where(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        fields: &[FieldId],
        ids: &[i64],
        wanted: impl Fn(&Dependent) -> bool,
    ) -> Result<()> {
        let registry = env.registry;
        let mut reached: HashMap<(ModelId, &[FieldId]), Vec<i64>> = HashMap::default();
        for dependent in (fields.iter())
            .flat_map(|field| registry.dependencies().of(model.id, *field))
            .filter(|dependent| wanted(dependent))
        {
            let origin = dependent.computed.0;
            let found = match reached.entry((origin, dependent.path.as_slice())) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(reaching(
                    env,
                    &mut self.unit,
                    registry.model(origin),
                    &dependent.path,
                    ids,
                )?),
            };
            match dependent.writable {
                false => self.push(env, dependent.computed, found),
                true if dependent.rounding => self.change_currency(env, dependent.computed, found)?,
                true => {
                    let follows = |id: &i64| self.overrides.follows(dependent.computed, *id);
                    let following: Vec<i64> = found.iter().copied().filter(follows).collect();
                    self.push(env, dependent.computed, &following);
                }
            }
        }
        Ok(())
    }

    /// Notes records that are about to be deleted: nothing of them is computed any more.
    pub(super) fn mark_deleted(&mut self, model: &ModelInfo, ids: &BTreeSet<i64>) {
        self.deleted.extend(ids.iter().map(|id| (model.id, *id)));
        for ((_, of, _), waiting) in &mut self.waiting {
            if *of == model.id {
                waiting.retain(|id| !ids.contains(id));
            }
        }
    }

    /// Whether this write has deleted a record.
    pub(super) fn is_gone(&self, model: &ModelInfo, id: i64) -> bool {
        self.deleted.contains(&(model.id, id))
    }

    fn push(&mut self, env: &Env<'_>, (model, field): Computed, ids: &[i64]) {
        let mut ids = ids.iter().filter(|id| self.scope.has((model, field), **id)).peekable();
        if ids.peek().is_some() {
            let layer = env.registry.dependencies().layer((model, field));
            self.waiting.entry((layer, model, field)).or_default().extend(ids);
        }
    }

    /// Finishes an import: computes the fields that imported records lack, and those of other records that read them,
    /// and rounds amounts that are defaults.
    /// `changes` are the relations, of imported or other records, by which others reach the imported ones. No
    /// constraint method is called.
    pub(super) fn load(
        mut self,
        env: &mut Env<'_>,
        loaded: Loaded,
        changes: &BTreeMap<(ModelId, FieldId), Vec<i64>>,
    ) -> Result<()> {
        let registry = env.registry;
        for (field, ids) in &loaded.lacking {
            self.force_recompute(env, *field, &ids.iter().copied().collect::<Vec<_>>());
        }
        self.scope = Scope::Loaded(loaded);
        for ((model, field), ids) in changes {
            self.changed(env, registry.model(*model), &[*field], ids)?;
        }
        self.compute_waiting(env)?;
        self.round_money(env)?;
        self.compute_waiting(env)?;
        self.unit.store(env)
    }

    /// Queues a field of records, even where somebody has written it.
    fn force_recompute(&mut self, env: &Env<'_>, field: Computed, ids: &[i64]) {
        self.overrides.reset(field, ids);
        self.push(env, field, ids);
    }

    /// Finishes a write: computes until nothing waits, rounds the given money, notes which writable fields were written,
    /// checks constraints, and inserts what is in memory.
    pub(super) fn run(&mut self, env: &mut Env<'_>) -> Result<()> {
        self.round_new_money(env)?;
        self.compute_waiting(env)?;
        self.round_money(env)?;
        self.compute_waiting(env)?;
        self.note_written(env)?;
        hooks::after_deletion(env, &mut self.unit, std::mem::take(&mut self.after_deletion))?;
        self.check_constraints(env)?;
        self.unit.store(env)?;
        allowed::after(env, &mut self.unit, std::mem::take(&mut self.of_caller))
    }

    /// Inserts what is in memory, after computing where a row lacks a required value.
    pub(super) fn store(&mut self, env: &mut Env<'_>) -> Result<()> {
        self.round_new_money(env)?;
        if self.unit.lacks(env.registry) {
            self.compute_waiting(env)?;
        }
        self.unit.store(env)
    }

    /// As [`ChangeSet::store`], and forgets the rows in memory: the database is about to change them.
    pub(super) fn flush_and_clear(&mut self, env: &mut Env<'_>) -> Result<()> {
        self.store(env)?;
        self.unit.flush_and_clear(env)
    }

    /// Checks the constraints that wait, once everything is computed.
    fn check_constraints(&mut self, env: &mut Env<'_>) -> Result<()> {
        let mut issues = Vec::new();
        for ((_, model, constraint), mut ids) in std::mem::take(&mut self.waiting) {
            let model = env.registry.model(model);
            if !asked_of_new(model, constraint) {
                ids.retain(|id| !self.made.contains(&(model.id, *id)));
            }
            for batch in batches(Wanted::from([(constraint, ids)]))
                .into_iter()
                .flat_map(BTreeMap::into_values)
            {
                issues.extend(constraint_methods::after_change(
                    env,
                    &mut self.unit,
                    model,
                    constraint,
                    batch,
                )?);
                self.unit.trim();
            }
        }
        match issues.is_empty() {
            true => Ok(()),
            false => Err(Error::invalid(issues)),
        }
    }

    fn compute_waiting(&mut self, env: &mut Env<'_>) -> Result<()> {
        for _ in 0..MOST_ROUNDS {
            let Some((&(layer, model, _), _)) = self.waiting.first_key_value() else {
                return Ok(());
            };
            if layer == CONSTRAINTS {
                return Ok(());
            }
            // All fields of the model in this layer, in one round.
            let later = self.waiting.split_off(&(layer, model + 1, 0));
            let now = std::mem::replace(&mut self.waiting, later);
            let mut wanted: Wanted = now.into_iter().map(|((_, _, field), ids)| (field, ids)).collect();
            let model = env.registry.model(model);
            for (field, ids) in &mut wanted {
                if is_writable(model, *field) {
                    ids.retain(|id| self.overrides.follows((model.id, *field), *id));
                }
            }
            for batch in batches(wanted) {
                self.compute(env, model, &batch)?;
                self.unit.trim();
            }
        }
        Err(Error::refused(format!(
            "a hierarchy of more than {MOST_ROUNDS} levels is not computed: put fewer records above each other"
        )))
    }

    /// Computes fields of records, stores the values that differ, and queues the fields that read those.
    fn compute(&mut self, env: &mut Env<'_>, model: &ModelInfo, wanted: &Wanted) -> Result<()> {
        let mut differing: BTreeMap<FieldId, BTreeMap<i64, Value>> = BTreeMap::new();
        for (field, values) in evaluate(env, &mut self.unit, model, wanted)? {
            let values: BTreeMap<i64, Value> = (values.into_iter())
                .filter_map(|(id, value)| Some((id, value?)))
                .collect();
            if !values.is_empty() {
                differing.insert(field, values);
            }
        }
        if differing.is_empty() {
            return Ok(());
        }
        refuse_empty(&self.unit.pointers, model, &differing)?;
        let fields: Vec<FieldId> = differing.keys().copied().collect();
        let ids: BTreeSet<i64> = differing.values().flat_map(BTreeMap::keys).copied().collect();
        let ids: Vec<i64> = ids.into_iter().collect();
        self.before_change(env, model, &fields, &ids, &entering(&differing))?;
        self.set(env, model, &ids, &differing)?;
        self.changed(env, model, &fields, &ids)?;
        for (field, values) in &differing {
            let ids: Vec<i64> = values.keys().copied().collect();
            self.reset(env, model, *field, &ids);
        }
        Ok(())
    }

    fn set(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        ids: &[i64],
        differing: &BTreeMap<FieldId, BTreeMap<i64, Value>>,
    ) -> Result<()> {
        let (relations, columns): (Vec<FieldId>, Vec<FieldId>) =
            differing.keys().partition(|field| model.fields[**field].is_x2many());
        if !columns.is_empty() {
            let value = |id: i64, field: &FieldId| match differing[field].get(&id) {
                Some(value) => value.clone(),
                None => self.unit.value(model, id, *field).cloned().unwrap_or(Value::Null),
            };
            let rows = ids
                .iter()
                .filter(|id| columns.iter().any(|field| differing[field].contains_key(id)))
                .map(|id| (*id, columns.iter().map(|field| value(*id, field)).collect()))
                .collect();
            self.unit.set(env, model, &columns, rows)?;
        }
        for field in relations {
            let wanted = (differing[&field].iter()).map(|(id, value)| (*id, related(value).to_vec()));
            self.unit.set_pairs(env, model, field, wanted.collect())?;
        }
        Ok(())
    }
}

/// Splits very many records into batches, so that memory does not grow with their number.
fn batches(wanted: Wanted) -> Vec<Wanted> {
    let ids: BTreeSet<i64> = wanted.values().flatten().copied().collect();
    if ids.len() <= BATCH {
        return vec![wanted];
    }
    let ids: Vec<i64> = ids.into_iter().collect();
    let part = |batch: &[i64]| {
        let (first, last) = (batch[0], batch[batch.len() - 1]);
        let some = |ids: &BTreeSet<i64>| ids.range(first..=last).copied().collect();
        wanted.iter().map(|(field, ids)| (*field, some(ids))).collect()
    };
    ids.chunks(BATCH).map(part).collect()
}

/// Computes these stored fields of these records, in the order of their dependencies. Of the fields that read them,
/// only the same field of other records is computed again: in a hierarchy, a complete name contains its parent's.
pub(crate) fn only(env: &mut Env<'_>, mut fields: Vec<(ModelId, FieldId, BTreeSet<i64>)>) -> Result<()> {
    let registry = env.registry;
    fields.sort_by_key(|(model, field, _)| registry.dependencies().layer((*model, *field)));
    for (model, field, ids) in fields {
        let mut change_set = ChangeSet {
            scope: Scope::Field((model, field)),
            ..ChangeSet::default()
        };
        change_set.force_recompute(env, (model, field), &ids.into_iter().collect::<Vec<_>>());
        change_set.compute_waiting(env)?;
        change_set.unit.store(env)?;
    }
    Ok(())
}
