//! Values to be written to a response: columns of a row, or computed values.

use std::borrow::Cow;

use crate::db::{Row, StoredDecimal, time_text};
use crate::error::{Error, Result};
use crate::field::Date;
use crate::value::Value;

/// A value to be written, stored or computed. Each method reads it as one type, and answers `None` for an empty value.
///
/// # Errors
/// When the value is of another type: a defect.
#[expect(clippy::missing_errors_doc, reason = "the trait says it once")]
pub trait Cell {
    /// Integers of 64 bits, and ids.
    fn int(&self) -> Result<Option<i64>>;
    /// Integers of 32 bits.
    fn small(&self) -> Result<Option<i64>>;
    /// Text of any kind.
    fn text(&self) -> Result<Option<Cow<'_, str>>>;
    /// `bool`.
    fn bool(&self) -> Result<Option<bool>>;
    /// `f64`.
    fn float(&self) -> Result<Option<f64>>;
    /// Decimals and amounts of money.
    fn decimal(&self) -> Result<Option<StoredDecimal>>;
    /// A calendar date.
    fn date(&self) -> Result<Option<Date>>;
    /// A point in time: `2024-01-26 13:37:58.701565`.
    fn time_text(&self) -> Result<Option<String>>;
    /// Bytes.
    fn binary(&self) -> Result<Option<Cow<'_, [u8]>>>;
    /// JSON as text.
    fn json(&self) -> Result<Option<Cow<'_, str>>>;
}

/// A column of a row.
pub(crate) struct Column<'a, 'r, 'conn, 'query>(pub(crate) &'a Row<'r, 'conn, 'query>, pub(crate) usize);

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

/// Reads a computed value as the type that is expected: `None` for an empty one, an error for one of another type.
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

impl Cell for Value {
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
