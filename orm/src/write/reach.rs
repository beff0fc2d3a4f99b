//! Relations of records of which some are in memory and some in the database: followed back, from what changed to what
//! reads it, and forth, from a computation to what it reads. One statement for each relation, and level of a path.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::rows;
use super::unit::Unit;
use crate::compute::{self, Loaded};
use crate::def::Kind;
use crate::domain::{Domain, Op, Operand, Term, push_condition};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::registry::{FieldId, ModelInfo};
use crate::sql::{Sql, quoted};
use crate::triggers::{depends, is_unstored};
use crate::value::Value;

/// What a computation reads, as a tree of fields.
#[derive(Debug, Default)]
pub(super) struct Depends(BTreeMap<FieldId, Depends>);

impl Depends {
    /// What some fields of a model read.
    pub(super) fn of(env: &Env<'_>, model: &ModelInfo, fields: impl IntoIterator<Item = FieldId>) -> Self {
        let mut tree = Depends::default();
        for path in fields.into_iter().flat_map(|field| depends(env.registry, model, field)) {
            tree.add(env, model, &path);
        }
        tree
    }

    /// What lies along some paths.
    pub(super) fn along(env: &Env<'_>, model: &ModelInfo, paths: &[Vec<FieldId>]) -> Self {
        let mut tree = Depends::default();
        for path in paths {
            tree.add(env, model, path);
        }
        tree
    }

    fn add(&mut self, env: &Env<'_>, model: &ModelInfo, path: &[FieldId]) {
        let Some((first, rest)) = path.split_first() else {
            return;
        };
        if let Some(via) = model.fields[*first].via {
            let spelled: Vec<FieldId> = [via.delegate, via.field].iter().chain(rest).copied().collect();
            return self.add(env, model, &spelled);
        }
        let below = self.0.entry(*first).or_default();
        if let Some(target) = model.fields[*first].target {
            below.add(env, env.registry.model(target), rest);
        }
        if is_unstored(model, *first) {
            for path in depends(env.registry, model, *first) {
                self.add(env, model, &path);
            }
        }
    }
}

/// The records of `model` from which `path` leads to one of `ids`.
pub(super) fn reaching(
    env: &mut Env<'_>,
    unit: &mut Unit,
    model: &ModelInfo,
    path: &[FieldId],
    ids: &[i64],
) -> Result<Vec<i64>> {
    let (mut path, mut ids) = (path, ids.to_vec());
    while let [before @ .., hop] = path {
        if ids.is_empty() {
            return Ok(ids);
        }
        let (owner, hop) = match before {
            [] => (model, *hop),
            _ => {
                let (end, field) = env.registry.end_of(model, before);
                (env.registry.target(end, field), *hop)
            }
        };
        let parents = owner.fields[hop]
            .inverse
            .and_then(|inverse| unit.values(env.registry.target(owner, hop), inverse, &ids));
        ids = match parents {
            Some(parents) => unique(parents.into_iter().filter_map(Value::id)),
            None if unit.is_stored() => return stored_reaching(env, model, path, &ids),
            None => step_back(env, unit, owner, hop, &ids)?,
        };
        path = before;
    }
    Ok(ids)
}

fn unique(ids: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut ids: Vec<i64> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// As [`reaching`], where the database has everything: one statement for the whole path.
fn stored_reaching(env: &mut Env<'_>, model: &ModelInfo, path: &[FieldId], ids: &[i64]) -> Result<Vec<i64>> {
    let registry = env.registry;
    let mut sql = Sql::new(registry, env.session.dialect());
    let (end, field) = registry.end_of(model, path);
    let id = registry.target(end, field).implicit("id");
    let path = path.iter().copied().chain([id]).collect();
    let operand = Operand::Many(ids.iter().map(|id| Value::Int(*id)).collect());
    let alias = sql.alias();
    sql.push(&format!(
        "SELECT {alias}.id FROM {} AS {alias} WHERE ",
        quoted(model.def.table)
    ));
    push_condition(
        &mut sql,
        registry.model(model.id),
        &alias,
        &Domain::Term(Term {
            path,
            op: Op::In,
            operand,
        }),
    )?;
    let mut found = Vec::new();
    env.session.query(&sql.finish(), |row| {
        found.extend(row.int(0)?);
        Ok(())
    })?;
    Ok(found)
}

/// The records of `model` whose relation leads to one of `ids`.
fn step_back(env: &mut Env<'_>, unit: &mut Unit, model: &ModelInfo, field: FieldId, ids: &[i64]) -> Result<Vec<i64>> {
    let info = &model.fields[field];
    let target = env.registry.target(model, field);
    if let Some(inverse) = info.inverse {
        unit.load(env, target, ids)?;
        let parents = ids.iter().filter_map(|id| unit.value(target, *id, inverse)?.id());
        return Ok(unique(parents));
    }
    let mut found = unit.fresh_reaching(model, field, ids);
    // Nothing that is stored refers to what is not.
    if !unit.all_fresh(target, ids.iter().copied()) {
        let (table, own, refers) = match info.def.kind {
            Kind::Many2many {
                relation,
                column,
                target_column,
                ..
            } => (relation, column, target_column),
            _ => (model.def.table, "id", info.def.name),
        };
        let condition = env.session.dialect().in_ids(&quoted(refers));
        let text = format!("SELECT {0}, {0} FROM {1} WHERE {condition}", quoted(own), quoted(table));
        found.extend(rows::pairs(env, text, ids)?.into_iter().map(|(id, _)| id));
    }
    Ok(unique(found.into_iter()))
}

/// Records with what a computation reads, by id: one statement for each relation.
pub(super) fn load(
    env: &mut Env<'_>,
    unit: &mut Unit,
    model: &ModelInfo,
    ids: &[i64],
    tree: &Depends,
) -> Result<HashMap<i64, Loaded>> {
    if ids.is_empty() {
        return Ok(HashMap::default());
    }
    let mut records = unit.load(env, model, ids)?;
    let registry = env.registry;
    for (field, below) in &tree.0 {
        let info = &model.fields[*field];
        let Some(target) = info.target.map(|target| registry.model(target)) else {
            continue;
        };
        if is_unstored(model, *field) {
            continue;
        }
        let links = match info.is_x2many() {
            true => links(env, unit, model, *field, &records.keys().copied().collect::<Vec<_>>())?,
            false => (records.iter())
                .filter_map(|(id, record)| Some((*id, record.value(*field).id()?)))
                .collect(),
        };
        let wanted = unique(links.iter().map(|(_, to)| *to));
        let related = load(env, unit, target, &wanted, below)?;
        let mut grouped: HashMap<i64, Vec<Loaded>> = HashMap::default();
        for (from, to) in links {
            grouped.entry(from).or_default().extend(related.get(&to).cloned());
        }
        for (id, record) in &mut records {
            record.relate(*field, grouped.remove(id).unwrap_or_default());
        }
    }
    compute_unstored(env, model, &mut records, tree)?;
    Ok(records)
}

/// Computes the fields without a column that are read, those that others of them read first.
fn compute_unstored(
    env: &mut Env<'_>,
    model: &ModelInfo,
    records: &mut HashMap<i64, Loaded>,
    tree: &Depends,
) -> Result<()> {
    let mut waiting: Vec<FieldId> = (tree.0.keys().copied())
        .filter(|field| is_unstored(model, *field))
        .collect();
    while !waiting.is_empty() {
        let reads_waiting = |field: &FieldId| {
            let paths = depends(env.registry, model, *field);
            paths.iter().any(|path| waiting.contains(&path[0]))
        };
        let (later, now): (Vec<FieldId>, Vec<FieldId>) = waiting.iter().partition(|field| reads_waiting(field));
        if now.is_empty() {
            return Err(Error::internal(format!("{} computes in a circle", model.def.name)));
        }
        let loaded: Vec<&Loaded> = records.values().collect();
        let wanted: Vec<(FieldId, Vec<usize>)> =
            now.iter().map(|field| (*field, (0..loaded.len()).collect())).collect();
        let values = compute::values(model.def, &loaded, &wanted, env)?;
        for (field, values) in now.iter().zip(values) {
            for (record, value) in records.values_mut().zip(values) {
                record.set(*field, value);
            }
        }
        waiting = later;
    }
    Ok(())
}

/// Which records a relation to many leads to, as pairs of ids, those of each record in order.
pub(super) fn links(
    env: &mut Env<'_>,
    unit: &Unit,
    model: &ModelInfo,
    field: FieldId,
    owners: &[i64],
) -> Result<Vec<(i64, i64)>> {
    let owners: HashSet<i64> = owners.iter().copied().collect();
    let mut links = unit.fresh_links(model, field, &owners)?;
    let stored: Vec<i64> = (owners.iter().copied())
        .filter(|id| !unit.all_fresh(model, [*id]))
        .collect();
    if !stored.is_empty() {
        let text = links_text(env, model, field)?;
        links.extend(rows::pairs(env, text, &stored)?);
    }
    links.sort_unstable();
    Ok(links)
}

fn links_text(env: &Env<'_>, model: &ModelInfo, field: FieldId) -> Result<String> {
    let info = &model.fields[field];
    let (table, own, other) = match (info.def.kind, info.inverse) {
        (Kind::One2many { .. }, Some(inverse)) => {
            let target = env.registry.target(model, field);
            (target.def.table, target.fields[inverse].def.name, "id")
        }
        (
            Kind::Many2many {
                relation,
                column,
                target_column,
                ..
            },
            _,
        ) => (relation, column, target_column),
        _ => return Err(Error::internal(format!("{} is no relation to many", info.def.name))),
    };
    let condition = env.session.dialect().in_ids(&quoted(own));
    let (own, other, table) = (quoted(own), quoted(other), quoted(table));
    Ok(format!("SELECT {own}, {other} FROM {table} WHERE {condition}"))
}
