//! The database's refusals in terms of the definitions: which fields must be unique, rather than which index.

use crate::error::{Code, Error, Issue, Place};
use crate::registry::Registry;

/// The same refusal, naming the fields, where it is about uniqueness.
pub(super) fn explain(registry: &Registry, error: Error) -> Error {
    if error.code() != Code::Conflict {
        return error;
    }
    for model in registry.models() {
        for unique in model.def.uniques {
            let columns: Vec<String> = unique
                .fields
                .iter()
                .map(|field| format!("{}.{field}", model.def.table))
                .collect();
            let index = format!("{}_{}_unique", model.def.table, unique.fields.join("_"));
            // SQLite names the columns, PostgreSQL the index.
            if !error.detail().contains(&format!("{})", columns.join(", "))) && !error.detail().contains(&index) {
                continue;
            }
            let message = match unique.message {
                "" => format!(
                    "a record of {} with the same {} exists already",
                    model.def.name,
                    unique.fields.join(" and ")
                ),
                message => message.to_owned(),
            };
            let issues = unique.fields.iter().map(|field| Issue {
                place: Place::Pointer(format!("/{field}")),
                message: message.clone(),
            });
            return Error::new(Code::Conflict, message.clone()).at(issues.collect());
        }
    }
    error
}
