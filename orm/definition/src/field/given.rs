//! The value that is given for a field in a write, by the field's type.

use super::{Many2one, Scalar};
use crate::schema::Schema;
use crate::value::Value;

/// A field type for which one value is given: its own, and the id of a many2one.
#[diagnostic::on_unimplemented(
    message = "no single value is given for a field of this type",
    label = "a relation to many is written with commands; only fields with one value are read and set here"
)]
pub trait Given {
    /// The type of the value: `i64` for a many2one.
    type Value;
    /// The value as this type; `None` when it is of another type.
    fn read(value: &Value) -> Option<Self::Value>;
    /// The value to store.
    fn stored(value: Self::Value) -> Value;
}

impl<T: Scalar> Given for T {
    type Value = T;
    fn read(value: &Value) -> Option<T> {
        T::from_value(value)
    }
    fn stored(value: T) -> Value {
        value.into_value()
    }
}

impl<M: Schema> Given for Many2one<M> {
    type Value = i64;
    fn read(value: &Value) -> Option<i64> {
        i64::from_value(value)
    }
    fn stored(value: i64) -> Value {
        value.into_value()
    }
}

impl<M: Schema> Given for Option<Many2one<M>> {
    type Value = Option<i64>;
    fn read(value: &Value) -> Option<Option<i64>> {
        Scalar::from_value(value)
    }
    fn stored(value: Option<i64>) -> Value {
        value.into_value()
    }
}
