//! Finds and creates records for the program itself, through the runtime.

use std::collections::HashSet;

use orm::Env;
use orm::env::Limits;
use orm::error::{Error, Result};
use orm::query::{self, Request};
use orm::registry::ModelInfo;
use serde_json::Value;

/// The lowest id of the records, archived ones included, that match all `filters` (field, value).
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn first(env: &mut Env<'_>, model: &ModelInfo, filters: &[(&str, &str)]) -> Result<Option<i64>> {
    let window = [
        ("fields", "id"),
        ("order", "id"),
        ("limit", "1"),
        ("active_test", "false"),
    ];
    let parameters = filters.iter().chain(&window);
    let parameters: Vec<(String, String)> = parameters
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let request = Request::parse(env.registry, model, &parameters, &Limits::default(), env.wire)?;
    let found: Value = read(&query::list(env, model, &request)?)?;
    Ok(found[0]["id"].as_i64())
}

/// The texts in a field of all records, archived ones included.
pub(crate) fn column(env: &mut Env<'_>, model: &ModelInfo, field: &str) -> Result<HashSet<String>> {
    let parameters = [("fields", field), ("active_test", "false")];
    let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let limits = Limits {
        max_limit: usize::MAX - 1,
        ..Limits::default()
    };
    let request = Request::parse(env.registry, model, &parameters, &limits, env.wire)?;
    let found: Value = read(&query::list(env, model, &request)?)?;
    let texts = found.as_array().into_iter().flatten();
    Ok(texts
        .filter_map(|record| Some(record[field].as_str()?.to_owned()))
        .collect())
}

/// Creates a record, and returns its id.
///
/// # Errors
/// When the models or the database refuse it.
pub(crate) fn make(env: &mut Env<'_>, model: &ModelInfo, values: &Value) -> Result<i64> {
    let answer = read(&orm::write::create(env, model, values)?)?;
    let id = answer["id"].as_i64();
    id.ok_or_else(|| Error::internal(format!("the new record of {} has no id", model.def.name)))
}

/// An answer of the runtime as JSON.
///
/// # Errors
/// When it is none: a defect.
pub(crate) fn read(json: &[u8]) -> Result<Value> {
    serde_json::from_slice(json).map_err(|error| Error::internal(error.to_string()))
}
