//! Runs computations over records, and compares the results with the stored values.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap as HashMap;

use super::unit_of_work::UnitOfWork;
use crate::compute::load::{ReadTree, Store as _, load};
use crate::compute::values;
use crate::db::Lock;
use crate::env::Env;
use crate::error::Result;
use crate::record::Record;
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

/// Fields of one model, each with the records to compute it for.
pub(crate) type Wanted = BTreeMap<FieldId, BTreeSet<i64>>;

/// Fields of one model, each with its records: the new value where it differs from the stored one, else `None`.
pub(crate) type Evaluated = BTreeMap<FieldId, Vec<(i64, Option<Value>)>>;

/// Computes fields of records, which are locked before the sources of the computations are read. An empty value of a
/// required field counts as different from the stored one, so that the caller gets to see it.
pub(crate) fn evaluate(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
    model: &ModelInfo,
    wanted: &Wanted,
) -> Result<Evaluated> {
    let ids: BTreeSet<i64> = wanted.values().flatten().copied().collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ids: Vec<i64> = ids.into_iter().collect();
    let fields = wanted.keys().copied();
    let depends = ReadTree::of(env.registry, model, fields)?;
    let records = load(env, unit, model, &ids, &depends, Some(Lock::Exclusive))?;
    let found: Vec<i64> = ids.into_iter().filter(|id| records.contains_key(id)).collect();
    let loaded: Vec<&Record> = found.iter().map(|id| &records[id]).collect();
    let places: Vec<(FieldId, Vec<usize>)> = (wanted.iter())
        .map(|(field, ids)| {
            let places = (0..found.len()).filter(|place| ids.contains(&found[*place]));
            (*field, places.collect())
        })
        .collect();
    let values = unit.with_pending(env, |env| values(env, model, &loaded, &places))?;
    let mut evaluated = BTreeMap::new();
    for ((field, places), values) in places.into_iter().zip(values) {
        let def = &model.def.fields[field];
        let mut linked: HashMap<i64, Vec<i64>> = HashMap::default();
        if model.fields[field].is_x2many() {
            let owners: Vec<i64> = places.iter().map(|place| found[*place]).collect();
            for (owner, id) in unit.links(env, model, field, &owners)? {
                linked.entry(owner).or_default().push(id);
            }
        }
        let mut differing = Vec::with_capacity(places.len());
        for (place, value) in places.into_iter().zip(values) {
            let (id, value) = (found[place], unordered(value));
            let same = match &value {
                Value::Null => !def.required && loaded[place].value(field).is_null(),
                Value::Ids(ids) => linked.get(&id).map_or(&[][..], Vec::as_slice) == ids,
                value => loaded[place].value(field) == value,
            };
            differing.push((id, (!same).then_some(value)));
        }
        evaluated.insert(field, differing);
    }
    Ok(evaluated)
}

/// A relation to many has no order: its ids are sorted, so that they can be compared.
fn unordered(value: Value) -> Value {
    match value {
        Value::Ids(mut ids) => {
            ids.sort_unstable();
            ids.dedup();
            Value::Ids(ids)
        }
        value => value,
    }
}
