//! What a stored computed value can be compared with. Not every one that its computation would not give today is wrong:
//!
//! - a `writable` field may have been written, by anybody, to anything, unless its record remembers that nobody did;
//! - a `batch` computation may ask the database for what it does not declare (the rate of a day, an address), which may
//!   have changed since without anything being computed again;
//! - what a computation `loads`, and what it reads of the records at the end of a path that names only them
//!   (`depends(tax_id)`), it takes as it is when it runs: later changes are not to reach the record: a tax that rises
//!   does not change an order. Such a value counts as wrong only if nothing that it was taken from has been written
//!   since the record itself was.

use chrono::TimeDelta;
use rustc_hash::FxHashSet as HashSet;

use crate::compute::load::{Depends, Reading, load};
use crate::dependencies::definition;
use crate::env::Env;
use crate::error::Result;
use crate::record::Record;
use crate::registry::{FieldId, ModelInfo, Registry};
use crate::value::Value;
use crate::write::UnitOfWork;

/// By what a stored value is measured.
#[derive(Debug, PartialEq)]
pub(super) enum Measure {
    /// What its computation gives.
    Computation,
    /// The same, unless something of this was written later than the record.
    Unless(Vec<Taken>),
    /// Nothing.
    None,
}

/// Relations to records of which values are taken as they are.
#[derive(Debug, PartialEq)]
pub(super) struct Taken {
    /// Relations, from the record.
    path: Vec<FieldId>,
    /// Of the records on the way, those that this many relations lead to, or more: of the others only what they are is
    /// used, whose change is followed.
    from: usize,
}

/// By what the values of a stored computed field are measured, those that nobody wrote.
pub(super) fn measure(registry: &Registry, model: &ModelInfo, field: FieldId) -> Measure {
    let mut taken = Vec::new();
    match collect(registry, model, field, &[], &mut taken) {
        false => Measure::None,
        true if taken.is_empty() => Measure::Computation,
        true => Measure::Unless(taken),
    }
}

/// What a rule takes as it is.
pub(super) fn taken_by(registry: &Registry, model: &ModelInfo, paths: &[&[&str]]) -> Vec<Taken> {
    let paths = paths
        .iter()
        .filter_map(|names| registry.resolve_path(model, names).ok());
    let taken = paths.map(|path| Taken {
        path: relations(registry, model, &path),
        from: 1,
    });
    taken.collect()
}

/// Collects what a computation takes, and what those do that it reads and that have no column; whether that is all that it
/// takes.
fn collect(registry: &Registry, model: &ModelInfo, field: FieldId, before: &[FieldId], taken: &mut Vec<Taken>) -> bool {
    let Some(compute) = definition(model, field).filter(|compute| !compute.batch) else {
        return false;
    };
    let paths = |names: &'static [&'static [&'static str]]| -> Vec<Vec<FieldId>> {
        let resolved = names
            .iter()
            .filter_map(|names| registry.resolve_path(model, names).ok());
        resolved.map(|path| registry.expand_path(model, &path)).collect()
    };
    let (depends, loads) = (paths(compute.depends), paths(compute.loads));
    for path in &loads {
        // A relation that the computation depends on as well is followed.
        let followed = |path: &[FieldId]| depends.iter().any(|known| known.starts_with(path));
        let relations = relations(registry, model, path);
        let tracked = (1..relations.len())
            .take_while(|end| followed(&relations[..=*end]))
            .count();
        taken.push(Taken {
            path: [before, &relations].concat(),
            from: before.len() + tracked + 1,
        });
    }
    for path in &depends {
        let (end, last) = registry.end_of(model, path);
        let leads_to = end.fields[last].target;
        // A relation to the same records holds which ones they are.
        if leads_to.is_some() && leads_to != model.fields[field].target {
            taken.push(Taken {
                path: [before, path].concat(),
                from: before.len() + path.len(),
            });
        }
    }
    depends.iter().chain(&loads).all(|path| {
        let mut at = model;
        path.iter().enumerate().all(|(position, hop)| {
            let (here, info) = (at, &at.fields[*hop]);
            at = info.target.map_or(at, |target| registry.model(target));
            !info.unstored || collect(registry, here, *hop, &[before, &path[..position]].concat(), taken)
        })
    })
}

/// The relations at the beginning of a path.
fn relations(registry: &Registry, model: &ModelInfo, path: &[FieldId]) -> Vec<FieldId> {
    let path = registry.expand_path(model, path);
    match registry.end_of(model, &path) {
        (end, last) if end.fields[last].target.is_none() => path[..path.len() - 1].to_vec(),
        _ => path,
    }
}

/// How much earlier than the record something may have been written and still be newer than what the record took: a write
/// takes a while, and clocks differ.
const LEEWAY: TimeDelta = TimeDelta::minutes(10);

/// Those of the records whose values may have been right when they were computed: something that they took was written
/// since.
pub(super) fn excused(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
    model: &ModelInfo,
    taken: &[Taken],
    ids: &[i64],
) -> Result<HashSet<i64>> {
    let registry = env.registry;
    let paths: Vec<Vec<FieldId>> = taken.iter().map(|taken| taken.path.clone()).collect();
    let depends = Depends::along(registry, model, &paths, Reading::Moment)?;
    let records = load(env, unit, model, ids, &depends, None)?;
    let newer = |(_, record): &(&i64, &Record)| {
        let own = written(model, record);
        let since = own.map(|date| date - LEEWAY);
        // What was written along with the record, in one transaction, is what it took.
        let is_newer = |model: &ModelInfo, record: &Record| {
            let date = written(model, record);
            date > since && date != own
        };
        taken
            .iter()
            .any(|taken| reaches(registry, model, record, &taken.path, taken.from, &is_newer))
    };
    Ok(records.iter().filter(newer).map(|(id, _)| *id).collect())
}

/// When a record was written last.
fn written(model: &ModelInfo, record: &Record) -> Option<chrono::NaiveDateTime> {
    let dates = ["write_date", "create_date"].map(|name| model.field(name).map(|field| record.value(field)));
    dates.into_iter().flatten().find_map(|value| match value {
        Value::DateTime(date) => Some(*date),
        _ => None,
    })
}

/// Whether one of the records that at least `from` relations of a path lead to is such a one.
fn reaches(
    registry: &Registry,
    model: &ModelInfo,
    record: &Record,
    path: &[FieldId],
    from: usize,
    is_such: &impl Fn(&ModelInfo, &Record) -> bool,
) -> bool {
    let Some((hop, rest)) = path.split_first() else {
        return false;
    };
    let Some(target) = model.fields[*hop].target.map(|target| registry.model(target)) else {
        return false;
    };
    let mut related = record.related(*hop).unwrap_or_default().iter();
    related.any(|related| {
        from <= 1 && is_such(target, related)
            || reaches(registry, target, related, rest, from.saturating_sub(1), is_such)
    })
}
