//! Relations of records of which some are in memory and some in the database, followed back, from what changed to what
//! reads it. One statement for each relation, and level of a path.

use super::rows;
use super::unit::Unit;
use crate::def::Kind;
use crate::domain::{Domain, Op, Operand, Term};
use crate::env::Env;
use crate::error::Result;
use crate::registry::{FieldId, ModelInfo};
use crate::sql::{Sql, push_condition, quoted};
use crate::value::Value;

/// The records of `model` from which `path` leads to one of `ids`.
pub(crate) fn reaching(
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
        unit.load(env, target, ids, None)?;
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
