//! Checks and uniqueness, which are tested before a row is stored, so that the database, which keeps them too, has nothing
//! left to refuse. (The methods of constraints are in `constraint_methods.rs`.)

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use crate::command::Values;
use crate::condition::{broken as broken_part, holds};
use crate::def::{CheckDef, Comparison, ModelDef, UniqueDef};
use crate::env::Env;
use crate::error::{Code, Error, Issue, Place, Result};
use crate::registry::{FieldId, ModelId, ModelInfo};
use crate::sql::batches;
use crate::value::Value;

/// The JSON pointers of the records that the body describes, and which fields it gives them.
#[derive(Debug, Default)]
pub(super) struct Pointers {
    records: HashMap<(ModelId, i64), (String, Vec<FieldId>)>,
    /// Fields that the body gives by a related field of another record: the pointer of that record, and the field's name.
    seen_from: HashMap<(ModelId, i64, FieldId), (String, &'static str)>,
    /// The ids of records that the body puts into a relation to many, by owner and related record.
    links: HashMap<(ModelId, FieldId, (i64, i64)), String>,
    /// The commands of the body that delete records.
    named: HashMap<(ModelId, i64), String>,
}

impl Pointers {
    /// Notes the pointer of records, and the fields that they are given there.
    pub(super) fn put(&mut self, model: &ModelInfo, ids: &[i64], values: &Values) {
        if let Some(place) = &values.place {
            for id in ids {
                let (known, fields) = self.records.entry((model.id, *id)).or_default();
                place.clone_into(known);
                fields.extend(values.fields.iter().map(|(field, _)| *field));
            }
        }
    }

    /// The pointer of a record; `None` where the body does not describe it.
    pub(super) fn get(&self, model: &ModelInfo, id: i64) -> Option<&str> {
        self.records.get(&(model.id, id)).map(|(place, _)| place.as_str())
    }

    /// Notes the pointer of a command that deletes a record.
    pub(super) fn put_named(&mut self, model: &ModelInfo, id: i64, place: &str) {
        self.named.insert((model.id, id), place.to_owned());
    }

    /// The refusal to delete a record, at the command that says so.
    pub(super) fn refusal(&self, model: &ModelInfo, id: i64, error: Error) -> Error {
        match self.named.get(&(model.id, id)) {
            Some(place) => at(error, place),
            None => error,
        }
    }

    /// Notes that the body gives a field of records by a related field, `name`, of the record at `place`.
    pub(super) fn put_related(
        &mut self,
        model: &ModelInfo,
        ids: impl Iterator<Item = i64>,
        field: FieldId,
        (place, name): (&str, &'static str),
    ) {
        let seen = ids.map(|id| ((model.id, id, field), (place.to_owned(), name)));
        self.seen_from.extend(seen);
    }

    /// Notes the pointer to the id of a record that is put into a relation to many.
    pub(super) fn put_link(&mut self, model: &ModelInfo, field: FieldId, link: (i64, i64), place: &str) {
        self.links.insert((model.id, field, link), place.to_owned());
    }

    /// A mistake in which record a relation leads to: at the id, where the body names it in a relation to many.
    pub(super) fn link_issue(&self, model: &ModelInfo, field: FieldId, link: (i64, i64), message: &str) -> Issue {
        match self.links.get(&(model.id, field, link)) {
            Some(place) => Issue {
                place: Place::Pointer(place.clone()),
                message: message.to_owned(),
            },
            None => self.issue(model, link.0, model.fields[field].def.name, message),
        }
    }

    /// Those of the fields that a rule is about which the body gives the record; all, where it gives none.
    pub(super) fn given<'f>(&self, model: &ModelInfo, id: i64, fields: &[&'f str]) -> Vec<&'f str> {
        let given = self.records.get(&(model.id, id)).map_or(&[][..], |(_, fields)| fields);
        let is_given = |name: &&&str| {
            let known = |field| given.contains(&field) || self.seen_from.contains_key(&(model.id, id, field));
            model.field(name).is_some_and(known)
        };
        let found: Vec<&str> = fields.iter().filter(is_given).copied().collect();
        if found.is_empty() { fields.to_vec() } else { found }
    }

    /// A mistake in a field of a record. Where the body does not describe the record, the message names it.
    pub(super) fn issue(&self, model: &ModelInfo, id: i64, field: &str, message: &str) -> Issue {
        let seen_from = || self.seen_from.get(&(model.id, id, model.field(field)?));
        if let Some((record, name)) = seen_from() {
            return Issue::field_of(record, name, message);
        }
        match self.get(model, id) {
            Some(record) => Issue::field_of(record, field, message),
            None => Issue {
                place: Place::Pointer(String::new()),
                message: format!("record {id} of {}: {message}", model.def.name),
            },
        }
    }
}

/// Gives an error without a place the pointer of the command that led to it.
pub(super) fn at(error: Error, place: &str) -> Error {
    let nowhere = |issue: &Issue| issue.place == Place::Pointer(String::new());
    match (error.code(), error.issues()) {
        (Code::Invalid | Code::Conflict, []) => {
            let issue = Issue {
                place: Place::Pointer(place.to_owned()),
                message: error.detail().to_owned(),
            };
            error.at(vec![issue])
        }
        (_, issues) if issues.iter().any(nowhere) => {
            let mut issues = issues.to_vec();
            for issue in issues.iter_mut().filter(|issue| nowhere(issue)) {
                issue.place = Place::Pointer(place.to_owned());
            }
            error.at(issues)
        }
        _ => error,
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
    let checks = model.def.checks.iter().flat_map(|check| check.condition.fields());
    concerned(model.def, &checks.collect::<Vec<_>>(), Some(changed)) || unique_concerned(model, changed)
}

/// Whether a unique constraint reads one of these fields.
pub(super) fn unique_concerned(model: &ModelInfo, changed: &[FieldId]) -> bool {
    let uniques = model.def.uniques;
    let conditions = (uniques.iter().filter_map(|unique| unique.condition)).flat_map(|condition| condition.fields());
    let fields = uniques.iter().flat_map(|unique| unique.fields.iter().copied());
    concerned(model.def, &fields.chain(conditions).collect::<Vec<_>>(), Some(changed))
}

fn concerned(def: &ModelDef, fields: &[&str], changed: Option<&[FieldId]>) -> bool {
    changed.is_none_or(|changed| changed.iter().any(|field| fields.contains(&def.fields[*field].name)))
}

/// The mistake of a row that breaks a check.
pub(super) fn broken(
    pointers: &Pointers,
    model: &ModelInfo,
    check: &CheckDef,
    id: i64,
    row: &[Value],
) -> Option<Issue> {
    let part = broken_part(&check.condition, model.def, row)?;
    let fields = part.fields();
    let message = match check.message {
        "" => match (part.limit(), model.field(fields.first()?)) {
            (Some((_, op, _)), Some(field)) if !model.fields[field].def.secret => {
                let word = if op == Comparison::Ge { "less" } else { "more" };
                format!("{}: {} is {word}", part.broken_rule(), row[field])
            }
            _ => refusal(model, &part.broken_rule(), &fields, row),
        },
        message => refusal(model, &format!("{message} (`{part}`)"), &fields, row),
    };
    Some(pointers.issue(model, id, pointers.given(model, id, &fields).first()?, &message))
}

/// A message with the values that it is about, except secret ones.
pub(super) fn refusal(model: &ModelInfo, what: &str, fields: &[&str], row: &[Value]) -> String {
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
        .filter(|(_, values)| {
            let values = fields.iter().zip(values);
            let compared = values.map(|(field, value)| unique.compared(&model.fields[*field].def.kind, value));
            !seen.insert(format!("{:?}", compared.collect::<Vec<_>>()))
        })
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
        let named = pointers.given(model, *id, unique.fields);
        issues.extend(named.iter().map(|field| pointers.issue(model, *id, field, &message)));
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
            "a record of {} with the same {}{} exists already",
            def.name,
            unique.fields.join(" and "),
            if unique.ignore_case { ", in whatever case," } else { "" }
        ),
        message => message.trim_end_matches('.').to_owned(),
    };
    let secret = |name: &&str| def.fields.iter().any(|field| field.name == *name && field.secret);
    match values.is_empty() || unique.fields.iter().any(secret) {
        true => message,
        false => format!("{message} ({})", values.join(", ")),
    }
}
