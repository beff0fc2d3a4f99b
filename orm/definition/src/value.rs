//! The value of one field, whatever its model: statements bind it, computations read it, commands carry it.

use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;

/// The highest id: the largest integer that the numbers of all clients hold exactly, JavaScript's included.
pub const MOST_ID: i64 = (1 << 53) - 1;

/// One value. An x2many relation is written as commands (`command.rs`) and loaded as records; only a
/// computed many2many has a value, [`Value::Ids`].
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Empty.
    Null,
    /// `bool`.
    Bool(bool),
    /// Integers and ids.
    Int(i64),
    /// `f64`; never NaN or infinite.
    Float(f64),
    /// Exact decimals and money.
    Decimal(Decimal),
    /// Text, HTML, selections.
    Text(String),
    /// Calendar date.
    Date(NaiveDate),
    /// Point in time, UTC.
    DateTime(NaiveDateTime),
    /// Bytes.
    Binary(Vec<u8>),
    /// Any JSON value.
    Json(serde_json::Value),
    /// The records of a computed many2many.
    Ids(Vec<i64>),
}

impl Value {
    /// The id that a many2one holds; `None` when it is empty.
    pub fn id(&self) -> Option<i64> {
        match self {
            Value::Int(id) => Some(*id),
            _ => None,
        }
    }

    /// Whether this is [`Value::Null`].
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }
}

/// The value as messages show it: short, on one line.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("empty"),
            Value::Bool(value) => value.fmt(f),
            Value::Int(number) => number.fmt(f),
            Value::Float(number) => number.fmt(f),
            Value::Decimal(number) => number.normalize().fmt(f),
            Value::Text(text) if text.chars().count() > 60 => {
                write!(f, "{}…", text.chars().take(60).collect::<String>().escape_debug())
            }
            Value::Text(text) => text.escape_debug().fmt(f),
            Value::Date(date) => date.fmt(f),
            Value::DateTime(time) => time.fmt(f),
            Value::Binary(bytes) => write!(f, "{} bytes", bytes.len()),
            Value::Ids(ids) => write!(f, "{ids:?}"),
            Value::Json(json) => json.to_string().chars().take(60).collect::<String>().fmt(f),
        }
    }
}
