//! Values as JSON text in the form of the wire.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value as Json;

use crate::db::Row;
use crate::def::{Kind, MONETARY_SCALE};
use crate::error::{Error, Result};
use crate::field::StoredDecimal;
use crate::value::Value;

/// Which version of the wire a request speaks. Decides at parsing and rendering only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WireFormat {
    /// As the add-on that clients were written for: `false` for empty, numbers for decimals.
    #[default]
    V1,
}

/// Writes a column's value.
pub(super) fn write_column(out: &mut Vec<u8>, row: &Row<'_, '_, '_>, column: usize, kind: &Kind) -> Result<()> {
    const EMPTY: &[u8] = b"false";
    match kind {
        Kind::Id | Kind::BigInt | Kind::Many2one { .. } => write_int(out, row.int(column)?.unwrap_or(0)),
        Kind::Int => write_int(out, row.small(column)?.unwrap_or(0)),
        Kind::Char { .. } | Kind::Text | Kind::Html | Kind::Selection { .. } | Kind::DisplayName => {
            match row.text(column)? {
                Some(text) => write_text(out, &text)?,
                None => out.extend_from_slice(EMPTY),
            }
        }
        Kind::Bool => out.extend_from_slice(if row.bool(column)?.unwrap_or(false) {
            b"true"
        } else {
            b"false"
        }),
        Kind::Float => {
            let mut buffer = ryu::Buffer::new();
            out.extend_from_slice(buffer.format(row.float(column)?.unwrap_or(0.0)).as_bytes());
        }
        Kind::Decimal { scale, .. } => write_decimal(out, row.decimal(column)?, *scale),
        Kind::Monetary { .. } => write_decimal(out, row.decimal(column)?, MONETARY_SCALE),
        Kind::Date => match row.date(column)? {
            Some(date) => write!(out, "\"{date}\"").map_err(|error| Error::internal(error.to_string()))?,
            None => out.extend_from_slice(EMPTY),
        },
        Kind::DateTime => match row.time_text(column)? {
            Some(text) => write_time(out, &text),
            None => out.extend_from_slice(EMPTY),
        },
        Kind::Binary => match row.binary(column)? {
            Some(bytes) => write_text(out, &BASE64.encode(bytes))?,
            None => out.extend_from_slice(EMPTY),
        },
        // Stored as JSON text: goes out as it is.
        Kind::Json => out.extend_from_slice(row.text(column)?.as_deref().unwrap_or("false").as_bytes()),
        Kind::One2many { .. } | Kind::Many2many { .. } => return Err(Error::internal("an x2many field has no column")),
    }
    Ok(())
}

/// A value that is not in a row, in the form of a plain read; a many2one as its id.
///
/// # Errors
/// When a number has no JSON form.
pub(crate) fn value_json(kind: &Kind, value: &Value) -> Result<Json> {
    let mut out = Vec::new();
    match (kind, value) {
        (_, Value::Null) => match kind {
            Kind::Int | Kind::BigInt => write_int(&mut out, 0),
            Kind::Float | Kind::Decimal { .. } | Kind::Monetary { .. } => out.extend_from_slice(b"0.0"),
            _ => return Ok(Json::Bool(false)),
        },
        (_, Value::Bool(value)) => return Ok(Json::Bool(*value)),
        (_, Value::Int(number)) => write_int(&mut out, *number),
        (_, Value::Float(number)) if number.is_finite() => {
            out.extend_from_slice(ryu::Buffer::new().format(*number).as_bytes());
        }
        (_, Value::Float(number)) => return Err(Error::internal(format!("{number} is no number of JSON"))),
        (_, Value::Decimal(number)) => {
            write_decimal(&mut out, Some(StoredDecimal::Exact(*number)), 0);
        }
        (_, Value::Text(text)) => return Ok(Json::from(text.as_str())),
        (_, Value::Date(date)) => return Ok(Json::from(date.to_string())),
        (_, Value::DateTime(time)) => write_time(&mut out, &time.format("%Y-%m-%d %H:%M:%S%.f").to_string()),
        (_, Value::Binary(bytes)) => return Ok(Json::from(BASE64.encode(bytes))),
        (_, Value::Json(json)) => return Ok(json.clone()),
        (_, Value::Ids(ids)) => return Ok(Json::from(ids.as_slice())),
    }
    serde_json::from_slice(&out).map_err(|error| Error::internal(error.to_string()))
}

/// An integer.
pub(super) fn write_int(out: &mut Vec<u8>, number: i64) {
    let mut buffer = itoa::Buffer::new();
    out.extend_from_slice(buffer.format(number).as_bytes());
}

/// A JSON string.
pub(super) fn write_text(out: &mut Vec<u8>, text: &str) -> Result<()> {
    serde_json::to_writer(out, text).map_err(|error| Error::internal(error.to_string()))
}

/// `2024-01-26 13:37:58.701565` with its `T`; a fraction has six digits.
fn write_time(out: &mut Vec<u8>, text: &str) {
    const COMPLETE: usize = "2024-01-26 13:37:58.701565".len();
    out.push(b'"');
    out.extend(text.bytes().map(|byte| if byte == b' ' { b'T' } else { byte }));
    if text.contains('.') {
        out.extend(std::iter::repeat_n(b'0', COMPLETE.saturating_sub(text.len())));
    }
    out.push(b'"');
}

/// The shortest exact form with at least one digit after the point.
fn write_decimal(out: &mut Vec<u8>, stored: Option<StoredDecimal>, scale: u8) {
    match stored {
        None => out.extend_from_slice(b"0.0"),
        Some(StoredDecimal::Scaled(units)) => write_scaled(out, units.into(), scale.into()),
        Some(StoredDecimal::Exact(number)) => write_scaled(out, number.mantissa(), number.scale()),
    }
}

fn write_scaled(out: &mut Vec<u8>, units: i128, scale: u32) {
    let (mut units, mut scale) = (units, scale);
    while scale > 1 && units % 10 == 0 {
        (units, scale) = (units / 10, scale - 1);
    }
    let power = 10_u128.pow(scale);
    let (whole, fraction) = (units.unsigned_abs() / power, units.unsigned_abs() % power);
    if units < 0 {
        out.push(b'-');
    }
    let mut buffer = itoa::Buffer::new();
    out.extend_from_slice(buffer.format(whole).as_bytes());
    out.push(b'.');
    let digits = buffer.format(fraction);
    out.extend(std::iter::repeat_n(
        b'0',
        (scale.max(1) as usize).saturating_sub(digits.len()),
    ));
    out.extend_from_slice(digits.as_bytes());
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
    }
}
