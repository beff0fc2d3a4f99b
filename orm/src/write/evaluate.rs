//! Runs computations over records, and compares what they give with what the records have.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap as HashMap;

use super::reach::{Depends, links, load};
use super::unit::Unit;
use crate::compute::{self, Loaded};
use crate::def::{FieldDef, Kind, MONETARY_SCALE};
use crate::env::Env;
use crate::error::{Code, Error, Result};
use crate::field::{round, to_scaled};
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

/// Fields of one model, each with records.
pub(super) type Wanted = BTreeMap<FieldId, BTreeSet<i64>>;

/// Fields of one model, each with records and their values, where those are other ones than the records have.
pub(super) type Evaluated = BTreeMap<FieldId, Vec<(i64, Option<Value>)>>;

/// What computations give for records: each with its value where that differs from the one that it has. An empty value
/// of a required field always differs.
pub(super) fn evaluate(env: &mut Env<'_>, unit: &mut Unit, model: &ModelInfo, wanted: &Wanted) -> Result<Evaluated> {
    let ids: BTreeSet<i64> = wanted.values().flatten().copied().collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ids: Vec<i64> = ids.into_iter().collect();
    let fields = wanted.keys().copied();
    if fields
        .clone()
        .any(|field| model.def.fields[field].compute.is_some_and(|compute| compute.batch))
    {
        unit.store_ready(env)?; // the method may look into the database
    }
    let depends = Depends::of(env, model, fields);
    let records = load(env, unit, model, &ids, &depends)?;
    let found: Vec<i64> = ids.into_iter().filter(|id| records.contains_key(id)).collect();
    let loaded: Vec<&Loaded> = found.iter().map(|id| &records[id]).collect();
    let places: Vec<(FieldId, Vec<usize>)> = (wanted.iter())
        .map(|(field, ids)| {
            let places = (0..found.len()).filter(|place| ids.contains(&found[*place]));
            (*field, places.collect())
        })
        .collect();
    let values = compute::values(model.def, &loaded, &places, env)?;
    let mut evaluated = BTreeMap::new();
    for ((field, places), values) in places.into_iter().zip(values) {
        let def = &model.def.fields[field];
        let mut linked: HashMap<i64, Vec<i64>> = HashMap::default();
        if model.fields[field].is_x2many() {
            let owners: Vec<i64> = places.iter().map(|place| found[*place]).collect();
            for (owner, id) in links(env, unit, model, field, &owners)? {
                linked.entry(owner).or_default().push(id);
            }
        }
        let mut differing = Vec::with_capacity(places.len());
        for (place, value) in places.into_iter().zip(values) {
            let (id, value) = (found[place], normal(value, def)?);
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

/// A computed value as its column keeps it, so that it compares equal to what is stored.
pub(super) fn normal(value: Value, field: &FieldDef) -> Result<Value> {
    let scale = match field.kind {
        Kind::Decimal { scale, .. } => scale,
        Kind::Monetary { .. } => MONETARY_SCALE,
        _ => {
            return Ok(match value {
                Value::Ids(mut ids) => {
                    ids.sort_unstable();
                    ids.dedup();
                    Value::Ids(ids)
                }
                value => value,
            });
        }
    };
    match value {
        Value::Decimal(number) if to_scaled(number, scale).is_none() => Err(Error::new(
            Code::Invalid,
            format!("`{}` would be {number}, which is out of its range", field.name),
        )),
        Value::Decimal(number) => Ok(Value::Decimal(round(number, scale))),
        value => Ok(value),
    }
}
