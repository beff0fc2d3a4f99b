//! Cursors: places in the order of a list, as text.

use serde::{Deserialize, Serialize};

use crate::def::Kind;
use crate::error::{Error, Result};
use crate::field::from_text;
use crate::sql::Place;
use crate::value::Value;

/// The value of `cursor` with which the first page is asked for.
pub const START: &str = "*";

/// Where a page begins.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cursor {
    /// At the first record.
    Start,
    /// At a place in the order.
    At(CursorPlace),
}

/// A [`Place`], as the text of a cursor tells it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct CursorPlace {
    pub(super) values: Vec<Option<String>>,
    pub(super) backward: bool,
    pub(super) inclusive: bool,
}

impl Cursor {
    /// Reads the parameter `cursor`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text {
            START => Ok(Cursor::Start),
            text => serde_json::from_str(text).map(Cursor::At).map_err(|_| foreign()),
        }
    }
}

fn foreign() -> String {
    format!("this is no cursor of this list: begin anew with `cursor={START}`")
}

impl CursorPlace {
    /// The place in an order by keys of these kinds.
    pub(super) fn read(&self, kinds: &[Kind]) -> Result<Place> {
        let read = |(kind, text): (&Kind, &Option<String>)| match (kind, text) {
            (_, None) => Ok(Value::Null),
            (Kind::Selection { .. }, Some(text)) => from_text(&Kind::Text, text), // also one that is no longer declared
            (kind, Some(text)) => from_text(kind, text),
        };
        let values = kinds
            .iter()
            .zip(&self.values)
            .map(read)
            .collect::<Result<Vec<Value>, String>>();
        match values {
            Ok(values) if kinds.len() == self.values.len() => Ok(Place {
                values,
                backward: self.backward,
                inclusive: self.inclusive,
            }),
            _ => Err(Error::parameter("cursor", foreign())),
        }
    }
}

/// A value that records are sorted by, as text that [`from_text`] reads.
pub(super) fn text_of(value: &Value) -> Result<String> {
    Ok(match value {
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => format!("{value:?}"),
        Value::Decimal(value) => value.to_string(),
        Value::Text(value) => value.clone(),
        Value::Date(value) => value.to_string(),
        Value::DateTime(value) => value.format("%Y-%m-%dT%H:%M:%S%.f").to_string(),
        other => return Err(Error::internal(format!("nothing is sorted by {other:?}"))),
    })
}
