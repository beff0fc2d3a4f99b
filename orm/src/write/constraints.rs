//! What the rules of the models refuse. Conditions and uniqueness are looked at before a row is stored, so that the
//! database, which keeps them too, has nothing left to refuse; methods when everything is computed, or before a deletion.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::unit_of_work::UnitOfWork;
use crate::compute::load::{Depends, Reading, Store as _, load};
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

/// Where in the body records stand, as far as it names them.
#[derive(Debug, Default)]
pub(super) struct Places(HashMap<(ModelId, i64), String>);

impl Places {
    /// Notes where records stand.
    pub(super) fn put(&mut self, model: &ModelInfo, ids: &[i64], place: Option<&str>) {
        if let Some(place) = place {
            self.0.extend(ids.iter().map(|id| ((model.id, *id), place.to_owned())));
        }
    }

    /// The pointer of a record.
    pub(super) fn get(&self, model: &ModelInfo, id: i64) -> Option<&str> {
        self.0.get(&(model.id, id)).map(String::as_str)
    }

    /// A mistake in a field of a record. One that the body does not name is named in the message.
    pub(super) fn issue(&self, model: &ModelInfo, id: i64, field: &str, message: &str) -> Issue {
        let (pointer, message) = match self.get(model, id) {
            Some(place) => (format!("{place}/{field}"), message.to_owned()),
            None => (String::new(), format!("record {id} of {}: {message}", model.def.name)),
        };
        Issue {
            place: Place::Pointer(pointer),
            message,
        }
    }
}

/// Refuses rows that are about to be stored and break a condition or are not unique: all columns of each, of which
/// `changed` are new; all of them where that is not given.
pub(super) fn before_storing(
    env: &mut Env<'_>,
    places: &Places,
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
                    .filter_map(|(id, row)| broken(places, model, check, *id, row)),
            );
        }
    }
    if !issues.is_empty() {
        return Err(Error::invalid(issues));
    }
    for unique in model.def.uniques {
        let condition = unique.condition.map(|condition| condition.fields()).unwrap_or_default();
        if concerned(unique.fields) || concerned(&condition) {
            not_taken(env, places, model, unique, rows)?;
        }
    }
    Ok(())
}

/// Whether rules look at records of the model in which these fields change.
pub(super) fn look_at(model: &ModelInfo, changed: &[FieldId]) -> bool {
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

/// The mistake of a row that breaks a condition.
fn broken(places: &Places, model: &ModelInfo, check: &CheckDef, id: i64, row: &[Value]) -> Option<Issue> {
    let part = broken_part(&check.condition, model.def, row)?;
    let fields = part.fields();
    let message = match check.message {
        "" => refusal(model, &format!("the rule `{part}` is broken"), &fields, row),
        message => refusal(model, &format!("{message} (`{part}`)"), &fields, row),
    };
    Some(places.issue(model, id, fields.first()?, &message))
}

/// A refusal with the values that it is about; secret ones are not told.
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

/// Refuses rows whose unique values another of them, or a record in the database, has.
fn not_taken(
    env: &mut Env<'_>,
    places: &Places,
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
                .map(|field| places.issue(model, *id, field, &message)),
        );
    }
    match issues.first() {
        None => Ok(()),
        Some(first) => Err(Error::new(Code::Conflict, first.message.clone()).at(issues)),
    }
}

/// The message of a refusal for uniqueness.
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

/// The mistakes that a rule finds in records which are new, or in which something changed that it reads.
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
            let wrong = ask(env, unit, model, method, &ids)?.into_iter();
            let issue = |(id, record, message): (i64, Record, String)| {
                let message = refusal(
                    model,
                    &format!("{message} (`{}`)", method.name),
                    &fields,
                    record.values(),
                );
                unit.places.issue(model, id, field, &message)
            };
            Ok(wrong.map(issue).collect())
        }
        Some(Constraint::Check(check)) => {
            let records = unit.load(env, model, &ids, Some(Lock::Exclusive))?;
            let broken = |id: &i64| broken(&unit.places, model, check, *id, records.get(id)?.values());
            Ok(ids.iter().filter_map(broken).collect())
        }
        None => Err(Error::internal("a rule that is not there")),
    }
}

/// Refuses a deletion that a method of the model forbids.
pub(super) fn before_deletion(env: &mut Env<'_>, unit: &mut UnitOfWork, model: &ModelInfo, ids: &[i64]) -> Result<()> {
    for method in model.def.on_delete {
        if let Some((id, _, message)) = ask(env, unit, model, method, ids)?.into_iter().next() {
            let detail = format!(
                "record {id} of {} is not deleted: {message} (`{}`)",
                model.def.name, method.name
            );
            return Err(Error::new(Code::Conflict, detail));
        }
    }
    Ok(())
}

/// What a method has to say against records.
pub(crate) fn ask(
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
    let depends = Depends::along(env.registry, model, &paths, Reading::Decision)?;
    let mut known = load(env, unit, model, ids, &depends, Some(Lock::Exclusive))?;
    let (ids, records): (Vec<i64>, Vec<Record>) = ids.iter().filter_map(|id| Some((*id, known.remove(id)?))).unzip();
    let check = env.runtime.ops(model).constraint(method.name)?;
    let wrong = unit.lend(env, |env| env.decide(model, |env| check(env, &records)))?;
    let wrong = wrong
        .into_iter()
        .filter_map(|(index, message)| Some((*ids.get(index)?, records.get(index)?.clone(), message)));
    Ok(wrong.collect())
}
