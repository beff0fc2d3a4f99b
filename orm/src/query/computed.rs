//! Fields that are computed when they are read: for all records of a level in one batch. Their values are rendered as
//! stored ones are.

use std::collections::BTreeSet;

use super::rendered::Rendered;
use crate::compute::load::{Database, ReadTree, load};
use crate::compute::values;
use crate::def::Kind;
use crate::env::Budget;
use crate::env::Env;
use crate::error::Result;
use crate::record::Record;
use crate::registry::{FieldId, ModelId, Registry};
use crate::value::Value;
use crate::wire::Wire;

/// Computed fields of the same records, which are computed together.
#[derive(Debug)]
pub(crate) struct Group {
    /// Index of the level's column that holds the ids of these records.
    pub(super) column: usize,
    pub(super) model: ModelId,
    fields: Vec<FieldId>,
    /// What has to be loaded for the computations.
    depends: ReadTree,
}

/// The computed values of a group's fields.
#[derive(Debug)]
pub(super) struct Values {
    ids: Vec<i64>,
    /// For each field of the group, a value for each record.
    values: Vec<Vec<Value>>,
}

impl Values {
    /// The ids of the records, each with its value of the group's field at index `field`.
    fn of(&self, field: usize) -> impl Iterator<Item = (i64, &Value)> {
        self.ids
            .iter()
            .copied()
            .zip(self.values.get(field).into_iter().flatten())
    }
}

impl Group {
    pub(super) fn new(column: usize, model: ModelId) -> Self {
        Group {
            column,
            model,
            fields: Vec::new(),
            depends: ReadTree::default(),
        }
    }

    /// The index of a field in the group; a new field is added.
    pub(super) fn place(&mut self, field: FieldId) -> usize {
        let known = self.fields.iter().position(|known| *known == field);
        known.unwrap_or_else(|| {
            self.fields.push(field);
            self.fields.len() - 1
        })
    }

    /// Collects what has to be loaded for all its fields; called once they are all added.
    pub(super) fn finish(&mut self, registry: &Registry) -> Result<()> {
        let fields = self.fields.iter().copied();
        self.depends = ReadTree::of(registry, registry.model(self.model), fields)?;
        Ok(())
    }

    /// Computes the fields of these records.
    pub(super) fn compute(&self, env: &mut Env<'_>, ids: &[i64]) -> Result<Values> {
        let model = env.registry.model(self.model);
        env.budget.take_values(ids.len(), model.fields.len())?;
        let records = load(env, &mut Database, model, ids, &self.depends, None)?;
        let (ids, records): (Vec<i64>, Vec<&Record>) = records.iter().map(|(id, record)| (*id, record)).unzip();
        let all = |field: &FieldId| (*field, (0..records.len()).collect());
        let fields: Vec<(FieldId, Vec<usize>)> = self.fields.iter().map(all).collect();
        let values = values(env, model, &records, &fields)?;
        Ok(Values { ids, values })
    }
}

/// Renders the values of a computed scalar, each found by the id of its record.
pub(super) fn scalars(
    wire: &dyn Wire,
    values: &Values,
    field: usize,
    kind: &Kind,
    budget: &mut Budget,
) -> Result<Rendered> {
    let mut rendered = Rendered::default();
    for (id, value) in values.of(field) {
        let before = rendered.bytes.len();
        rendered.add(id, |out| wire.write_value(out, kind, value))?;
        budget.take_records(rendered.bytes.len() - before, 1)?;
    }
    Ok(rendered.indexed())
}

/// For a computed relation: pairs of the id of a record and the id of a related one; and the ids of all related
/// records, each once.
pub(super) fn related(values: &Values, field: usize) -> (Vec<(i64, i64)>, Vec<i64>) {
    let links: Vec<(i64, i64)> = (values.of(field))
        .flat_map(|(id, value)| {
            let held = match value {
                Value::Ids(ids) => ids.as_slice(),
                Value::Int(to) => std::slice::from_ref(to),
                _ => &[],
            };
            held.iter().map(move |to| (id, *to))
        })
        .collect();
    let ids: BTreeSet<i64> = links.iter().map(|(_, to)| *to).collect();
    (links, ids.into_iter().collect())
}
