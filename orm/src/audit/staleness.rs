//! What a stored computed value can be compared with. A value that its computation would not give today is not always
//! wrong:
//!
//! - a `writable` field may have been written, to anything, unless its record remembers that nobody did;
//! - a `batch` computation may query the database for what it does not declare (the rate of a day, an address), which
//!   may have changed since without the field being computed again;
//! - what a computation `loads`, and what it reads of the records at the end of a path that ends with a relation
//!   (`depends(tax_id)`), is taken as it is when the computation runs. Later changes are not to reach the record: when
//!   a tax rises, an order stays as it is. Such a value counts as wrong only if nothing that it was taken from has been
//!   written since the record itself was;
//! - an amount that was taken so keeps what the roundings to its earlier currencies have left of it.

use chrono::TimeDelta;
use rustc_hash::FxHashSet as HashSet;

use crate::compute::load::{ReadTree, Reading, load};
use crate::dependencies::{definition, is_agreed};
use crate::env::Env;
use crate::error::Result;
use crate::record::Record;
use crate::registry::{FieldId, ModelInfo, Registry};
use crate::value::Value;
use crate::write::UnitOfWork;

/// What a stored value is compared with.
#[derive(Debug, PartialEq)]
pub(super) enum Comparability {
    /// What its computation gives now.
    Computation,
    /// The same, unless a record on one of these paths was written later than the record itself.
    Unless(Vec<UntrackedPath>),
    /// Nothing: the value cannot be checked.
    None,
}

/// A path to records whose values are taken as they are when a computation or constraint runs.
#[derive(Debug, PartialEq)]
pub(super) struct UntrackedPath {
    /// Relations, from the record.
    path: Vec<FieldId>,
    /// Only records that at least this many relations of the path lead to count. Of those before them, only the next
    /// relation is read, and a change of it computes the field again.
    from: usize,
}

/// Whether `verify` can compare the stored values of a computed field with a new computation. (Values that somebody wrote
/// are never compared.)
pub(super) fn comparability(registry: &Registry, model: &ModelInfo, field: FieldId) -> Comparability {
    if is_agreed(model, field) {
        return Comparability::None;
    }
    let mut taken = Vec::new();
    match collect(registry, model, field, &[], &mut taken) {
        false => Comparability::None,
        true if taken.is_empty() => Comparability::Computation,
        true => Comparability::Unless(taken),
    }
}

/// What a constraint takes as it is: what it `loads`.
pub(super) fn untracked_paths(registry: &Registry, model: &ModelInfo, paths: &[&[&str]]) -> Vec<UntrackedPath> {
    let paths = paths
        .iter()
        .filter_map(|names| registry.resolve_path(model, names).ok());
    let taken = paths.map(|path| UntrackedPath {
        path: relations(registry, model, &path),
        from: 1,
    });
    taken.collect()
}

/// Collects what a computation takes as it is, and what the computed fields without a column that it reads take.
/// Answers `false` where that is not all: a `batch` computation may read anything.
fn collect(
    registry: &Registry,
    model: &ModelInfo,
    field: FieldId,
    before: &[FieldId],
    taken: &mut Vec<UntrackedPath>,
) -> bool {
    let Some(compute) = definition(model, field).filter(|compute| !compute.batch) else {
        return false;
    };
    let paths = |names: &'static [&'static [&'static str]]| -> Vec<Vec<FieldId>> {
        let resolved = names
            .iter()
            .filter_map(|names| registry.resolve_path(model, names).ok());
        resolved.map(|path| registry.expand_path(model, &path)).collect()
    };
    let (depends, mut loads) = (paths(compute.depends), paths(compute.loads));
    loads.extend((registry.rounding(model, field)).map(|path| registry.expand_path(model, &path)));
    for path in &loads {
        // A relation that the computation depends on as well is tracked: its change computes the field again.
        let followed = |path: &[FieldId]| depends.iter().any(|known| known.starts_with(path));
        let relations = relations(registry, model, path);
        let tracked = (1..relations.len())
            .take_while(|end| followed(&relations[..=*end]))
            .count();
        taken.push(UntrackedPath {
            path: [before, &relations].concat(),
            from: before.len() + tracked + 1,
        });
    }
    for path in &depends {
        let (end, last) = registry.end_of(model, path);
        let leads_to = end.fields[last].target;
        // A field that leads to the same model holds which records they are, and nothing of their values.
        if leads_to.is_some() && leads_to != model.fields[field].target {
            taken.push(UntrackedPath {
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

/// The relations of a path: without its last field, unless that is a relation too.
fn relations(registry: &Registry, model: &ModelInfo, path: &[FieldId]) -> Vec<FieldId> {
    let path = registry.expand_path(model, path);
    match registry.end_of(model, &path) {
        (end, last) if end.fields[last].target.is_none() => path[..path.len() - 1].to_vec(),
        _ => path,
    }
}

/// How much earlier than the record something may have been written, and still be newer than what the record took: a
/// write takes a while, and clocks differ.
const LEEWAY: TimeDelta = TimeDelta::minutes(10);

/// Those of the records whose values may have been right when they were computed: something that they were taken from
/// was written since.
pub(super) fn possibly_outdated(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
    model: &ModelInfo,
    taken: &[UntrackedPath],
    ids: &[i64],
) -> Result<HashSet<i64>> {
    let registry = env.registry;
    let paths: Vec<Vec<FieldId>> = taken.iter().map(|taken| taken.path.clone()).collect();
    let depends = ReadTree::along(registry, model, &paths, Reading::Snapshot)?;
    let records = load(env, unit, model, ids, &depends, None)?;
    let newer = |(_, record): &(&i64, &Record)| {
        let own = written(model, record);
        let since = own.map(|date| date - LEEWAY);
        // What was written at the same time, in the same transaction, is what the record took.
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

/// Whether `is_such` is true of a record that at least `from` relations of a path lead to.
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
