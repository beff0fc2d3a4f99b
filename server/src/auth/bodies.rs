//! The bodies of the operations on tokens and passwords.

use chrono::TimeDelta;
use orm::error::{Code, Error, Issue, Result};
use orm::field::storable;
use serde_json::Value;

use super::passwords::LONGEST;
use super::{Scope, fields};
use crate::application::Program;
use crate::memory_budget::Reserved;

/// The longest time until an API key expires, in days; one may also never expire.
const LONGEST_LIFE: i64 = 3_650;

/// What is asked of a new API key.
pub(super) struct NewKey {
    pub(super) name: String,
    /// When it expires; `None`: never.
    pub(super) life: Option<TimeDelta>,
    pub(super) scope: Scope,
}

/// Reads `{name, expires_in_days, scope}`.
///
/// # Errors
/// 422 with all mistakes.
pub(super) fn new_key(body: &Value, program: &Program) -> Result<NewKey> {
    let ([name, expires, scope], mut issues) = fields::members(body, "", ["name", "expires_in_days", "scope"])?;
    let name = read_name(name).map_err(|why| issues.push(Issue::field("name", why)));
    let life = match expires {
        Some(Value::Null) => None,
        Some(days) if days.as_i64().is_some_and(|days| (1..=LONGEST_LIFE).contains(&days)) => {
            days.as_i64().map(TimeDelta::days)
        }
        Some(_) | None => {
            let message = format!(
                "`expires_in_days` is a number of days from 1 to {LONGEST_LIFE}, or null for a key that never expires"
            );
            issues.push(Issue::field("expires_in_days", message));
            None
        }
    };
    let scope = read_scope(scope, program, &mut issues)?;
    fields::refuse(issues)?;
    Ok(NewKey {
        name: name.unwrap_or_default(),
        life,
        scope,
    })
}

/// The scope of a new API key; without one it is not limited.
fn read_scope(scope: Option<&Value>, program: &Program, issues: &mut Vec<Issue>) -> Result<Scope> {
    let Some(scope) = scope.filter(|scope| !scope.is_null()) else {
        return Ok(Scope::default());
    };
    let ([read_only, models], unknown) = fields::members(scope, "/scope", ["read_only", "models"])?;
    issues.extend(unknown);
    let read_only = match read_only {
        None => false,
        Some(Value::Bool(read_only)) => *read_only,
        Some(_) => {
            issues.push(Issue::field_of("/scope", "read_only", "`read_only` is true or false"));
            false
        }
    };
    let mut names: Vec<String> = Vec::new();
    match models {
        None | Some(Value::Null) => {
            return Ok(Scope {
                read_only,
                models: None,
            });
        }
        Some(Value::Array(models)) => {
            for model in models {
                match model.as_str().map(|name| program.exposed(name)) {
                    Some(Ok(model)) => names.push(model.def.name.to_owned()),
                    Some(Err(error)) => issues.push(Issue::field_of("/scope", "models", error.detail())),
                    None => issues.push(Issue::field_of("/scope", "models", "the names of models are texts")),
                }
            }
        }
        Some(_) => issues.push(Issue::field_of(
            "/scope",
            "models",
            "`models` is a list of names of models, or null for all of them",
        )),
    }
    // A name that is repeated is stored once: as many as there are models at most.
    names.sort();
    names.dedup();
    Ok(Scope {
        read_only,
        models: Some(names),
    })
}

/// The member `name` of a body.
fn read_name(name: Option<&Value>) -> Result<String, String> {
    match name.and_then(Value::as_str) {
        Some(name) => fields::token_name(name),
        None => Err("`name` is a text".to_owned()),
    }
}

/// Reads `{name}`.
///
/// # Errors
/// 422.
pub(super) fn name(body: &Value) -> Result<String> {
    let ([name], mut issues) = fields::members(body, "", ["name"])?;
    let name = read_name(name).map_err(|why| issues.push(Issue::field("name", why)));
    fields::refuse(issues)?;
    Ok(name.unwrap_or_default())
}

/// Reads the passwords `{old, new}`. No message repeats one.
///
/// # Errors
/// 422 with all mistakes.
pub(super) fn passwords(body: &Value) -> Result<(String, String)> {
    let ([old, new], mut issues) = fields::members(body, "", ["old", "new"])?;
    let mut text = |name: &str, value: Option<&Value>, most: usize| match value.and_then(Value::as_str) {
        Some(text) if storable(text).is_ok() && (1..=most).contains(&text.len()) => text.to_owned(),
        Some(_) | None => {
            let message = format!("`{name}` is a password: a text of 1 to {LONGEST} bytes");
            issues.push(Issue::field(name, message));
            String::new()
        }
    };
    let passwords = (text("old", old, usize::MAX), text("new", new, LONGEST));
    fields::refuse(issues)?;
    Ok(passwords)
}

/// The body.
///
/// # Errors
/// 400 when it is empty or no JSON.
pub(super) fn given(body: Result<Option<Reserved<Value>>>) -> Result<Reserved<Value>> {
    body?.ok_or_else(|| Error::new(Code::Malformed, "the body is empty: send a JSON object"))
}
