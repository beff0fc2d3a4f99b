//! Writes to related fields: the values go to the records at the ends of their paths.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap as HashMap;

use super::recompute::ChangeSet;
use super::update;
use crate::command::{Input, Values};
use crate::env::Env;
use crate::error::{Error, Issue, Result};
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

/// Values of related fields, with the ids of the records that they are given for.
#[derive(Debug, Default)]
pub(super) struct Given(Vec<(Vec<i64>, Values)>);

/// Moves the values of related fields out of `values`.
pub(super) fn split(model: &ModelInfo, values: &mut Values) -> Values {
    let is_related = |field: FieldId| {
        let own = model.def.fields.get(field);
        own.is_some_and(|def| !def.related.is_empty())
    };
    let (related, own) = std::mem::take(&mut values.fields)
        .into_iter()
        .partition(|(field, _)| is_related(*field));
    values.fields = own;
    Values {
        fields: related,
        place: values.place.clone(),
    }
}

impl Given {
    /// Adds the values that these records are given; records with equal values are written together.
    pub(super) fn add(&mut self, ids: &[i64], values: Values) {
        if values.fields.is_empty() {
            return;
        }
        match self.0.iter_mut().find(|(_, known)| *known == values) {
            Some((known, _)) => known.extend(ids),
            None => self.0.push((ids.to_vec(), values)),
        }
    }

    /// Writes all values, those of the same path together.
    pub(super) fn write(self, env: &mut Env<'_>, change_set: &mut ChangeSet, model: &ModelInfo) -> Result<()> {
        let mut by_hops: BTreeMap<Vec<FieldId>, Vec<(Vec<i64>, Values)>> = BTreeMap::new();
        for (ids, values) in self.0 {
            let mut own: BTreeMap<Vec<FieldId>, Values> = BTreeMap::new();
            for (field, input) in values.fields {
                let (hops, _) = path(env, model, field)?;
                let place = || values.place.clone();
                let values = own.entry(hops).or_insert_with(|| Values {
                    fields: Vec::new(),
                    place: place(),
                });
                values.fields.push((field, input));
            }
            for (hops, values) in own {
                by_hops.entry(hops).or_default().push((ids.clone(), values));
            }
        }
        (by_hops.into_iter()).try_for_each(|(hops, given)| write(env, change_set, model, &hops, given))
    }
}

/// The relations of a related field's path, and the field at its end.
fn path(env: &Env<'_>, model: &ModelInfo, field: FieldId) -> Result<(Vec<FieldId>, FieldId)> {
    let names = model.fields[field].def.related;
    let mut path = env.registry.resolve_path(model, names).map_err(Error::internal)?;
    let end = path.pop().ok_or_else(|| Error::internal("an empty related path"))?;
    Ok((path, end))
}

fn write(
    env: &mut Env<'_>,
    change_set: &mut ChangeSet,
    model: &ModelInfo,
    hops: &[FieldId],
    given: Vec<(Vec<i64>, Values)>,
) -> Result<()> {
    change_set.store(env)?;
    let registry = env.registry;
    let ids: Vec<i64> = given.iter().flat_map(|(ids, _)| ids.iter().copied()).collect();
    let ends: HashMap<i64, i64> = ends(env, model, &ids, hops)?.into_iter().collect();
    let (at, last) = registry.end_of(registry.model(model.id), hops);
    let mut written = Vec::with_capacity(given.len());
    for (ids, given) in given {
        let targets = BTreeSet::from_iter(ids.iter().filter_map(|id| ends.get(id).copied()));
        let missing = ids.iter().any(|id| !ends.contains_key(id));
        let mut values = Values::default();
        for (field, input) in given.fields {
            let def = model.fields[field].def;
            if missing && input != Input::Value(Value::Null) {
                let relation = def.related[..def.related.len() - 1].join(".");
                let message = format!(
                    "`{}` is `{}`, and `{relation}` is empty: there is no record to write it to",
                    def.name,
                    def.related.join(".")
                );
                let place = given.place.as_deref().unwrap_or_default();
                return Err(Error::invalid(vec![Issue::field_of(place, def.name, message)]));
            }
            let end = path(env, model, field)?.1;
            if let Some(place) = &given.place {
                let pointers = &mut change_set.unit.pointers;
                let of = registry.target(at, last);
                pointers.put_related(of, targets.iter().copied(), end, (place, def.name));
            }
            values.put(end, input);
        }
        written.push((Vec::from_iter(targets), values));
    }
    update::update(env, change_set, registry.target(at, last), written)
}

/// The records at the end of to-one relations, as pairs of the first and the last record; those whose path is empty on
/// the way are left out.
fn ends(env: &mut Env<'_>, model: &ModelInfo, ids: &[i64], hops: &[FieldId]) -> Result<Vec<(i64, i64)>> {
    env.pairs(env.sql().ends(model, ids, hops)?)
}
