//! Selections as arguments and results of methods. The code that `#[derive(Selection)]` generates to implement
//! [`Argument`](super::Argument) and [`Answer`](super::Answer) calls these functions.

use serde_json::Value as Json;

use super::Reader;
use super::argument::scalar;
use crate::def::{Kind, Type};
use crate::error::Result;
use crate::field::Selection;
use crate::value::Value;
use crate::wire::Wire;

/// The type of a selection.
pub const fn selection<T: Selection>() -> Type {
    Type::Value(Kind::Selection { items: T::ITEMS })
}

/// Reads one value of a selection.
pub fn read_selection<T: Selection>(json: &Json, place: &str, reader: &mut Reader) -> Option<T> {
    scalar(&Kind::Selection { items: T::ITEMS }, json, place, reader)
}

/// A value of a selection as JSON.
///
/// # Errors
/// As [`Answer::into_json`](super::Answer::into_json).
pub fn selection_json<T: Selection>(value: T, wire: &dyn Wire) -> Result<Json> {
    wire.value(
        &Kind::Selection { items: T::ITEMS },
        &Value::Text(value.as_str().to_owned()),
    )
}
