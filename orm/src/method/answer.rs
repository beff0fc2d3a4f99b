//! Results of methods: from typed values to JSON in the wire format.

use serde_json::{Map, Value as Json};

use super::argument::ANY_DECIMAL;
use crate::def::{Kind, Type};
use crate::env::Call;
use crate::error::Result;
use crate::field::{Date, DateTime, Decimal, Scalar};
use crate::typed::Model;
use crate::typed::Records;
use crate::value::Value;
use crate::wire::Wire;

/// A type that a method may answer.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the result of an action",
    label = "not a result's type",
    note = "results: `Result` of (), bool, i32, i64, f64, String, Decimal, Date, DateTime, Json, Records<Model>, an enum \
            with #[derive(Selection)], and Vec<…> and Option<…> of these"
)]
pub trait Answer: Sized {
    /// The result's type, for the API document.
    const TYPE: Type;

    /// The value as JSON.
    ///
    /// # Errors
    /// When it has no JSON form, such as an infinite number.
    fn into_json(self, wire: &dyn Wire) -> Result<Json>;
}

/// The result of a method, as JSON text.
///
/// # Errors
/// When it has no JSON form.
pub fn answer(call: &Call<'_, '_>, value: impl Answer) -> Result<Vec<u8>> {
    Ok(value.into_json(call.env.wire)?.to_string().into_bytes())
}

macro_rules! scalars {
    ($($type:ty: $kind:expr),* $(,)?) => {$(
        impl Answer for $type {
            const TYPE: Type = Type::Value($kind);

            fn into_json(self, wire: &dyn Wire) -> Result<Json> {
                wire.value(&$kind, &self.into_value())
            }
        }
    )*};
}

scalars! {
    bool: Kind::Bool,
    i32: Kind::Int,
    i64: Kind::BigInt,
    f64: Kind::Float,
    String: Kind::Text,
    Date: Kind::Date,
    DateTime: Kind::DateTime,
    Decimal: ANY_DECIMAL,
    Json: Kind::Json { of: None },
}

impl Answer for () {
    const TYPE: Type = Type::Done;

    fn into_json(self, wire: &dyn Wire) -> Result<Json> {
        wire.value(&Kind::Bool, &Value::Bool(true))
    }
}

impl Answer for Map<String, Json> {
    const TYPE: Type = Type::Value(Kind::Json { of: None });

    fn into_json(self, _: &dyn Wire) -> Result<Json> {
        Ok(Json::Object(self))
    }
}

impl<M: Model> Answer for Records<M> {
    const TYPE: Type = Type::Records(M::NAME);

    fn into_json(self, wire: &dyn Wire) -> Result<Json> {
        let ids = self.ids().iter();
        ids.map(|id| wire.value(&Kind::Id, &Value::Int(*id))).collect()
    }
}

impl<T: Answer> Answer for Vec<T> {
    const TYPE: Type = Type::List(&T::TYPE);

    fn into_json(self, wire: &dyn Wire) -> Result<Json> {
        self.into_iter()
            .map(|item| item.into_json(wire))
            .collect::<Result<Vec<Json>>>()
            .map(Json::from)
    }
}

impl<T: Answer> Answer for Option<T> {
    const TYPE: Type = Type::Optional(&T::TYPE);

    fn into_json(self, wire: &dyn Wire) -> Result<Json> {
        match self {
            Some(value) => value.into_json(wire),
            None => wire.value(&Kind::Text, &Value::Null),
        }
    }
}
