//! Money that a write gives is rounded to the currency of its record: when everything else is computed, since the
//! currency may be computed too. Computed money is rounded where it is computed (`compute/values.rs`).

use super::ChangeSet;
use crate::compute::in_currency;
use crate::compute::load::{ReadTree, Reading, load};
use crate::env::Env;
use crate::error::Result;
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

impl ChangeSet {
    /// Notes the amounts among these values, which records are given.
    pub(in crate::write) fn mark_money<'v>(
        &mut self,
        model: &ModelInfo,
        values: impl IntoIterator<Item = (FieldId, &'v Value)>,
        ids: &[i64],
    ) {
        for (field, value) in values {
            if matches!(value, Value::Decimal(amount) if !amount.is_zero()) && model.currency(field).is_some() {
                self.money.entry((model.id, field)).or_default().extend(ids);
            }
        }
    }

    /// Rounds the amounts that were given, and queues the fields that read those which that changes. The currencies
    /// that are not in memory are loaded with one statement for each model and field.
    pub(super) fn round_money(&mut self, env: &mut Env<'_>) -> Result<()> {
        let registry = env.registry;
        for ((model, field), ids) in std::mem::take(&mut self.money) {
            let model = registry.model(model);
            let Some(path) = registry.rounding(model, field) else {
                continue;
            };
            let ids = Vec::from_iter(ids);
            let paths = [path];
            let tree = ReadTree::along(registry, model, &paths, Reading::Snapshot)?;
            let path = registry.expand_path(model, &paths[0]);
            let records = load(env, &mut self.unit, model, &ids, &tree, None)?;
            let rounded = ids.iter().filter_map(|id| {
                let record = records.get(id)?;
                let rounded = in_currency(record.value(field).clone(), record, &path);
                (rounded != *record.value(field)).then(|| (*id, vec![rounded]))
            });
            let rounded: Vec<(i64, Vec<Value>)> = rounded.collect();
            let ids: Vec<i64> = rounded.iter().map(|(id, _)| *id).collect();
            if !ids.is_empty() {
                self.unit.set(env, model, &[field], rounded)?;
                self.changed(env, model, &[field], &ids)?;
            }
        }
        Ok(())
    }
}
