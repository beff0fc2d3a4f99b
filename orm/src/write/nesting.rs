//! Writes within writes: a method that goes along with a write, or one that HTTP calls, may write itself.

use super::recompute::ChangeSet;
use super::unit_of_work::{UnitOfWork, take_pending};
use super::{claim, conflict, trail};
use crate::env::{Env, Origin};
use crate::error::{Error, Result};
use crate::registry::ModelInfo;

/// The most writes within each other, as of `#[after]` methods that write records with such methods.
const MOST_NESTED: usize = 16;

/// Runs `change`, a write of this model's records, then what follows from it: recomputation, constraints, inserts of
/// waiting rows. `known` holds records that were read before. Within another write (an `#[after]` method that creates
/// records) the outer one's unit of work is stored as far as possible and set aside meanwhile. Errors of the database are
/// put in terms of the definitions.
pub(super) fn change<T>(
    env: &mut Env<'_>,
    model: &ModelInfo,
    known: UnitOfWork,
    change: impl FnOnce(&mut Env<'_>, &mut ChangeSet) -> Result<T>,
) -> Result<T> {
    change_of(env, model, known, &[], change)
}

/// As [`change`], of several requests: where they come from. What the audit trail cannot tell the request of is refused.
pub(super) fn change_of<T>(
    env: &mut Env<'_>,
    model: &ModelInfo,
    known: UnitOfWork,
    origins: &[Origin],
    change: impl FnOnce(&mut Env<'_>, &mut ChangeSet) -> Result<T>,
) -> Result<T> {
    if env.nested_writes == MOST_NESTED {
        return Err(Error::internal(format!(
            "{MOST_NESTED} levels of writes within writes, the last of {}: a method that runs with a write writes what calls \
             it again",
            model.def.name
        )));
    }
    let mut around = take_pending(env);
    if let Some(around) = &mut around {
        around.suspend(env)?;
    }
    let mut change_set = ChangeSet::knowing(known);
    env.nested_writes += 1;
    let changed = change(env, &mut change_set).and_then(|answer| {
        change_set.run(env)?;
        claim::confirm_seen(env)?;
        Ok(answer)
    });
    env.nested_writes -= 1;
    if let Some(around) = &mut around {
        around.given_within.extend(change_set.given());
    }
    env.pending = around.map(|around| Box::new(around) as _);
    let changed = changed.and_then(|answer| trail::store(env, origins).map(|()| answer));
    ended(env, changed).map_err(|error| conflict::explain(env.registry, error))
}

/// Runs a method that HTTP calls: what it writes is within it, as a write within another one.
pub(crate) fn around<'e, T>(env: &mut Env<'e>, method: impl FnOnce(&mut Env<'e>) -> Result<T>) -> Result<T> {
    env.nested_writes += 1;
    let answer = method(env);
    env.nested_writes -= 1;
    let answer = answer.and_then(|answer| trail::store(env, &[]).map(|()| answer));
    ended(env, answer)
}

/// The result of a write, unless a method swallowed the refusal of another one within it: a part of that may be kept.
fn ended<T>(env: &mut Env<'_>, result: Result<T>) -> Result<T> {
    let swallowed = std::mem::take(&mut env.refused_within);
    let result = match result {
        Ok(_) if swallowed => Err(Error::internal(
            "a write was refused, and the method that wrote did not pass the error on: nothing is kept",
        )),
        result => result,
    };
    env.refused_within = result.is_err() && env.nested_writes > 0;
    result
}
