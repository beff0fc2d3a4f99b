//! Version 1 of the wire format: the JSON of the Odoo add-on `odooapi_restful`, for which clients were written. An
//! empty value is `false`, a decimal is a number, a command is a list that begins with its number.

mod problem;

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value as Json;

use super::json::{NUMBER, reserves};
use super::{Cell, GivenAction, GivenCommand, GivenField, InvalidCommand, Layout, Part, Refusal, Wire};
use crate::db::StoredDecimal;
use crate::def::{Kind, Type};
use crate::error::{Error, Result};
use crate::field::{as_given, exact_number, form};
use crate::value::Value;

/// Version 1 of the wire format.
#[derive(Debug)]
pub struct V1;

/// The forms of the commands, for messages.
const COMMANDS: &str = "[0, 0, values], [1, id, values], [2, id], [3, id], [4, id], [5] or [6, 0, [ids]]";

impl Wire for V1 {
    fn version(&self) -> &'static str {
        "v1"
    }

    fn read_value(&self, kind: &Kind, given: &Json) -> Result<Value, String> {
        read_value(kind, given)
    }

    fn read_number(&self, given: &Json) -> Result<Value, String> {
        match given {
            Json::Number(number) => exact_number(&number.to_string()),
            Json::String(text) => exact_number(text),
            _ => Err(format!("{} is given where a number belongs", describe(given))),
        }
    }

    fn is_empty(&self, ty: &Type, given: &Json) -> bool {
        match given {
            Json::Null => true,
            Json::Bool(false) => !matches!(ty, Type::Value(Kind::Bool | Kind::Json { .. })),
            _ => false,
        }
    }

    fn empty_parameter(&self) -> &'static str {
        "false"
    }

    fn read_list<'j>(&self, given: &'j Json) -> Option<Vec<Part<'j>>> {
        given.as_array().map(|items| parts(items, ""))
    }

    fn read_record<'j>(&self, given: &'j Json) -> Result<Vec<GivenField<'j>>, String> {
        let Json::Object(fields) = given else {
            return Err(format!(
                "{} is given where an object of field values belongs",
                describe(given)
            ));
        };
        let field = |(name, value): (&'j String, &'j Json)| GivenField { name, value };
        Ok(fields.iter().map(field).collect())
    }

    fn read_commands<'j>(&self, given: &'j Json) -> (Vec<GivenCommand<'j>>, Vec<InvalidCommand>) {
        let (mut commands, mut mistakes) = (Vec::new(), Vec::new());
        match given {
            // A plain list of ids is short for the command `[6, 0, ids]`.
            Json::Array(items) if !items.is_empty() && !items.iter().any(Json::is_array) => {
                commands.push(GivenCommand {
                    place: String::new(),
                    action: GivenAction::Set(parts(items, "")),
                });
            }
            Json::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let place = format!("/{index}");
                    match action(item, &place) {
                        Ok(action) => commands.push(GivenCommand { place, action }),
                        Err(mistake) => mistakes.push(mistake),
                    }
                }
            }
            _ => mistakes.push(InvalidCommand {
                place: String::new(),
                why: format!(
                    "{} is given where a list of commands belongs: {COMMANDS}",
                    describe(given)
                ),
            }),
        }
        (commands, mistakes)
    }

    fn new_commands(&self) -> &'static str {
        "commands 0, 4 or 6"
    }

    fn field_place(&self, name: &str) -> String {
        format!("/{}", name.replace('~', "~0").replace('/', "~1"))
    }

    fn write_value(&self, out: &mut Vec<u8>, kind: &Kind, value: &dyn Cell) -> Result<()> {
        write_value(out, kind, value)
    }

    fn empty(&self, kind: &Kind) -> &'static str {
        match kind {
            Kind::Id | Kind::Int | Kind::BigInt | Kind::Many2one { .. } => "0",
            Kind::Float | Kind::Decimal { .. } | Kind::Monetary { .. } => "0.0",
            _ => "false",
        }
    }

    fn write_pair(&self, out: &mut Vec<u8>, id: i64, name: &str) -> Result<()> {
        out.push(b'[');
        write_int(out, id);
        out.push(b',');
        write_text(out, name)?;
        out.push(b']');
        Ok(())
    }

    fn key(&self, name: &str) -> String {
        format!("\"{name}\":")
    }

    fn layout(&self) -> &'static Layout {
        &Layout {
            record: ["{", "}"],
            list: ["[", "]"],
            separator: ",",
            no_record: "false",
            no_records: "[]",
        }
    }

    fn media_type(&self) -> &'static str {
        "application/json"
    }

    fn deleted(&self, id: i64) -> Vec<u8> {
        format!("\"record {id} has been successfully deleted\"").into_bytes()
    }

    fn refusal(&self, refusal: &Refusal<'_>) -> (&'static str, Vec<u8>) {
        ("application/problem+json", problem::document(self, refusal))
    }
}

/// Parses a command such as `[1, 7, {"name": "x"}]`, which stands at `place`.
fn action<'j>(json: &'j Json, place: &str) -> Result<GivenAction<'j>, InvalidCommand> {
    let wrong = |why: String| {
        let place = place.to_owned();
        Err(InvalidCommand { place, why })
    };
    let Json::Array(given) = json else {
        return wrong(format!(
            "{} is given where a command belongs: {COMMANDS}",
            describe(json)
        ));
    };
    let empty = |json: Option<&Json>| match json {
        None => true,
        Some(json) => json.as_i64() == Some(0) || json.as_bool() == Some(false) || json.is_null(),
    };
    let part = |index: usize, given: &'j Json| Part {
        given,
        place: format!("{place}/{index}"),
    };
    let number = given.first().and_then(Json::as_i64);
    let (second, third) = (given.get(1), given.get(2));
    match (number, second, third) {
        _ if given.len() > 3 => {}
        (Some(0), _, Some(values)) if empty(second) => return Ok(GivenAction::Create(part(2, values))),
        (Some(1), Some(id), Some(values)) => return Ok(GivenAction::Update(part(1, id), part(2, values))),
        (Some(2), Some(id), _) if empty(third) => return Ok(GivenAction::Delete(part(1, id))),
        (Some(3), Some(id), _) if empty(third) => return Ok(GivenAction::Unlink(part(1, id))),
        (Some(4), Some(id), _) if empty(third) => return Ok(GivenAction::Link(part(1, id))),
        (Some(5), ..) if empty(second) && empty(third) => return Ok(GivenAction::Clear),
        (Some(6), _, Some(Json::Array(ids))) if empty(second) => {
            return Ok(GivenAction::Set(parts(ids, &format!("{place}/2"))));
        }
        (Some(6), _, Some(other)) if empty(second) => {
            let why = format!("{} is given where a list of ids belongs", describe(other));
            let place = format!("{place}/2");
            return Err(InvalidCommand { place, why });
        }
        _ => {}
    }
    wrong(format!("this is no command: write {COMMANDS}"))
}

fn parts<'j>(items: &'j [Json], place: &str) -> Vec<Part<'j>> {
    let part = |(index, given): (usize, &'j Json)| Part {
        given,
        place: format!("{place}/{index}"),
    };
    items.iter().enumerate().map(part).collect()
}

/// Reads a JSON value given for a field of this kind. `null` is empty; so is `false`, except for a boolean.
///
/// # Errors
/// A message that says what was given and what would be right.
fn read_value(kind: &Kind, json: &Json) -> Result<Value, String> {
    let expected = |form: &str| Err(format!("{} is given where {form} belongs", describe(json)));
    match (kind, json) {
        (_, Json::Null) => Ok(Value::Null),
        (Kind::Bool, Json::Bool(value)) => Ok(Value::Bool(*value)),
        (Kind::Bool, _) => expected("true or false"),
        (_, Json::Bool(false)) => Ok(Value::Null),
        (Kind::Json { .. }, json) if reserves(json) => Err(format!("the key `{NUMBER}` cannot be kept")),
        (Kind::Json { .. }, json) => Ok(Value::Json(json.clone())),
        (Kind::Many2one { .. }, Json::Array(pair)) => match pair.as_slice() {
            // `[id, "name"]`: the form in which a plain read answers it.
            [id, Json::String(_)] => read_value(kind, id),
            _ => expected("the id of a record"),
        },
        (Kind::Many2one { .. }, Json::Object(_)) => expected("the id of a record"),
        (_, Json::Number(number)) if numeric(kind) => as_given(kind, &number.to_string()),
        (_, Json::String(text)) => as_given(kind, text),
        (kind, _) => expected(form(kind)),
    }
}

/// A short description of a JSON value, for messages.
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

/// Appends the value of a field of this kind.
fn write_value(out: &mut Vec<u8>, kind: &Kind, cell: &dyn Cell) -> Result<()> {
    const EMPTY: &[u8] = b"false";
    match kind {
        Kind::Id | Kind::BigInt | Kind::Many2one { .. } => write_int(out, cell.int()?.unwrap_or(0)),
        Kind::Int => write_int(out, cell.small()?.unwrap_or(0)),
        Kind::Char { .. } | Kind::Text | Kind::Html | Kind::Selection { .. } | Kind::DisplayName => {
            match cell.text()? {
                Some(text) => write_text(out, &text)?,
                None => out.extend_from_slice(EMPTY),
            }
        }
        Kind::Bool => out.extend_from_slice(if cell.bool()?.unwrap_or(false) {
            b"true"
        } else {
            b"false"
        }),
        Kind::Float => {
            let mut buffer = ryu::Buffer::new();
            out.extend_from_slice(buffer.format(cell.float()?.unwrap_or(0.0)).as_bytes());
        }
        Kind::Decimal { digits } | Kind::Monetary { digits, .. } => write_decimal(out, cell.decimal()?, digits.scale),
        Kind::Date => match cell.date()? {
            Some(date) => write!(out, "\"{date}\"").map_err(|error| Error::internal(error.to_string()))?,
            None => out.extend_from_slice(EMPTY),
        },
        Kind::DateTime => match cell.time_text()? {
            Some(text) => write_time(out, &text),
            None => out.extend_from_slice(EMPTY),
        },
        Kind::Binary => match cell.binary()? {
            Some(bytes) => write_text(out, &BASE64.encode(bytes))?,
            None => out.extend_from_slice(EMPTY),
        },
        // Stored as JSON text, which is written unchanged.
        Kind::Json { .. } => out.extend_from_slice(cell.json()?.as_deref().unwrap_or("false").as_bytes()),
        Kind::One2many { .. } | Kind::Many2many { .. } => return Err(Error::internal("an x2many field has no column")),
    }
    Ok(())
}

/// Appends an integer.
fn write_int(out: &mut Vec<u8>, number: i64) {
    let mut buffer = itoa::Buffer::new();
    out.extend_from_slice(buffer.format(number).as_bytes());
}

/// Appends a JSON string.
fn write_text(out: &mut Vec<u8>, text: &str) -> Result<()> {
    serde_json::to_writer(out, text).map_err(|error| Error::internal(error.to_string()))
}

/// Appends a time: `2024-01-26 13:37:58.7015` becomes `2024-01-26T13:37:58.701500`. A fraction has six digits.
fn write_time(out: &mut Vec<u8>, text: &str) {
    const COMPLETE: usize = "2024-01-26 13:37:58.701565".len();
    out.push(b'"');
    out.extend(text.bytes().map(|byte| if byte == b' ' { b'T' } else { byte }));
    if text.contains('.') {
        out.extend(std::iter::repeat_n(b'0', COMPLETE.saturating_sub(text.len())));
    }
    out.push(b'"');
}

/// Appends a decimal in its shortest exact form with at least one digit after the point.
fn write_decimal(out: &mut Vec<u8>, stored: Option<StoredDecimal>, scale: u8) {
    match stored {
        None => out.extend_from_slice(b"0.0"),
        Some(StoredDecimal::Scaled(units)) => write_scaled(out, units.into(), scale.into()),
        Some(StoredDecimal::Exact(number)) => write_scaled(out, number.mantissa(), number.scale()),
    }
}

/// Writes `units` of the decimal place `scale` in the shortest exact form with at least one decimal: `200.0`, `-0.05`.
fn write_scaled(out: &mut Vec<u8>, units: i128, scale: u32) {
    let mut buffer = itoa::Buffer::new();
    let digits = match u64::try_from(units.unsigned_abs()) {
        Ok(units) => buffer.format(units), // nearly all, and much faster
        Err(_) => buffer.format(units.unsigned_abs()),
    };
    let scale = scale as usize;
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(scale));
    if units < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(if whole.is_empty() { b"0" } else { whole.as_bytes() });
    out.push(b'.');
    match fraction.trim_end_matches('0') {
        "" => out.push(b'0'),
        digits => {
            out.extend(std::iter::repeat_n(b'0', scale - fraction.len()));
            out.extend_from_slice(digits.as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::write_scaled;

    #[test]
    fn decimals_are_exact_and_short() {
        let text = |units, scale| {
            let mut out = Vec::new();
            write_scaled(&mut out, units, scale);
            String::from_utf8(out).unwrap_or_default()
        };
        assert_eq!(text(2_000_000, 4), "200.0");
        assert_eq!(text(1999, 2), "19.99");
        assert_eq!(text(-5, 4), "-0.0005");
        assert_eq!(text(7, 0), "7.0");
        assert_eq!(text(100_500, 4), "10.05");
        assert_eq!(text(0, 2), "0.0");
        assert_eq!(text(-i128::from(u64::MAX) - 1, 2), "-184467440737095516.16");
    }
}
