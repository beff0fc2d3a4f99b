//! Selections: Rust enums whose variants are the stored values.

use super::{Scalar, required};
use crate::def::SelectionItem;
use crate::record::Record;
use crate::value::Value;

/// An enum whose variants are the values of a selection field. Derive it: `#[derive(Selection)]`, which implements
/// `Debug`, `Clone`, `Copy`, `PartialEq` and `Eq` too.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a model's field",
    label = "neither a field type nor a selection",
    note = "a model is written `Many2one<{Self}>`, a struct with #[json] `Json<{Self}>`; an enum has #[derive(Selection)] above it",
    note = "field types: String, Text, Html, bool, i32, i64, f64, Decimal, Monetary, Date, DateTime, Binary, Json, \
            Json<Struct>, Many2one<Model>, One2many<Model>, Many2many<Model>, Option<…> of these, and selections",
    note = "a field type is written by its own name, `Many2one<City>`: an alias of it is not recognized",
    note = "a `Clone` or `Debug` that `{Self}` is said to lack is needed only because of this"
)]
pub trait Selection: Sized + 'static {
    /// Values with their labels, in declaration order.
    const ITEMS: &'static [SelectionItem];
    /// The stored value: `draft`.
    #[expect(clippy::wrong_self_convention, reason = "a selection is copied")]
    fn as_str(self) -> &'static str;
    /// The variant of a stored value; `None` when there is no such value.
    fn parse(value: &str) -> Option<Self>;

    /// The value to store.
    fn stored(self) -> Value {
        Value::Text(self.as_str().to_owned())
    }

    /// The field of a loaded record.
    ///
    /// # Panics
    /// When the record holds a value of another type.
    fn load(record: &Record, field: usize) -> Self {
        required(record, field)
    }

    /// The field of a loaded record, unless it is empty.
    ///
    /// # Panics
    /// When the record holds a value of another type.
    fn load_some(record: &Record, field: usize) -> Option<Self> {
        required(record, field)
    }

    /// A computed field of a record; before it is computed, the first of the variants.
    ///
    /// # Panics
    /// When the record holds a value of another type, or the selection has no values.
    fn load_or_first(record: &Record, field: usize) -> Self {
        let first = || Self::ITEMS.first().and_then(|item| Self::parse(item.value));
        Self::load_some(record, field)
            .or_else(first)
            .unwrap_or_else(|| required(record, field))
    }
}

impl<T: Selection> Scalar for T {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(text) => T::parse(text),
            _ => None,
        }
    }
    fn into_value(self) -> Value {
        self.stored()
    }
}
