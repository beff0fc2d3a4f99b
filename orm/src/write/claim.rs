//! Locks that a write takes before it reads: on the records that it is about to change, and on their owners first.
//!
//! On PostgreSQL several transactions write at a time. Each locks a record before it reads what the record's new values
//! are computed from, so that of two conflicting writes the second one reads what the first one left: the result is the
//! same as if they had run one after another. The owner of a record is locked before it, an order before its lines. Two
//! changes of different lines of an order therefore wait for each other before either reads the order's lines, and
//! nobody holds a line while waiting for its order.
//!
//! On SQLite one transaction writes at a time; nothing here runs a statement there.

use super::rows;
use super::unit_of_work::UnitOfWork;
use crate::command::Values;
use crate::db::Lock;
use crate::env::Env;
use crate::error::Result;
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

/// The ids that many2one fields are about to be set to, by field.
pub(super) type NewTargets = [(FieldId, Vec<i64>)];

/// Locks records, those that exist, after their owners: those that they have, and those that `entering` is about to
/// give them.
///
/// # Errors
/// When a record moves to another owner meanwhile: the transaction has to run again.
pub(super) fn claim(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
    model: &ModelInfo,
    ids: &[i64],
    lock: Lock,
    entering: &NewTargets,
) -> Result<()> {
    if !env.session.locks() {
        return Ok(());
    }
    let mut ids: Vec<i64> = ids.to_vec();
    ids.retain(|id| env.held(model, *id) < Some(lock));
    let registry = env.registry;
    for field in registry.dependencies().owners(model.id) {
        let new = entering.iter().filter(|(entered, _)| entered == field);
        let mut owners: Vec<i64> = new.flat_map(|(_, ids)| ids.iter().copied()).collect();
        // Read without a lock: whether the records still have these owners is checked below, once they are locked.
        let (seen, unseen): (Vec<i64>, Vec<i64>) = ids.iter().partition(|id| unit.value(model, **id, *field).is_some());
        owners.extend((seen.iter()).filter_map(|id| unit.value(model, *id, *field)?.id()));
        if !unseen.is_empty() {
            owners.extend(rows::many2one_ids(env, model, *field, &unseen)?);
        }
        let target = registry.target(model, *field);
        owners.retain(|id| env.held(target, *id) < Some(Lock::Exclusive));
        match target.id == model.id {
            // The direct parent is enough: what is computed of higher ancestors is computed of this parent first.
            true => lock_rows(env, unit, target, owners, Lock::Exclusive)?,
            false => claim(env, unit, target, &owners, Lock::Exclusive, &[])?,
        }
    }
    lock_rows(env, unit, model, ids.clone(), lock)?;
    for field in registry.dependencies().owners(model.id) {
        let target = registry.target(model, *field);
        let owner = |id: &i64| unit.value(model, *id, *field).and_then(Value::id);
        if (ids.iter().filter_map(owner)).any(|owner| env.held(target, owner).is_none()) {
            return Err(env.session.give_way());
        }
    }
    Ok(())
}

fn lock_rows(env: &mut Env<'_>, unit: &mut UnitOfWork, model: &ModelInfo, mut ids: Vec<i64>, lock: Lock) -> Result<()> {
    ids.sort_unstable();
    ids.dedup();
    unit.load(env, model, &ids, Some(lock)).map(|_| ())
}

/// Locks a hierarchy as a whole where these values move a record within it: two concurrent moves could make a circle
/// that neither of them sees.
pub(super) fn hierarchy<'v>(
    env: &mut Env<'_>,
    model: &ModelInfo,
    values: impl IntoIterator<Item = &'v Values>,
) -> Result<()> {
    let mut fields = values.into_iter().flat_map(|values| &values.fields);
    match fields.any(|(field, _)| model.parent == Some(*field)) {
        true => whole_hierarchy(env, model),
        false => Ok(()),
    }
}

/// Checks that the records which the write read without locking them, to take their values as of the moment, have not
/// changed since. They were read one after another; if none has changed, all of them are as of this moment.
///
/// # Errors
/// When one of them has changed: the write has to run again.
pub(super) fn confirm_seen(env: &mut Env<'_>) -> Result<()> {
    let seen = env.seen();
    if seen.is_empty() {
        return Ok(());
    }
    let seen = seen.into_iter();
    let seen = seen.map(|(model, ids, versions)| (env.registry.model(model), ids, versions));
    let mut changed = false;
    env.query(env.sql().changed(seen.collect())?, |_| {
        changed = true;
        Ok(())
    })?;
    match changed {
        true => Err(env.session.give_way()),
        false => Ok(()),
    }
}

/// Locks a model's hierarchy as a whole, where it has one.
pub(super) fn whole_hierarchy(env: &mut Env<'_>, model: &ModelInfo) -> Result<()> {
    match model.parent {
        Some(_) => env.hold_name(format!("hierarchy {}", model.def.name)),
        None => Ok(()),
    }
}
