//! The types that a field of a model may have, and how each becomes a [`Value`] and back.

mod arithmetic;
mod decimal;
mod fitting;
mod given;
mod relation;
mod selection;
mod text;
mod typed_json;

pub use arithmetic::{divide, percent_of, round_to, round_up_to, sum};
pub use decimal::{from_scaled, kept, limit, round, to_scaled};
pub use given::Given;
pub use relation::{Many2many, Many2one, One2many, Relation};
pub use selection::Selection;
pub use text::{YEARS, as_given, datetime, end_of_day, exact_number, form, from_text, storable};
pub use typed_json::{Defaulted, JsonPart, TypedJson, json_part};

use crate::record::Record;
use crate::value::Value;

/// Text of several lines.
pub type Text = String;
/// HTML.
pub type Html = String;
/// Bytes; base64 text in JSON.
pub type Binary = Vec<u8>;
/// Any JSON value. In a model, `Json<LabelLayout>` is a field of the struct `LabelLayout`, which has `#[json]`.
pub type Json = serde_json::Value;
/// Calendar date.
pub type Date = chrono::NaiveDate;
/// Point in time, UTC, microseconds.
pub type DateTime = chrono::NaiveDateTime;
/// Exact decimal.
pub type Decimal = rust_decimal::Decimal;
/// Money: an exact decimal in the currency that the field's definition names.
pub type Monetary = rust_decimal::Decimal;

/// A type that a field of a model may have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a model's field",
    label = "not a field type",
    note = "field types: String, Text, Html, bool, i32, i64, f64, Decimal, Monetary, Date, DateTime, Binary, Json, \
            Json<Struct>, Many2one<Model>, One2many<Model>, Many2many<Model>, an enum with #[derive(Selection)], and Option<…> of these"
)]
pub trait FieldType: Sized {
    /// Reads the field from a loaded record.
    ///
    /// # Panics
    /// When the value is of another type than the definition says: a defect of the runtime, never of input.
    fn load(record: &Record, field: usize) -> Self;
}

/// A type that is stored as one [`Value`]: a scalar, or the ids of a computed many2many.
pub trait Scalar: Sized {
    /// The value as this type; `None` when it is of another type.
    fn from_value(value: &Value) -> Option<Self>;
    /// The value to store.
    fn into_value(self) -> Value;
}

macro_rules! scalar {
    ($($type:ty: $variant:ident),* $(,)?) => {$(
        impl Scalar for $type {
            fn from_value(value: &Value) -> Option<Self> {
                match value { Value::$variant(inner) => Some(inner.clone()), _ => None }
            }
            fn into_value(self) -> Value { Value::$variant(self) }
        }
        impl FieldType for $type {
            fn load(record: &Record, field: usize) -> Self { required(record, field) }
        }
    )*};
}

scalar! {
    String: Text, bool: Bool, i64: Int, f64: Float, Decimal: Decimal, Date: Date, DateTime: DateTime, Binary: Binary,
    Json: Json,
}

impl Scalar for i32 {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value)?.try_into().ok()
    }
    fn into_value(self) -> Value {
        Value::Int(self.into())
    }
}

impl FieldType for i32 {
    fn load(record: &Record, field: usize) -> Self {
        required(record, field)
    }
}

/// The ids of a computed many2many.
impl Scalar for Vec<i64> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Ids(ids) => Some(ids.clone()),
            _ => None,
        }
    }
    fn into_value(self) -> Value {
        Value::Ids(self)
    }
}

impl<T: Scalar> Scalar for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
    fn into_value(self) -> Value {
        self.map_or(Value::Null, T::into_value)
    }
}

impl<T: FieldType> FieldType for Option<T> {
    fn load(record: &Record, field: usize) -> Self {
        match record.value(field) {
            Value::Null => None,
            _ => Some(T::load(record, field)),
        }
    }
}

/// A computed or related field of a record; while it is empty, the default of its type.
pub fn load_or_default<T: FieldType + Default>(record: &Record, field: usize) -> T {
    match record.value(field) {
        Value::Null => T::default(),
        _ => T::load(record, field),
    }
}

/// The scalar in `field`.
///
/// # Panics
/// When the record holds a value of another type.
fn required<T: Scalar>(record: &Record, field: usize) -> T {
    let value = record.value(field);
    T::from_value(value).unwrap_or_else(|| panic!("field {field} holds {value:?}, not its declared type"))
}
