//! Money that a write gives is rounded to the currency of its record: when everything else is computed, since the
//! currency may be computed too. Until then the column's form of an amount stands for it, and the amount itself is kept
//! beside, so that it is rounded only once. An amount that is judged before that (by a check, or because its change
//! resets another field) is also rounded before it is judged. Computed money is rounded where it is computed
//! (`compute/values.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use super::ChangeSet;
use crate::compute::load::{ReadTree, Reading, load};
use crate::compute::{in_currency, normalized};
use crate::def::Kind;
use crate::dependencies::{Computed, definition, is_agreed};
use crate::env::Env;
use crate::error::Result;
use crate::field::Decimal;
use crate::registry::{FieldId, ModelInfo, Registry};
use crate::value::Value;
use crate::write::constraints::any_concerned;
use crate::write::evaluate::{Wanted, evaluate};
use crate::write::written;

/// An amount that a record is given.
#[derive(Debug, Clone)]
pub(in crate::write) struct Amount {
    field: FieldId,
    /// With all its digits.
    exact: Decimal,
    /// What the record holds in its place until everything is computed.
    standing: Value,
}

/// The amounts of a field, by record.
pub(super) type Amounts = BTreeMap<i64, Amount>;

/// What records are about to get.
#[derive(Debug, Clone)]
pub(in crate::write) struct Columns {
    pub(in crate::write) ids: Vec<i64>,
    pub(in crate::write) columns: Vec<(FieldId, Value)>,
    /// The amounts among them.
    pub(in crate::write) amounts: Vec<Amount>,
}

/// The amounts among these values, with all their digits. In their place, the values get what their column stores.
///
/// # Errors
/// When a column cannot hold an amount.
pub(in crate::write) fn amounts<'v>(
    model: &ModelInfo,
    values: impl IntoIterator<Item = (FieldId, &'v mut Value)>,
) -> Result<Vec<Amount>> {
    let mut amounts = Vec::new();
    for (field, value) in values {
        let info = &model.fields[field];
        if let (Kind::Monetary { .. }, Value::Decimal(exact)) = (info.def.kind, &*value) {
            let exact = *exact;
            *value = normalized(Value::Decimal(exact), info)?;
            let standing = value.clone();
            amounts.push(Amount { field, exact, standing });
        }
    }
    Ok(amounts)
}

/// Whether an amount is judged before everything is computed.
fn is_judged(registry: &Registry, model: &ModelInfo, field: FieldId) -> bool {
    any_concerned(model, &[field]) || !registry.dependencies().resets(model.id, field).is_empty()
}

impl ChangeSet {
    /// Notes the amounts that records are given, to be rounded.
    pub(in crate::write) fn mark_money(&mut self, model: &ModelInfo, amounts: &[Amount], ids: &[i64]) {
        for amount in amounts.iter().filter(|amount| !amount.exact.is_zero()) {
            let given = self.money.entry((model.id, amount.field)).or_default();
            given.extend(ids.iter().map(|id| (*id, amount.clone())));
        }
    }

    /// As [`ChangeSet::mark_money`], of new records, which are judged when they are inserted.
    pub(in crate::write) fn mark_new_money(&mut self, env: &Env<'_>, model: &ModelInfo, amounts: &[Amount], id: i64) {
        self.mark_money(model, amounts, &[id]);
        for amount in amounts
            .iter()
            .filter(|amount| is_judged(env.registry, model, amount.field))
        {
            self.new_money.entry((model.id, amount.field)).or_default().insert(id);
        }
    }

    /// Rounds the amounts of new records that are judged when these are inserted, as far as the currencies are known.
    pub(super) fn round_new_money(&mut self, env: &mut Env<'_>) -> Result<()> {
        for (field, ids) in mem::take(&mut self.new_money) {
            let all = self.money.get_mut(&field);
            let mut given: Amounts = all
                .into_iter()
                .flat_map(|all| all.extract_if(.., |id, _| ids.contains(id)))
                .collect();
            self.round(env, field, &mut given)?;
            self.money.entry(field).or_default().extend(given);
        }
        Ok(())
    }

    /// Rounds the amounts that were given, and those whose currency has changed, and queues the fields that read those
    /// which that changes. The currencies that are not in memory are loaded with one statement for each model and field.
    pub(super) fn round_money(&mut self, env: &mut Env<'_>) -> Result<()> {
        for (field, mut given) in mem::take(&mut self.money) {
            self.round(env, field, &mut given)?;
        }
        for ((model, field), ids) in mem::take(&mut self.agreed) {
            let info = env.registry.model(model);
            let records = self.unit.load(env, info, &Vec::from_iter(ids), None)?;
            let amount = |(id, record): (i64, crate::record::Record)| {
                let standing = record.value(field).clone();
                let Value::Decimal(exact) = standing else { return None };
                Some((id, Amount { field, exact, standing }))
            };
            let mut amounts = records.into_iter().filter_map(amount).collect();
            self.round(env, (model, field), &mut amounts)?;
        }
        Ok(())
    }

    fn round(&mut self, env: &mut Env<'_>, (model, field): Computed, amounts: &mut Amounts) -> Result<()> {
        let registry = env.registry;
        let model = registry.model(model);
        let Some(path) = registry.rounding(model, field) else {
            return Ok(());
        };
        let ids: Vec<i64> = amounts.keys().copied().collect();
        let paths = [path];
        let tree = ReadTree::along(registry, model, &paths, Reading::Snapshot)?;
        let path = registry.expand_path(model, &paths[0]);
        let records = load(env, &mut self.unit, model, &ids, &tree, None)?;
        let mut rounded: Vec<(i64, Vec<Value>)> = Vec::new();
        for (id, Amount { exact, standing, .. }) in amounts {
            // The record may be deleted, or have got another amount since.
            let Some(record) = records.get(id).filter(|record| record.value(field) == standing) else {
                continue;
            };
            let amount = in_currency(Value::Decimal(*exact), &model.fields[field], record, &path)?;
            if amount != *standing {
                *standing = amount.clone();
                rounded.push((*id, vec![amount]));
            }
        }
        let ids: Vec<i64> = rounded.iter().map(|(id, _)| *id).collect();
        if !ids.is_empty() {
            self.unit.set(env, model, &[field], rounded)?;
            self.changed(env, model, &[field], &ids)?;
        }
        Ok(())
    }

    /// What records are about to get, with the amounts that are judged at once rounded to the currencies that the
    /// records will have: for each currency, its records and their columns.
    pub(in crate::write) fn in_currencies(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        written: Vec<Columns>,
    ) -> Result<Vec<Columns>> {
        let registry = env.registry;
        let judged = |amount: &Amount| {
            let judged = !amount.exact.is_zero() && is_judged(registry, model, amount.field);
            registry.rounding(model, amount.field).filter(|_| judged)
        };
        let is_concerned = |written: &&Columns| written.amounts.iter().any(|amount| judged(amount).is_some());
        let concerned: Vec<&Columns> = written.iter().filter(is_concerned).collect();
        let paths = concerned
            .iter()
            .flat_map(|written| written.amounts.iter().filter_map(judged));
        let paths = Vec::from_iter(BTreeSet::from_iter(paths));
        if paths.is_empty() {
            return Ok(written);
        }
        let all: Vec<i64> = concerned
            .iter()
            .flat_map(|written| written.ids.iter().copied())
            .collect();
        // The records as they will be, in memory only. A currency that is computed may become another one, too.
        self.unit.load(env, model, &all, None)?;
        let mut before: Vec<(i64, FieldId, Value)> = Vec::new();
        for Columns { ids, columns, .. } in &concerned {
            for (id, (field, value)) in ids.iter().flat_map(|id| columns.iter().map(move |column| (id, column))) {
                before.push((*id, *field, self.unit.set_in_memory(model, *id, *field, value.clone())));
            }
        }
        let follows = |field: &FieldId| {
            let computed = definition(model, *field).is_some_and(|compute| !compute.writable);
            computed && model.def.fields[*field].stored
        };
        let computed = paths.iter().map(|path| path[0]).filter(follows);
        let computed: Wanted = computed.map(|field| (field, all.iter().copied().collect())).collect();
        for (field, values) in evaluate(env, &mut self.unit, model, &computed)? {
            for (id, value) in values.into_iter().filter_map(|(id, value)| Some((id, value?))) {
                before.push((id, field, self.unit.set_in_memory(model, id, field, value)));
            }
        }
        let tree = ReadTree::along(registry, model, &paths, Reading::Snapshot)?;
        let records = load(env, &mut self.unit, model, &all, &tree, None)?;
        let mut groups: Vec<Columns> = Vec::new();
        for given in written {
            if !is_concerned(&&given) {
                groups.push(given);
                continue;
            }
            let first = groups.len();
            for id in &given.ids {
                let (mut columns, mut amounts) = (given.columns.clone(), given.amounts.clone());
                for amount in &mut amounts {
                    let (Some(record), Some(path)) = (records.get(id), judged(amount)) else {
                        continue;
                    };
                    let path = registry.expand_path(model, &path);
                    let info = &model.fields[amount.field];
                    amount.standing = in_currency(Value::Decimal(amount.exact), info, record, &path)?;
                    let column = columns.iter_mut().find(|(field, _)| *field == amount.field);
                    column
                        .into_iter()
                        .for_each(|(_, value)| *value = amount.standing.clone());
                }
                match groups[first..].iter_mut().find(|known| known.columns == columns) {
                    Some(known) => known.ids.push(*id),
                    None => groups.push(Columns {
                        ids: vec![*id],
                        columns,
                        amounts,
                    }),
                }
            }
        }
        for (id, field, value) in before.into_iter().rev() {
            self.unit.set_in_memory(model, id, field, value);
        }
        Ok(groups)
    }

    /// The currency of records is another one, to which a writable amount of theirs is rounded. One that was agreed
    /// (somebody wrote it, or it was taken from what the computation does not follow) keeps its value but for the
    /// rounding. Any other is computed again.
    pub(super) fn change_currency(&mut self, env: &mut Env<'_>, (model, field): Computed, ids: &[i64]) -> Result<()> {
        let info = env.registry.model(model);
        let records = self.unit.load(env, info, ids, None)?;
        let agreed = |id: &i64| {
            let remembered = || Some(records.get(id)?.value(info.written?));
            let written = || remembered().is_some_and(|remembered| written::is(info, remembered, field));
            !self.overrides.follows((model, field), *id)
                || !self.made.contains(&(model, *id)) && (is_agreed(info, field) || written())
        };
        let (agreed, following): (Vec<i64>, Vec<i64>) = ids.iter().copied().partition(agreed);
        self.push(env, (model, field), &following);
        let agreed: BTreeSet<i64> = agreed
            .into_iter()
            .filter(|id| self.scope.has((model, field), *id))
            .collect();
        if !agreed.is_empty() {
            self.agreed.entry((model, field)).or_default().extend(agreed);
        }
        Ok(())
    }
}
