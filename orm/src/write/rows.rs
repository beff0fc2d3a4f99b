//! Inserts and updates of rows, many at a time.

pub(super) use crate::compute::rows::{load, stored};

use crate::env::Env;
use crate::error::{Error, Result};
use crate::registry::{FieldId, Link, ModelInfo};
use crate::sql::batches;
use crate::value::{MOST_ID, Value};

/// The ids that a many2one of these records holds in the database, each once.
pub(super) fn many2one_ids(env: &mut Env<'_>, model: &ModelInfo, field: FieldId, ids: &[i64]) -> Result<Vec<i64>> {
    let link = env.registry.link(model, field)?;
    env.ids(env.sql().linked(link, ids)?)
}

/// Ids for new records, ascending and never used before.
pub(super) fn reserve_ids(env: &mut Env<'_>, model: &ModelInfo, count: usize) -> Result<Vec<i64>> {
    let ids = new_ids(env, model, count)?;
    env.last_ids.extend(ids.last().map(|last| (model.id, *last)));
    match ids.last() {
        Some(last) if *last > MOST_ID => Err(Error::refused(format!("{} has no ids left", model.def.name))),
        _ => Ok(ids),
    }
}

fn new_ids(env: &mut Env<'_>, model: &ModelInfo, count: usize) -> Result<Vec<i64>> {
    // PostgreSQL gives every single id. On SQLite no other transaction takes any meanwhile, so it is enough to know the
    // last one that this one took. Its row may not be inserted yet.
    let server = env.session.dialect().is_server();
    if let Some(last) = env.last_ids.get(&model.id).copied().filter(|_| !server) {
        return Ok((last + 1..).take(count).collect());
    }
    let ids = env.ids(env.sql().new_ids(model, count)?)?;
    match ids.as_slice() {
        [first] if !server => Ok((*first..).take(count).collect()),
        ids if server && ids.len() == count => Ok(ids.to_vec()),
        _ => Err(Error::internal("the database gave no ids")),
    }
}

/// Inserts rows, each a value for each of `fields`, in order.
pub(super) fn insert(env: &mut Env<'_>, model: &ModelInfo, fields: &[FieldId], rows: &[Vec<Value>]) -> Result<()> {
    batches(rows).try_for_each(|batch| env.execute(env.sql().insert(model, fields, batch)?))
}

/// Sets `fields` of rows: each is an id with a value for each field.
pub(super) fn update(
    env: &mut Env<'_>,
    model: &ModelInfo,
    fields: &[FieldId],
    rows: &[(i64, Vec<Value>)],
) -> Result<()> {
    batches(rows).try_for_each(|batch| env.execute(env.sql().update(model, fields, batch)?))
}

/// Inserts pairs of a many2many.
pub(super) fn insert_pairs(env: &mut Env<'_>, link: Link, pairs: &[(i64, i64)]) -> Result<()> {
    batches(pairs).try_for_each(|batch| env.execute(env.sql().insert_pairs(link, batch)?))
}

/// Deletes pairs of a many2many.
pub(super) fn delete_pairs(env: &mut Env<'_>, link: Link, pairs: &[(i64, i64)]) -> Result<()> {
    batches(pairs).try_for_each(|batch| env.execute(env.sql().delete_given_pairs(link, batch)?))
}
