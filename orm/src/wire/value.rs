//! What a caller gives for a field as JSON: turned into a [`Value`], or refused with the right form.

use serde_json::Value as Json;

use super::json::{NUMBER, reserves};
use crate::def::Kind;
use crate::field::{exact_number, form, from_text};
use crate::value::Value;

/// Reads a JSON value given for a field of this kind. `null` is empty, and `false` is, but for booleans.
///
/// # Errors
/// In words: what was given and what is right.
pub(crate) fn from_json(kind: &Kind, json: &Json) -> Result<Value, String> {
    let expected = |form: &str| Err(format!("{} is given where {form} belongs", describe(json)));
    match (kind, json) {
        (_, Json::Null) => Ok(Value::Null),
        (Kind::Bool, Json::Bool(value)) => Ok(Value::Bool(*value)),
        (Kind::Bool, _) => expected("true or false"),
        (_, Json::Bool(false)) => Ok(Value::Null),
        (Kind::Json, json) if reserves(json) => Err(format!("the key `{NUMBER}` cannot be kept")),
        (Kind::Json, json) => Ok(Value::Json(json.clone())),
        (Kind::Many2one { .. }, Json::Array(pair)) => match pair.as_slice() {
            // The form in which a plain read gives it.
            [id, Json::String(_)] => from_json(kind, id),
            _ => expected("the id of a record"),
        },
        (Kind::Many2one { .. }, Json::Object(_)) => expected("the id of a record"),
        (_, Json::Number(number)) if numeric(kind) => from_text(kind, &number.to_string()),
        (_, Json::String(text)) => from_text(kind, text),
        (kind, _) => expected(form(kind)),
    }
}

/// A JSON value in words, short.
pub(crate) fn describe(json: &Json) -> String {
    match json {
        Json::Null => "null".to_owned(),
        Json::Bool(value) => value.to_string(),
        Json::Number(number) => format!("the number {number}"),
        Json::String(text) if text.chars().count() <= 40 => format!("the text {text:?}"),
        Json::String(_) => "text".to_owned(),
        Json::Array(_) => "a list".to_owned(),
        Json::Object(_) => "an object".to_owned(),
    }
}

/// A number to compare with, exactly as it is given.
///
/// # Errors
/// In words: what was given and what is right.
pub(crate) fn exact(json: &Json) -> Result<Value, String> {
    match json {
        Json::Number(number) => exact_number(&number.to_string()),
        Json::String(text) => exact_number(text),
        _ => Err(format!("{} is given where a number belongs", describe(json))),
    }
}

fn numeric(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Id
            | Kind::Many2one { .. }
            | Kind::Int
            | Kind::BigInt
            | Kind::Float
            | Kind::Decimal { .. }
            | Kind::Monetary { .. }
    )
}
