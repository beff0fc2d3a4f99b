//! Money that a write gives is rounded to the currency of its record: when everything else is computed, since the
//! currency may be computed too. Until then the column's form of an amount stands for it, and the amount itself is kept
//! beside, so that it is rounded only once. Computed money is rounded where it is computed (`compute/values.rs`).

use super::ChangeSet;
use crate::compute::load::{ReadTree, Reading, load};
use crate::compute::{in_currency, normalized};
use crate::def::Kind;
use crate::env::Env;
use crate::error::Result;
use crate::field::Decimal;
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

/// The amounts among these values, with all their digits. In their place, the values get what their column stores.
///
/// # Errors
/// When a column cannot hold an amount.
pub(in crate::write) fn amounts<'v>(
    model: &ModelInfo,
    values: impl IntoIterator<Item = (FieldId, &'v mut Value)>,
) -> Result<Vec<(FieldId, Decimal)>> {
    let mut amounts = Vec::new();
    for (field, value) in values {
        let info = &model.fields[field];
        if let (Kind::Monetary { .. }, Value::Decimal(amount)) = (info.def.kind, &*value) {
            amounts.push((field, *amount));
            *value = normalized(Value::Decimal(*amount), info)?;
        }
    }
    Ok(amounts)
}

impl ChangeSet {
    /// Notes the amounts that records are given, to be rounded.
    pub(in crate::write) fn mark_money(&mut self, model: &ModelInfo, amounts: &[(FieldId, Decimal)], ids: &[i64]) {
        for (field, amount) in amounts.iter().filter(|(_, amount)| !amount.is_zero()) {
            let given = self.money.entry((model.id, *field)).or_default();
            given.extend(ids.iter().map(|id| (*id, *amount)));
        }
    }

    /// Rounds the amounts that were given, and queues the fields that read those which that changes. The currencies
    /// that are not in memory are loaded with one statement for each model and field.
    pub(super) fn round_money(&mut self, env: &mut Env<'_>) -> Result<()> {
        let registry = env.registry;
        for ((model, field), given) in std::mem::take(&mut self.money) {
            let model = registry.model(model);
            let Some(path) = registry.rounding(model, field) else {
                continue;
            };
            let ids: Vec<i64> = given.keys().copied().collect();
            let paths = [path];
            let tree = ReadTree::along(registry, model, &paths, Reading::Snapshot)?;
            let path = registry.expand_path(model, &paths[0]);
            let records = load(env, &mut self.unit, model, &ids, &tree, None)?;
            let mut rounded: Vec<(i64, Vec<Value>)> = Vec::new();
            for (id, amount) in given {
                let (info, amount) = (&model.fields[field], Value::Decimal(amount));
                // The record may be deleted, or have got another amount since.
                let standing = normalized(amount.clone(), info)?;
                let Some(record) = records.get(&id).filter(|record| *record.value(field) == standing) else {
                    continue;
                };
                let amount = in_currency(amount, info, record, &path)?;
                if amount != standing {
                    rounded.push((id, vec![amount]));
                }
            }
            let ids: Vec<i64> = rounded.iter().map(|(id, _)| *id).collect();
            if !ids.is_empty() {
                self.unit.set(env, model, &[field], rounded)?;
                self.changed(env, model, &[field], &ids)?;
            }
        }
        Ok(())
    }
}
