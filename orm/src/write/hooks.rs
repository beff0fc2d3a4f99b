//! The methods around a change that act: `#[before(…)]`, which may change what is given, and `#[after(delete)]`.

use super::claim::claim;
use super::constraint_methods::{call, needed_records, run};
use super::constraints::at;
use super::no_record;
use super::unit_of_work::UnitOfWork;
use super::update::Given;
use crate::command::Values;
use crate::db::Lock;
use crate::def::{Change, ConstraintDef};
use crate::env::Env;
use crate::error::Result;
use crate::record::Record;
use crate::registry::{ModelId, ModelInfo};

/// Lets the model's `#[before(create)]` methods change what new records are given.
pub(super) fn before_create(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
    model: &ModelInfo,
    records: &mut Vec<Values>,
) -> Result<()> {
    before(env, unit, model, Change::Create, &[], records)
}

/// Whether the model has methods that run before such a change.
pub(super) fn has_before(model: &ModelInfo, on: Change) -> bool {
    model.def.before.iter().any(|method| method.on == on)
}

/// Locks records and lets the model's `#[before(write)]` methods change what they are given. The methods are called once
/// for the records that are given the same; what they need of all records is loaded before.
pub(super) fn before_write(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
    model: &ModelInfo,
    given: &mut [Given],
) -> Result<()> {
    if !has_before(model, Change::Write) {
        return Ok(());
    }
    let all: Vec<i64> = given.iter().flat_map(|(ids, _)| ids.iter().copied()).collect();
    claim(env, unit, model, &all, Lock::Exclusive, &[])?;
    let several = given.len() > 1;
    if several {
        let methods = model.def.before.iter().filter(|method| method.on == Change::Write);
        needed_records(env, unit, model, methods.flat_map(|method| method.loads), &all)?;
    }
    for (ids, values) in given {
        let place = values.place.clone().unwrap_or_default();
        let mut changed = vec![std::mem::take(values)];
        let done = before(env, unit, model, Change::Write, ids, &mut changed);
        done.map_err(|error| if several { at(error, &place) } else { error })?;
        *values = changed.pop().unwrap_or_default();
    }
    Ok(())
}

fn before(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
    model: &ModelInfo,
    on: Change,
    ids: &[i64],
    given: &mut Vec<Values>,
) -> Result<()> {
    for method in model.def.before.iter().filter(|method| method.on == on) {
        let (found, records) = needed_records(env, unit, model, method.loads.iter(), ids)?;
        if let Some(gone) = ids.iter().find(|id| !found.contains(id)) {
            return Err(no_record(model, *gone));
        }
        let function = env.runtime.code(model).before(method.name)?;
        let values = std::mem::take(given);
        *given = run(env, unit, model, method.name, |env| function(env, &records, values))?;
    }
    Ok(())
}

/// Records of a model that are deleted, as they were, for one of its `#[after(delete)]` methods.
#[derive(Debug)]
pub(super) struct Deleted {
    model: ModelId,
    method: &'static ConstraintDef,
    records: Vec<Record>,
}

/// Reads what the model's `#[after(delete)]` methods need of records that are about to be deleted.
pub(super) fn about_to_go(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
    model: &ModelInfo,
    ids: &[i64],
) -> Result<Vec<Deleted>> {
    let methods = model.def.after_delete.iter();
    let deleted = methods.map(|method| {
        let (_, records) = needed_records(env, unit, model, method.depends.iter().chain(method.loads), ids)?;
        let model = model.id;
        Ok(Deleted { model, method, records })
    });
    deleted.collect()
}

/// Calls the `#[after(delete)]` methods.
pub(super) fn after_deletion(env: &mut Env<'_>, unit: &mut UnitOfWork, deleted: Vec<Deleted>) -> Result<()> {
    for Deleted { model, method, records } in deleted {
        call(env, unit, env.registry.model(model), method.name, &records)?;
    }
    Ok(())
}
