//! Constraints that are tested when everything is computed, or before a deletion: the methods `#[constrains]`, `#[after]`
//! and `#[ondelete]`, checks over computed fields, and the `domain` of relations.

use std::collections::BTreeSet;

use super::constraints::{broken, refusal};
use super::unit_of_work::UnitOfWork;
use crate::compute::load::{ReadTree, Reading, Store as _, load};
use crate::condition::{Row, disallowed};
use crate::db::{Lock, naming};
use crate::def::{ConditionDef, ConstraintDef};
use crate::dependencies::{Constraint, constraint};
use crate::env::Env;
use crate::error::{Code, Error, Issue, Result};
use crate::record::Record;
use crate::registry::{FieldId, ModelInfo};

/// The mistakes that a constraint, given by its index in [`constraint`], finds in records which are new, or in which a
/// field changed that it reads.
pub(super) fn after_change(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
    model: &ModelInfo,
    index: FieldId,
    ids: BTreeSet<i64>,
) -> Result<Vec<Issue>> {
    let ids: Vec<i64> = ids.into_iter().collect();
    match constraint(model, index) {
        Some(Constraint::Method(method)) => {
            let fields: Vec<&str> = method.depends.iter().filter_map(|path| path.first().copied()).collect();
            let wrong = call_method(env, unit, model, method, &ids)?.into_iter();
            let issue = |(id, record, message): (i64, Record, String)| {
                let message = refusal(model, &message, &fields, record.values());
                let given = unit.pointers.given(model, id, &fields);
                let field = given.first().copied().unwrap_or_default();
                unit.pointers.issue(model, id, field, &message)
            };
            Ok(wrong.map(issue).collect())
        }
        Some(Constraint::Check(check)) => {
            let records = unit.load(env, model, &ids, Some(Lock::Exclusive))?;
            let broken = |id: &i64| broken(&unit.pointers, model, check, *id, records.get(id)?.values());
            Ok(ids.iter().filter_map(broken).collect())
        }
        Some(Constraint::Domain(field, condition)) => outside_domain(env, unit, model, field, &condition, &ids),
        None => Err(Error::internal("a rule that is not there")),
    }
}

/// Refuses a deletion that an `#[ondelete]` method of the model forbids.
pub(super) fn before_deletion(env: &mut Env<'_>, unit: &mut UnitOfWork, model: &ModelInfo, ids: &[i64]) -> Result<()> {
    for method in model.def.on_delete {
        if let Some((id, _, message)) = call_method(env, unit, model, method, ids)?.into_iter().next() {
            let detail = format!("record {id} of {} is not deleted: {message}", model.def.name);
            return Err(unit.pointers.refusal(model, id, Error::new(Code::Conflict, detail)));
        }
    }
    Ok(())
}

/// Calls a method (`#[constrains]`, `#[after]`, `#[ondelete]`) on records, which are locked first. Answers those that
/// it refuses, each with its message.
pub(crate) fn call_method(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
    model: &ModelInfo,
    method: &ConstraintDef,
    ids: &[i64],
) -> Result<Vec<(i64, Record, String)>> {
    let (ids, records) = needed_records(env, unit, model, method.depends.iter().chain(method.loads), ids)?;
    let wrong = call(env, unit, model, method.name, &records)?
        .into_iter()
        .filter_map(|(index, message)| Some((*ids.get(index)?, records.get(index)?.clone(), message)));
    Ok(wrong.collect())
}

/// The mistakes of records whose relation leads to a record that its `domain` does not allow. The related records are
/// locked: they stay as they are until the write ends. Those that a many2many had before are not looked at, unless the
/// `domain` compares with the record itself: they may have changed since.
fn outside_domain(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
    model: &ModelInfo,
    field: FieldId,
    condition: &ConditionDef,
    ids: &[i64],
) -> Result<Vec<Issue>> {
    let target = env.registry.target(model, field);
    let read = condition.fields();
    let paths: Vec<Vec<FieldId>> = read.iter().map(|name| vec![field, target.implicit(name)]).collect();
    let (ids, records) = along(env, unit, model, &paths, ids)?;
    let only_added = match model.fields[field].is_x2many() && condition.own_fields().is_empty() {
        true => Some(env.registry.link(model, field)?),
        false => None,
    };
    let mut issues = Vec::new();
    for (id, record) in ids.iter().zip(&records) {
        let own = Row {
            def: model.def,
            values: record.values(),
        };
        for related in record.related(field).unwrap_or_default() {
            let values = related.values();
            let other = values[target.implicit("id")].id().unwrap_or_default();
            if only_added.is_some_and(|link| !unit.has_added(link, (*id, other))) {
                continue;
            }
            let Some(part) = disallowed(
                condition,
                Row {
                    def: target.def,
                    values,
                },
                own,
            ) else {
                continue;
            };
            let name = model.fields[field].def.name;
            let what = format!(
                "record {other} of {} is none of those for `{name}` (`{part}`)",
                target.def.name
            );
            let message = refusal(target, &what, &part.fields(), values);
            issues.push(unit.pointers.link_issue(model, field, (*id, other), &message));
        }
    }
    Ok(issues)
}

/// Locks records and loads them with the relations along these paths, for a method of their model.
pub(super) fn needed_records(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
    model: &ModelInfo,
    paths: impl Iterator<Item = &'static &'static [&'static str]>,
    ids: &[i64],
) -> Result<(Vec<i64>, Vec<Record>)> {
    let paths = paths.map(|names| env.registry.resolve_path(model, names));
    let paths = paths.collect::<Result<Vec<_>, _>>().map_err(Error::internal)?;
    along(env, unit, model, &paths, ids)
}

/// As [`needed_records`].
fn along(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
    model: &ModelInfo,
    paths: &[Vec<FieldId>],
    ids: &[i64],
) -> Result<(Vec<i64>, Vec<Record>)> {
    let needs = ReadTree::along(env.registry, model, paths, Reading::Decision)?;
    let mut known = load(env, unit, model, ids, &needs, Some(Lock::Exclusive))?;
    Ok(ids.iter().filter_map(|id| Some((*id, known.remove(id)?))).unzip())
}

/// Calls a method on loaded records. Answers the indices of those that it refuses, each with its message.
pub(super) fn call(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
    model: &ModelInfo,
    method: &str,
    records: &[Record],
) -> Result<Vec<(usize, String)>> {
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let function = env.runtime.code(model).constraint(method)?;
    run(env, unit, model, method, |env| function(env, records))
}

/// Runs a method of a model within the write: what it reads includes the records in memory, and is locked. A panic names
/// the method.
pub(super) fn run<T>(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
    model: &ModelInfo,
    method: &str,
    job: impl FnOnce(&mut Env<'_>) -> Result<T>,
) -> Result<T> {
    let name = format_args!("{}.{method}", model.def.name);
    unit.with_pending(env, |env| {
        env.sudo(|env| env.with_read_locks(model, |env| naming(name, || job(env))))
    })
}
