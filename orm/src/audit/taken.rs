//! What a stored value can be measured by. Not every one that its computation would not give today is wrong:
//!
//! - a `writable` field may have been written, by anybody, to anything;
//! - a `batch` computation may ask the database for what it does not declare (the rate of a day, an address), which may
//!   have changed since without anything being computed again;
//! - what a computation `loads` it takes as it is when it runs: its later changes are not to reach the record. Its value
//!   is wrong only where nothing of that was written since the record was.

use rustc_hash::FxHashSet as HashSet;

use chrono::TimeDelta;

use crate::compute::Loaded;
use crate::compute::load::{Depends, Reading, load};
use crate::env::Env;
use crate::error::Result;
use crate::registry::{FieldId, ModelInfo, Registry};
use crate::triggers::definition;
use crate::value::Value;
use crate::write::Unit;

/// By what a stored value is measured.
#[derive(Debug, PartialEq)]
pub(super) enum Measure {
    /// What its computation gives.
    Computation,
    /// The same, unless something at the end of these paths, or on the way there, was written later than the record.
    Unless(Vec<Vec<FieldId>>),
    /// Nothing.
    None,
}

/// By what the values of a stored computed field are measured.
pub(super) fn measure(registry: &Registry, model: &ModelInfo, field: FieldId) -> Measure {
    let writable = definition(model, field).is_none_or(|compute| compute.writable);
    let mut taken = Vec::new();
    match !writable && collect(registry, model, field, &[], &mut taken) {
        false => Measure::None,
        true if taken.is_empty() => Measure::Computation,
        true => Measure::Unless(taken),
    }
}

/// Collects the paths to what a computation takes, and what those do that it reads and that have no column; whether that
/// is all that it takes.
fn collect(
    registry: &Registry,
    model: &ModelInfo,
    field: FieldId,
    before: &[FieldId],
    taken: &mut Vec<Vec<FieldId>>,
) -> bool {
    let Some(compute) = definition(model, field).filter(|compute| !compute.batch) else {
        return false;
    };
    let paths = |names: &'static [&'static [&'static str]]| {
        names
            .iter()
            .filter_map(|names| registry.resolve_path(model, names).ok())
    };
    let loads: Vec<Vec<FieldId>> = paths(compute.loads).collect();
    taken.extend(loads.iter().map(|path| [before, path].concat()));
    paths(compute.depends).chain(loads).all(|path| {
        let path = registry.spelled(model, &path);
        let mut at = model;
        path.iter().enumerate().all(|(position, hop)| {
            let info = &at.fields[*hop];
            let known = !info.unstored || collect(registry, at, *hop, &[before, &path[..position]].concat(), taken);
            at = info.target.map_or(at, |target| registry.model(target));
            known
        })
    })
}

/// How much earlier than the record something may have been written and still be newer than what the record took: a write
/// takes a while, and clocks differ.
const LEEWAY: TimeDelta = TimeDelta::hours(1);

/// Those of the records whose values may have been right when they were computed: something that they took was written
/// since.
pub(super) fn excused(
    env: &mut Env<'_>,
    unit: &mut Unit,
    model: &ModelInfo,
    paths: &[Vec<FieldId>],
    ids: &[i64],
) -> Result<HashSet<i64>> {
    let registry = env.registry;
    let paths: Vec<Vec<FieldId>> = paths.iter().map(|path| registry.spelled(model, path)).collect();
    let depends = Depends::along(registry, model, &paths, Reading::Moment)?;
    let records = load(env, unit, model, ids, &depends, None)?;
    let date = |model: &ModelInfo, record: &Loaded| match model.field("write_date").map(|field| record.value(field)) {
        Some(Value::DateTime(date)) => Some(*date),
        _ => None,
    };
    let newer = |(_, record): &(&i64, &Loaded)| {
        let since = date(model, record).map(|date| date - LEEWAY);
        let is_newer = |model: &ModelInfo, record: &Loaded| match since {
            Some(since) => date(model, record).is_some_and(|date| date > since),
            // Nobody knows when it was written.
            None => true,
        };
        paths
            .iter()
            .any(|path| reaches(registry, model, record, path, &is_newer))
    };
    Ok(records.iter().filter(newer).map(|(id, _)| *id).collect())
}

/// Whether a record on the way along a path, behind the first one, is such a one.
fn reaches(
    registry: &Registry,
    model: &ModelInfo,
    record: &Loaded,
    path: &[FieldId],
    is_such: &impl Fn(&ModelInfo, &Loaded) -> bool,
) -> bool {
    let Some((hop, rest)) = path.split_first() else {
        return false;
    };
    let Some(target) = model.fields[*hop].target.map(|target| registry.model(target)) else {
        return false;
    };
    let mut related = record.related(*hop).unwrap_or_default().iter();
    related.any(|related| is_such(target, related) || reaches(registry, target, related, rest, is_such))
}
