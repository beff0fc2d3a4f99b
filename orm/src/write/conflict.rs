//! Puts refusals of the database (a unique index, a check) in terms of the definitions. Most violations are found
//! before a row is stored; where transactions write at the same time, one may still collide with what another has just
//! stored.

use super::constraints::not_unique;
use crate::def::names;
use crate::def::{CheckDef, ModelDef, UniqueDef};
use crate::error::{Code, Error, Issue, Violation};
use crate::registry::Registry;

/// The same error, with the fields of the unique constraint or check that it is about; unchanged if it is about
/// neither.
pub(super) fn explain(registry: &Registry, error: Error) -> Error {
    let explained = error.violation().and_then(|violation| {
        let mut models = registry.models().iter();
        models.find_map(|model| unique(model.def, violation).or_else(|| check(model.def, violation)))
    });
    explained.unwrap_or(error)
}

fn unique(def: &ModelDef, violation: &Violation) -> Option<Error> {
    let broken = |(index, unique): &(usize, &UniqueDef)| match violation {
        Violation::Constraint(name) => *name == names::unique(def, *index),
        Violation::Columns(columns) => {
            let own = unique.fields.iter().map(|field| format!("{}.{field}", def.table));
            own.eq(columns.iter().cloned())
        }
    };
    let (_, unique) = def.uniques.iter().enumerate().find(broken)?;
    let message = not_unique(def, unique, &[]);
    let issues = unique.fields.iter().map(|field| Issue::field(field, message.clone()));
    Some(Error::new(Code::Conflict, message.clone()).at(issues.collect()))
}

fn check(def: &ModelDef, violation: &Violation) -> Option<Error> {
    let broken = |(index, _): &(usize, &CheckDef)| match violation {
        Violation::Constraint(name) => *name == names::check(def, *index),
        Violation::Columns(_) => false,
    };
    let (_, check) = def.checks.iter().enumerate().find(broken)?;
    let message = match check.message {
        "" => check.condition.broken_rule(),
        message => format!("{message} (`{}`)", check.condition),
    };
    let fields = check.condition.fields();
    Some(Error::invalid(vec![Issue::field(fields.first()?, message)]))
}
