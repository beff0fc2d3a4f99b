//! Follows the path of a dependency backwards, from changed records to the records that read them: from a line, over
//! `order_line`, to its order. Some of the records are in memory, some in the database; there is at most one statement
//! for each relation of the path.

use super::unit_of_work::UnitOfWork;
use crate::env::Env;
use crate::error::Result;
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

/// The records of `model` from which `path` leads to one of `ids`.
pub(crate) fn reaching(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
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

/// As [`reaching`], where nothing waits to be inserted: one statement for the whole path.
fn stored_reaching(env: &mut Env<'_>, model: &ModelInfo, path: &[FieldId], ids: &[i64]) -> Result<Vec<i64>> {
    env.ids(env.sql().reaching(model, path, ids)?)
}

/// Follows one relation backwards: the records of `model` whose `field` leads to one of `ids`.
fn step_back(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
    model: &ModelInfo,
    field: FieldId,
    ids: &[i64],
) -> Result<Vec<i64>> {
    let info = &model.fields[field];
    let target = env.registry.target(model, field);
    if let Some(inverse) = info.inverse {
        unit.load(env, target, ids, None)?;
        let parents = ids.iter().filter_map(|id| unit.value(target, *id, inverse)?.id());
        return Ok(unique(parents));
    }
    let mut found = unit.fresh_reaching(env.registry, model, field, ids)?;
    // Stored rows and pairs do not refer to records that still wait to be inserted.
    if !unit.all_fresh(target, ids.iter().copied()) {
        let link = env.registry.link(model, field)?.reversed();
        found.extend(env.pairs(env.sql().links(link, ids)?)?.into_iter().map(|(_, id)| id));
    }
    Ok(unique(found.into_iter()))
}
