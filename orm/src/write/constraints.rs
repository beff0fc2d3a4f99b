//! The constraints of the models. Checks and uniqueness are tested before a row is stored, so that the database, which
//! keeps them too, has nothing left to refuse. Methods are called when everything is computed, or before a deletion.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::unit_of_work::UnitOfWork;
use crate::compute::load::{ReadTree, Reading, Store as _, load};
use crate::condition::{broken as broken_part, holds};
use crate::db::Lock;
use crate::def::{CheckDef, ConstraintDef, ModelDef, UniqueDef};
use crate::dependencies::{Constraint, constraint};
use crate::env::Env;
use crate::error::{Code, Error, Issue, Place, Result};
use crate::record::Record;
use crate::registry::{FieldId, ModelId, ModelInfo};
use crate::sql::batches;
use crate::value::Value;

/// The JSON pointers of the records that the body describes.
#[derive(Debug, Default)]
pub(super) struct Pointers(HashMap<(ModelId, i64), String>);

impl Pointers {
    /// Notes the pointer of records.
    pub(super) fn put(&mut self, model: &ModelInfo, ids: &[i64], place: Option<&str>) {
        if let Some(place) = place {
            self.0.extend(ids.iter().map(|id| ((model.id, *id), place.to_owned())));
        }
    }

    /// The pointer of a record; `None` where the body does not describe it.
    pub(super) fn get(&self, model: &ModelInfo, id: i64) -> Option<&str> {
        self.0.get(&(model.id, id)).map(String::as_str)
    }

    /// A mistake in a field of a record. Where the body does not describe the record, the message names it.
    pub(super) fn issue(&self, model: &ModelInfo, id: i64, field: &str, message: &str) -> Issue {
        match self.get(model, id) {
            Some(record) => Issue::field_of(record, field, message),
            None => Issue {
                place: Place::Pointer(String::new()),
                message: format!("record {id} of {}: {message}", model.def.name),
            },
        }
    }
}

/// Refuses rows that are about to be stored and break a check or a unique constraint. Each row has all its columns.
/// With `changed`, only constraints that read one of these fields are tested; without, all are.
pub(super) fn before_storing(
    env: &mut Env<'_>,
    pointers: &Pointers,
    model: &ModelInfo,
    rows: &[(i64, &[Value])],
    changed: Option<&[FieldId]>,
) -> Result<()> {
    let concerned = |fields: &[&str]| concerned(model.def, fields, changed);
    let mut issues = Vec::new();
    for check in model.def.checks {
        if check.is_kept_by_database(model.def) && concerned(&check.condition.fields()) {
            issues.extend(
                rows.iter()
                    .filter_map(|(id, row)| broken(pointers, model, check, *id, row)),
            );
        }
    }
    if !issues.is_empty() {
        return Err(Error::invalid(issues));
    }
    for unique in model.def.uniques {
        let condition = unique.condition.map(|condition| condition.fields()).unwrap_or_default();
        if concerned(unique.fields) || concerned(&condition) {
            not_taken(env, pointers, model, unique, rows)?;
        }
    }
    Ok(())
}

/// Whether a check or unique constraint reads one of these fields: if not, rows need not be loaded for it.
pub(super) fn any_concerned(model: &ModelInfo, changed: &[FieldId]) -> bool {
    let def = model.def;
    let checks = def.checks.iter().flat_map(|check| check.condition.fields());
    let conditions =
        (def.uniques.iter().filter_map(|unique| unique.condition)).flat_map(|condition| condition.fields());
    let uniques = def.uniques.iter().flat_map(|unique| unique.fields.iter().copied());
    concerned(
        def,
        &checks.chain(conditions).chain(uniques).collect::<Vec<_>>(),
        Some(changed),
    )
}

fn concerned(def: &ModelDef, fields: &[&str], changed: Option<&[FieldId]>) -> bool {
    changed.is_none_or(|changed| changed.iter().any(|field| fields.contains(&def.fields[*field].name)))
}

/// The mistake of a row that breaks a check.
fn broken(pointers: &Pointers, model: &ModelInfo, check: &CheckDef, id: i64, row: &[Value]) -> Option<Issue> {
    let part = broken_part(&check.condition, model.def, row)?;
    let fields = part.fields();
    let message = match check.message {
        "" => refusal(model, &format!("the rule `{part}` is broken"), &fields, row),
        message => refusal(model, &format!("{message} (`{part}`)"), &fields, row),
    };
    Some(pointers.issue(model, id, fields.first()?, &message))
}

/// A message with the values that it is about, except secret ones.
fn refusal(model: &ModelInfo, what: &str, fields: &[&str], row: &[Value]) -> String {
    let told = |name: &&str| {
        let field = model.field(name)?;
        let told = !model.fields[field].def.secret && !model.fields[field].is_x2many();
        told.then(|| format!("`{name}` is {}", row.get(field).unwrap_or(&Value::Null)))
    };
    let values: Vec<String> = fields.iter().filter_map(told).collect();
    match values.is_empty() {
        true => what.to_owned(),
        false => format!("{what}: {}", values.join(", ")),
    }
}

/// Refuses rows whose unique values another of these rows, or another record in the database, has.
fn not_taken(
    env: &mut Env<'_>,
    pointers: &Pointers,
    model: &ModelInfo,
    unique: &UniqueDef,
    rows: &[(i64, &[Value])],
) -> Result<()> {
    let fields: Vec<FieldId> = unique.fields.iter().map(|field| model.implicit(field)).collect();
    let meant = |row: &[Value]| {
        let condition = unique
            .condition
            .is_none_or(|condition| holds(&condition, model.def, row) == Some(true));
        condition && (unique.nulls_equal || fields.iter().all(|field| !row[*field].is_null()))
    };
    let given: Vec<(i64, Vec<&Value>)> = (rows.iter().filter(|(_, row)| meant(row)))
        .map(|(id, row)| (*id, fields.iter().map(|field| &row[*field]).collect()))
        .collect();
    let mut seen = HashSet::default();
    let mut taken: Vec<i64> = (given.iter())
        .filter(|(_, values)| !seen.insert(format!("{values:?}")))
        .map(|(id, _)| *id)
        .collect();
    for batch in batches(&given) {
        taken.extend(env.ids(env.sql().taken(model, unique, &fields, batch)?)?);
    }
    let mut issues = Vec::new();
    for (id, values) in given.iter().filter(|(id, _)| taken.contains(id)) {
        let message = not_unique(
            model.def,
            unique,
            &values.iter().map(ToString::to_string).collect::<Vec<_>>(),
        );
        issues.extend(
            unique
                .fields
                .iter()
                .map(|field| pointers.issue(model, *id, field, &message)),
        );
    }
    match issues.first() {
        None => Ok(()),
        Some(first) => Err(Error::new(Code::Conflict, first.message.clone()).at(issues)),
    }
}

/// The message for values that are not unique. The values are told unless a field is secret.
pub(super) fn not_unique(def: &ModelDef, unique: &UniqueDef, values: &[String]) -> String {
    let message = match unique.message {
        "" => format!(
            "a record of {} with the same {} exists already",
            def.name,
            unique.fields.join(" and ")
        ),
        message => message.trim_end_matches('.').to_owned(),
    };
    let secret = |name: &&str| def.fields.iter().any(|field| field.name == *name && field.secret);
    match values.is_empty() || unique.fields.iter().any(secret) {
        true => message,
        false => format!("{message} ({})", values.join(", ")),
    }
}

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
            let field = fields.first().copied().unwrap_or_default();
            let wrong = call_method(env, unit, model, method, &ids)?.into_iter();
            let issue = |(id, record, message): (i64, Record, String)| {
                let message = refusal(
                    model,
                    &format!("{message} (`{}`)", method.name),
                    &fields,
                    record.values(),
                );
                unit.pointers.issue(model, id, field, &message)
            };
            Ok(wrong.map(issue).collect())
        }
        Some(Constraint::Check(check)) => {
            let records = unit.load(env, model, &ids, Some(Lock::Exclusive))?;
            let broken = |id: &i64| broken(&unit.pointers, model, check, *id, records.get(id)?.values());
            Ok(ids.iter().filter_map(broken).collect())
        }
        None => Err(Error::internal("a rule that is not there")),
    }
}

/// Refuses a deletion that an `#[ondelete]` method of the model forbids.
pub(super) fn before_deletion(env: &mut Env<'_>, unit: &mut UnitOfWork, model: &ModelInfo, ids: &[i64]) -> Result<()> {
    for method in model.def.on_delete {
        if let Some((id, _, message)) = call_method(env, unit, model, method, ids)?.into_iter().next() {
            let detail = format!(
                "record {id} of {} is not deleted: {message} (`{}`)",
                model.def.name, method.name
            );
            return Err(Error::new(Code::Conflict, detail));
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
    let paths = method
        .depends
        .iter()
        .chain(method.loads)
        .map(|names| env.registry.resolve_path(model, names));
    let paths = paths.collect::<Result<Vec<_>, _>>().map_err(Error::internal)?;
    let depends = ReadTree::along(env.registry, model, &paths, Reading::Decision)?;
    let mut known = load(env, unit, model, ids, &depends, Some(Lock::Exclusive))?;
    let (ids, records): (Vec<i64>, Vec<Record>) = ids.iter().filter_map(|id| Some((*id, known.remove(id)?))).unzip();
    let check = env.runtime.ops(model).constraint(method.name)?;
    let wrong = unit.with_pending(env, |env| env.with_read_locks(model, |env| check(env, &records)))?;
    let wrong = wrong
        .into_iter()
        .filter_map(|(index, message)| Some((*ids.get(index)?, records.get(index)?.clone(), message)));
    Ok(wrong.collect())
}
