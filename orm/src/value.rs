//! A field's value inside the runtime, whatever its model: what statements bind, computations read and commands carry.

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;

/// One value. What a relation to many has is given as [commands](crate::command::Command), and loaded as records; it is
/// a value only where it is computed.
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
