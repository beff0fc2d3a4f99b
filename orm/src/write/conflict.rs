//! Refusals of the database (a unique index, a check), said in terms of the definitions. Most are found before a row is
//! stored; where two transactions write at a time, one may still meet what the other has just stored.

use super::constraints::not_unique;
use crate::def::ModelDef;
use crate::def::names;
use crate::error::{Code, Error, Issue, Place};
use crate::registry::Registry;

/// The same refusal, naming the fields, where it is about uniqueness or a condition.
pub(super) fn explain(registry: &Registry, error: Error) -> Error {
    let explained = registry.models().iter().find_map(|model| match error.code() {
        Code::Conflict => unique(model.def, error.detail()),
        Code::Invalid => check(model.def, error.detail()),
        _ => None,
    });
    explained.unwrap_or(error)
}

fn unique(def: &ModelDef, detail: &str) -> Option<Error> {
    let broken = |(index, unique): &(usize, &crate::def::UniqueDef)| {
        let columns: Vec<String> = unique
            .fields
            .iter()
            .map(|field| format!("{}.{field}", def.table))
            .collect();
        let name = names::unique(def, *index);
        // SQLite names the columns, or the index where it holds expressions; PostgreSQL the index.
        [
            format!(": {})", columns.join(", ")),
            format!("'{name}'"),
            format!("({name})"),
        ]
        .iter()
        .any(|named| detail.contains(named))
    };
    let (_, unique) = def.uniques.iter().enumerate().find(broken)?;
    // PostgreSQL tells the values: `Key (code, country_id)=(CA, 233) already exists.`
    let values = detail
        .split_once(")=(")
        .and_then(|(_, values)| values.split_once(") already"));
    let values: Vec<String> = values.map(|(values, _)| values.to_owned()).into_iter().collect();
    let message = not_unique(def, unique, &values);
    let issues = unique.fields.iter().map(|field| issue(field, &message));
    Some(Error::new(Code::Conflict, message.clone()).at(issues.collect()))
}

fn check(def: &ModelDef, detail: &str) -> Option<Error> {
    let broken = |(index, _): &(usize, &crate::def::CheckDef)| {
        let name = names::check(def, *index);
        detail.ends_with(&format!(": {name}")) || detail.contains(&format!("\"{name}\""))
    };
    let (_, check) = def.checks.iter().enumerate().find(broken)?;
    let message = match check.message {
        "" => format!("the rule `{}` is broken", check.condition),
        message => format!("{message} (`{}`)", check.condition),
    };
    let fields = check.condition.fields();
    Some(Error::invalid(vec![issue(fields.first()?, &message)]))
}

fn issue(field: &str, message: &str) -> Issue {
    Issue {
        place: Place::Pointer(format!("/{field}")),
        message: message.to_owned(),
    }
}
