//! Typed JSON: structs and enums with `#[json]`, whose values a `Json<…>` field holds.

use std::any::TypeId;
use std::fmt::Debug;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use super::fitting;
use crate::def::{JsonSchemas, JsonType, Misfit};
use crate::record::Record;
use crate::value::Value;

/// A struct or enum that a `Json<…>` field may hold. Implemented by `#[json]`, never by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a `Json` field",
    label = "not declared with #[json]",
    note = "write #[json] above the struct or enum; a `Json` without a type takes any JSON"
)]
pub trait TypedJson: Serialize + DeserializeOwned + JsonSchema + Sized + 'static {
    /// Its name in Rust.
    const NAME: &'static str;
    /// What the runtime needs to know of it.
    const TYPE: &'static JsonType = &JsonType {
        name: Self::NAME,
        id: TypeId::of::<Self>(),
        schemas: schemas::<Self>,
        check: |json| read::<Self>(json).map(|_| ()),
    };

    /// The value to store.
    ///
    /// # Panics
    /// When serde cannot write it as JSON, such as a map whose keys are structs: a defect of the type.
    fn stored(self) -> Value {
        let json = serde_json::to_value(self);
        Value::Json(json.unwrap_or_else(|why| panic!("a `{}` cannot be written as JSON: {why}", Self::NAME)))
    }

    /// The value that is stored; `None` when it does not fit.
    fn of_stored(value: &Value) -> Option<Self> {
        match value {
            Value::Json(json) => read(json).ok(),
            _ => None,
        }
    }

    /// The field of a loaded record. `of` names it in a panic: `("x.label", "layout")`, its model and itself.
    ///
    /// # Panics
    /// When the field is empty or the value does not fit: the type has changed since it was stored.
    fn load(record: &Record, field: usize, of: (&str, &str)) -> Self {
        Self::load_some(record, field, of).unwrap_or_else(|| panic!("{}: it is empty", told(record, of)))
    }

    /// The field of a loaded record, unless it is empty.
    ///
    /// # Panics
    /// When the value does not fit: the type has changed since it was stored.
    fn load_some(record: &Record, field: usize, of: (&str, &str)) -> Option<Self> {
        match record.value(field) {
            // A required column holds `null` until it is computed.
            Value::Null | Value::Json(Json::Null) => None,
            // What does not fit is not told: the field may be secret.
            value => Some(Self::of_stored(value).unwrap_or_else(|| {
                panic!(
                    "{}: the stored value is no `{}`; `declarest verify` tells where",
                    told(record, of),
                    Self::NAME
                )
            })),
        }
    }

    /// A computed or related field of a record; while it is empty, the default of the type.
    ///
    /// # Panics
    /// As [`TypedJson::load_some`].
    fn load_or_default(record: &Record, field: usize, of: (&str, &str)) -> Self
    where
        Self: Defaulted,
    {
        Self::load_some(record, field, of).unwrap_or_else(Self::defaulted)
    }
}

/// What a member of a type with `#[json]` needs: an own type has it by `#[json]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a part of a type with #[json]",
    label = "write #[json] above this type"
)]
pub trait JsonPart {}

#[diagnostic::do_not_recommend]
impl<T: Debug + Clone + PartialEq + Serialize + DeserializeOwned + JsonSchema> JsonPart for T {}

/// Checks that a member of a type with `#[json]` has what it needs.
pub fn json_part<T: JsonPart>() {}

/// What the type of a computed `Json` field without `Option` has beside `#[json]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` lacks what a computed or related field without `Option` needs",
    label = "write #[derive(Default)] below the #[json] of this type, or `Option<…>` here"
)]
pub trait Defaulted {
    /// The value of a field before it is computed.
    fn defaulted() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> Defaulted for T {
    fn defaulted() -> Self {
        T::default()
    }
}

/// A record and its field, for messages: `x.label 7: `layout``.
fn told(record: &Record, (model, field): (&str, &str)) -> String {
    let id = record.values().first().and_then(Value::id);
    let id = id.map(|id| format!(" {id}")).unwrap_or_default();
    format!("{model}{id}: `{field}`")
}

fn read<T: DeserializeOwned>(json: &Json) -> Result<T, Misfit> {
    match json {
        Json::Null | Json::Bool(false) => Err(format!("{json} stands for no value").into()),
        json => fitting::read(json),
    }
}

/// The schemas of a type, in the dialect of OpenAPI 3.1.
fn schemas<T: JsonSchema>() -> JsonSchemas {
    let settings = SchemaSettings::draft2020_12().for_deserialize().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
        settings.transforms.push(Box::new(RecursiveTransform(plain)));
    });
    let mut generator = settings.into_generator();
    let own = generator.subschema_for::<T>().to_value();
    let named = generator.take_definitions(true);
    JsonSchemas { own, named }
}

/// Writes a schema as the rest of the document does: an `enum` for a `const`, and text only for a decimal.
fn plain(schema: &mut Schema) {
    if let Some(value) = schema.remove("const") {
        if let (None, Json::String(_)) = (schema.get("type"), &value) {
            schema.insert("type".to_owned(), "string".into());
        }
        schema.insert("enum".to_owned(), json!([value]));
    }
    // A decimal is text, with or without `Option`.
    let is_text = schema.get("pattern").is_some();
    if let Some(Json::Array(types)) = schema.get_mut("type").filter(|_| is_text) {
        types.retain(|name| name != "number");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
}
