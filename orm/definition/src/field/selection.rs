//! Selections: Rust enums whose variants are the stored values.

use super::{FieldType, Scalar, required};
use crate::def::SelectionItem;
use crate::record::Record;
use crate::value::Value;

/// An enum whose variants are the values of a selection field. Derive it: `#[derive(Selection)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a field type nor a selection",
    label = "not a field type",
    note = "field types: String, Text, Html, bool, i32, i64, f64, Decimal, Monetary, Date, DateTime, Binary, Json, \
            Many2one<Model>, One2many<Model>, Many2many<Model>; for a selection, add #[derive(Selection)] to the enum"
)]
pub trait Selection: Sized + Copy + PartialEq + 'static {
    /// Values with their labels, in declaration order.
    const ITEMS: &'static [SelectionItem];
    /// The stored value: `draft`.
    fn as_str(self) -> &'static str;
    /// The variant of a stored value; `None` when there is no such value.
    fn parse(value: &str) -> Option<Self>;
}

impl<T: Selection> Scalar for T {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(text) => T::parse(text),
            _ => None,
        }
    }
    fn into_value(self) -> Value {
        Value::Text(self.as_str().to_owned())
    }
}

impl<T: Selection> FieldType for T {
    fn load(record: &Record, field: usize) -> Self {
        required(record, field)
    }
}
