//! Values as JSON text in the form of the wire.

use std::borrow::Cow;
use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value as Json;

use crate::db::{Row, StoredDecimal, time_text};
use crate::def::{Kind, MONETARY_SCALE};
use crate::error::{Error, Result};
use crate::field::Date;
use crate::value::Value;

/// Which version of the wire a request speaks. Decides at parsing and rendering only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WireFormat {
    /// As the add-on that clients were written for: `false` for empty, numbers for decimals.
    #[default]
    V1,
}

/// A value to be written, stored or computed.
trait Cell {
    fn int(&self) -> Result<Option<i64>>;
    fn small(&self) -> Result<Option<i64>>;
    fn text(&self) -> Result<Option<Cow<'_, str>>>;
    fn bool(&self) -> Result<Option<bool>>;
    fn float(&self) -> Result<Option<f64>>;
    fn decimal(&self) -> Result<Option<StoredDecimal>>;
    fn date(&self) -> Result<Option<Date>>;
    fn time_text(&self) -> Result<Option<String>>;
    fn binary(&self) -> Result<Option<Cow<'_, [u8]>>>;
    /// JSON as text.
    fn json(&self) -> Result<Option<Cow<'_, str>>>;
}

/// A column of a row.
struct Column<'a, 'r, 'conn, 'query>(&'a Row<'r, 'conn, 'query>, usize);

impl Cell for Column<'_, '_, '_, '_> {
    fn int(&self) -> Result<Option<i64>> {
        self.0.int(self.1)
    }
    fn small(&self) -> Result<Option<i64>> {
        self.0.small(self.1)
    }
    fn text(&self) -> Result<Option<Cow<'_, str>>> {
        Ok(self.0.text(self.1)?.map(Cow::Owned))
    }
    fn bool(&self) -> Result<Option<bool>> {
        self.0.bool(self.1)
    }
    fn float(&self) -> Result<Option<f64>> {
        self.0.float(self.1)
    }
    fn decimal(&self) -> Result<Option<StoredDecimal>> {
        self.0.decimal(self.1)
    }
    fn date(&self) -> Result<Option<Date>> {
        self.0.date(self.1)
    }
    fn time_text(&self) -> Result<Option<String>> {
        self.0.time_text(self.1)
    }
    fn binary(&self) -> Result<Option<Cow<'_, [u8]>>> {
        Ok(self.0.binary(self.1)?.map(Cow::Owned))
    }
    fn json(&self) -> Result<Option<Cow<'_, str>>> {
        self.text()
    }
}

/// What a computation gave for a value of this kind.
fn given<'v, T>(value: &'v Value, read: impl FnOnce(&'v Value) -> Option<T>) -> Result<Option<T>> {
    match (read(value), value) {
        (None, Value::Null) => Ok(None),
        (None, value) => Err(Error::internal(format!(
            "{value:?} is computed where another type belongs"
        ))),
        (read, _) => Ok(read),
    }
}

macro_rules! given {
    ($value:expr, $($pattern:pat => $read:expr),+) => {
        given($value, |value| match value { $($pattern => Some($read),)+ _ => None })
    };
}

impl Cell for &Value {
    fn int(&self) -> Result<Option<i64>> {
        given!(self, Value::Int(number) => *number)
    }
    fn small(&self) -> Result<Option<i64>> {
        self.int()
    }
    fn text(&self) -> Result<Option<Cow<'_, str>>> {
        given!(self, Value::Text(text) => Cow::Borrowed(text.as_str()))
    }
    fn bool(&self) -> Result<Option<bool>> {
        given!(self, Value::Bool(value) => *value)
    }
    fn float(&self) -> Result<Option<f64>> {
        given!(self, Value::Float(number) => *number)
    }
    fn decimal(&self) -> Result<Option<StoredDecimal>> {
        given!(self, Value::Decimal(number) => StoredDecimal::Exact(*number))
    }
    fn date(&self) -> Result<Option<Date>> {
        given!(self, Value::Date(date) => *date)
    }
    fn time_text(&self) -> Result<Option<String>> {
        given!(self, Value::DateTime(time) => time_text(*time))
    }
    fn binary(&self) -> Result<Option<Cow<'_, [u8]>>> {
        given!(self, Value::Binary(bytes) => Cow::Borrowed(bytes.as_slice()))
    }
    fn json(&self) -> Result<Option<Cow<'_, str>>> {
        given!(self, Value::Json(json) => Cow::Owned(json.to_string()))
    }
}

/// Writes a column's value.
pub(super) fn write_column(out: &mut Vec<u8>, row: &Row<'_, '_, '_>, column: usize, kind: &Kind) -> Result<()> {
    write(out, &Column(row, column), kind)
}

/// Writes a computed value as a column of its kind would be.
pub(super) fn write_value(out: &mut Vec<u8>, kind: &Kind, value: &Value) -> Result<()> {
    write(out, &value, kind)
}

/// What stands where a value of this kind is empty.
pub(super) fn empty(kind: &Kind) -> &'static str {
    match kind {
        Kind::Id | Kind::Int | Kind::BigInt | Kind::Many2one { .. } => "0",
        Kind::Float | Kind::Decimal { .. } | Kind::Monetary { .. } => "0.0",
        _ => "false",
    }
}

fn write(out: &mut Vec<u8>, cell: &impl Cell, kind: &Kind) -> Result<()> {
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
        Kind::Decimal { scale, .. } => write_decimal(out, cell.decimal()?, *scale),
        Kind::Monetary { .. } => write_decimal(out, cell.decimal()?, MONETARY_SCALE),
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
        // Stored as JSON text: goes out as it is.
        Kind::Json => out.extend_from_slice(cell.json()?.as_deref().unwrap_or("false").as_bytes()),
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
    write_value(&mut out, kind, value)?;
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
