//! Records for computations: with the related records, and the values that have no column, which they ask for.
//! Statements follow what is asked for, never the number of records.

use std::collections::HashMap;

use chrono::Timelike as _;

use super::{Loaded, rows};
use crate::def::{FieldDef, Kind, MONETARY_SCALE};
use crate::env::Env;
use crate::error::{Code, Error, Result};
use crate::field::{round, to_scaled};
use crate::registry::{FieldId, ModelInfo, Registry};
use crate::sql::quoted;
use crate::value::Value;

/// Where records come from: the database, or a write that has some of them in memory.
pub(crate) trait Store {
    /// Records by id, those that exist, with their columns.
    fn records(&mut self, env: &mut Env<'_>, model: &ModelInfo, ids: &[i64]) -> Result<HashMap<i64, Loaded>>;

    /// Which records a relation to many leads to, as pairs of ids.
    fn links(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        field: FieldId,
        owners: &[i64],
    ) -> Result<Vec<(i64, i64)>>;
}

/// The records of the database.
#[derive(Debug)]
pub(crate) struct Database;

impl Store for Database {
    fn records(&mut self, env: &mut Env<'_>, model: &ModelInfo, ids: &[i64]) -> Result<HashMap<i64, Loaded>> {
        let rows = rows::load(env, model, ids)?;
        Ok(rows.into_iter().map(|(id, row)| (id, Loaded::new(row))).collect())
    }

    fn links(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        field: FieldId,
        owners: &[i64],
    ) -> Result<Vec<(i64, i64)>> {
        let info = &model.fields[field];
        let in_ids = |column: &str| env.session.dialect().in_ids(&quoted(column));
        let text = match (info.def.kind, info.inverse) {
            (Kind::One2many { .. }, Some(inverse)) => {
                let target = env.registry.target(model, field);
                let inverse = target.fields[inverse].def.name;
                format!(
                    "SELECT {}, id FROM {} WHERE {} ORDER BY id",
                    quoted(inverse),
                    quoted(target.def.table),
                    in_ids(inverse)
                )
            }
            (
                Kind::Many2many {
                    relation,
                    column,
                    target_column,
                    ..
                },
                _,
            ) => {
                let (own, other) = (quoted(column), quoted(target_column));
                format!(
                    "SELECT {own}, {other} FROM {} WHERE {} ORDER BY {other}",
                    quoted(relation),
                    in_ids(column)
                )
            }
            _ => return Err(Error::internal(format!("{} is no relation to many", info.def.name))),
        };
        rows::pairs(env, text, owners)
    }
}

/// What is read of records, as a tree of fields. A field that has no column stands behind those that it is made of.
#[derive(Debug, Default, Clone)]
pub(crate) struct Wanted(Vec<(FieldId, Wanted)>);

impl Wanted {
    /// What these fields are made of.
    pub(crate) fn by(
        registry: &Registry,
        model: &ModelInfo,
        fields: impl IntoIterator<Item = FieldId>,
    ) -> Result<Self> {
        let mut wanted = Wanted::default();
        for field in fields {
            wanted.add_made_of(registry, model, field, &[])?;
        }
        Ok(wanted)
    }

    /// Adds the field at the end of a path, and what that one is made of.
    pub(crate) fn add(&mut self, registry: &Registry, model: &ModelInfo, path: &[FieldId]) -> Result<()> {
        let Some((first, rest)) = path.split_first() else {
            return Ok(());
        };
        let info = &model.fields[*first];
        if info.via.is_some() || info.unstored {
            self.add_made_of(registry, model, *first, rest)?;
        }
        // An inherited field has no place of its own in the record.
        if info.via.as_ref().is_some_and(|via| via.inherited) {
            return Ok(());
        }
        let place = match self.0.iter().position(|(field, _)| field == first) {
            Some(place) => place,
            None => {
                self.0.push((*first, Wanted::default()));
                self.0.len() - 1
            }
        };
        match info.target {
            Some(target) => self.0[place].1.add(registry, registry.model(target), rest),
            None => Ok(()),
        }
    }

    /// Adds what a field is made of; `rest` is where a path goes on behind it.
    fn add_made_of(&mut self, registry: &Registry, model: &ModelInfo, field: FieldId, rest: &[FieldId]) -> Result<()> {
        let info = &model.fields[field];
        if info.via.is_some() {
            return self.add(registry, model, &[&registry.spelled(model, &[field]), rest].concat());
        }
        for names in (info.def.compute.iter()).flat_map(|compute| compute.depends) {
            let path = registry.resolve_path(model, names).map_err(Error::internal)?;
            self.add(registry, model, &path)?;
        }
        Ok(())
    }
}

/// Records by id, those that exist, with what is wanted of them: one statement for each relation.
pub(crate) fn load(
    env: &mut Env<'_>,
    store: &mut impl Store,
    model: &ModelInfo,
    ids: &[i64],
    wanted: &Wanted,
) -> Result<HashMap<i64, Loaded>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut records = store.records(env, model, ids)?;
    let registry = env.registry;
    for (field, below) in &wanted.0 {
        let info = &model.fields[*field];
        if info.via.is_some() {
            let path = registry.spelled(model, &[*field]);
            for record in records.values_mut() {
                follow(record, *field, &path);
            }
            continue;
        }
        if info.unstored {
            compute(env, model, *field, &mut records)?;
        }
        if let Some(target) = info.target.map(|target| registry.model(target)) {
            let links = links(env, store, model, *field, &records)?;
            relate(env, store, *field, (target, below), links, &mut records)?;
        }
    }
    Ok(records)
}

/// Gives records those that a relation leads to.
fn relate(
    env: &mut Env<'_>,
    store: &mut impl Store,
    field: FieldId,
    (target, below): (&ModelInfo, &Wanted),
    links: Vec<(i64, i64)>,
    records: &mut HashMap<i64, Loaded>,
) -> Result<()> {
    let mut ids: Vec<i64> = links.iter().map(|(_, to)| *to).collect();
    ids.sort_unstable();
    ids.dedup();
    let related = load(env, store, target, &ids, below)?;
    let mut grouped: HashMap<i64, Vec<Loaded>> = HashMap::new();
    for (from, to) in links {
        grouped.entry(from).or_default().extend(related.get(&to).cloned());
    }
    for (id, record) in records {
        record.relate(field, grouped.remove(id).unwrap_or_default());
    }
    Ok(())
}

/// Which records a relation leads to, as pairs of ids.
fn links(
    env: &mut Env<'_>,
    store: &mut impl Store,
    model: &ModelInfo,
    field: FieldId,
    records: &HashMap<i64, Loaded>,
) -> Result<Vec<(i64, i64)>> {
    let info = &model.fields[field];
    if info.is_x2many() && !info.unstored {
        let owners: Vec<i64> = records.keys().copied().collect();
        return store.links(env, model, field, &owners);
    }
    let held = records.iter().flat_map(|(id, record)| {
        let ids = match record.value(field) {
            Value::Ids(ids) => ids.as_slice(),
            Value::Int(to) => std::slice::from_ref(to),
            _ => &[],
        };
        ids.iter().map(|to| (*id, *to))
    });
    Ok(held.collect())
}

/// Puts in what stands at the end of a related field's path.
fn follow(record: &mut Loaded, field: FieldId, path: &[FieldId]) {
    let Some((end, at)) = end_of(record, path) else {
        return;
    };
    let (value, related) = (at.value(end).clone(), at.related(end).map(<[Loaded]>::to_vec));
    record.set(field, value);
    if let Some(related) = related {
        record.relate(field, related);
    }
}

/// The record behind the hops of a path, and the path's last field; `None` where a hop is empty.
fn end_of<'a>(record: &'a Loaded, path: &[FieldId]) -> Option<(FieldId, &'a Loaded)> {
    let (end, hops) = path.split_last()?;
    let mut at = record;
    for hop in hops {
        at = at.related(*hop)?.first()?;
    }
    Some((*end, at))
}

/// Computes a field that has no column, of all records.
fn compute(env: &mut Env<'_>, model: &ModelInfo, field: FieldId, records: &mut HashMap<i64, Loaded>) -> Result<()> {
    let (ids, loaded): (Vec<i64>, Vec<&Loaded>) = records.iter().map(|(id, record)| (*id, record)).unzip();
    let values = values(env, model, &[field], &loaded)?;
    for (id, value) in ids.iter().zip(values.into_iter().flatten()) {
        if let Some(record) = records.get_mut(id) {
            record.set(field, value);
        }
    }
    Ok(())
}

/// Computes fields of records that were loaded with what they read: for each record a value for each field.
pub(crate) fn values(
    env: &mut Env<'_>,
    model: &ModelInfo,
    fields: &[FieldId],
    records: &[&Loaded],
) -> Result<Vec<Vec<Value>>> {
    let registry = env.registry;
    let one = |record: &Loaded| {
        let built = (model.def.ops.build)(record);
        let value = |field: &FieldId| {
            let def = &model.def.fields[*field];
            if def.related.is_empty() {
                return normal((model.def.ops.compute)(built.as_ref(), *field), def);
            }
            let path = registry.resolve_path(model, def.related).map_err(Error::internal)?;
            let end = end_of(record, &registry.spelled(model, &path));
            Ok(end.map_or(Value::Null, |(end, at)| at.value(end).clone()))
        };
        fields.iter().map(value).collect()
    };
    records.iter().map(|record| one(record)).collect()
}

/// A computed value as a column of its kind keeps it, so that it compares equal to what is stored.
fn normal(value: Value, field: &FieldDef) -> Result<Value> {
    let scale = match (field.kind, &value) {
        (Kind::Decimal { scale, .. }, _) => scale,
        (Kind::Monetary { .. }, _) => MONETARY_SCALE,
        (_, Value::DateTime(time)) => {
            let micros = time.nanosecond() / 1_000 * 1_000;
            return Ok(time.with_nanosecond(micros).map_or(value, Value::DateTime));
        }
        _ => return Ok(value),
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
