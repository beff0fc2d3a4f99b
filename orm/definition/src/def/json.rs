//! The type of a `Json` field that names one: `Json<LabelLayout>`.

use std::any::TypeId;
use std::fmt;

use serde_json::{Map, Value};

/// What the runtime needs to know of a struct or enum with `#[json]`.
#[derive(Debug)]
pub struct JsonType {
    /// Its name in Rust: `LabelLayout`.
    pub name: &'static str,
    /// Which type it is: two types may have one name.
    pub id: TypeId,
    /// The JSON schemas of the type and of those that it consists of.
    pub schemas: fn() -> JsonSchemas,
    /// Whether a value fits the type.
    pub check: fn(&Value) -> Result<(), Misfit>,
}

/// The JSON schemas of a type. They refer to each other as the components of an OpenAPI document do.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonSchemas {
    /// The schema of the type: a reference to one of `named`.
    pub own: Value,
    /// The schemas by their names.
    pub named: Map<String, Value>,
}

/// What a value has that its type does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// Where it stands in the value, as a JSON pointer; empty for the whole value.
    pub pointer: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// A misfit of the whole value.
impl From<String> for Misfit {
    fn from(message: String) -> Self {
        let pointer = String::new();
        Misfit { pointer, message }
    }
}

/// In one text, for messages whose place is the field.
impl From<Misfit> for String {
    fn from(misfit: Misfit) -> Self {
        misfit.to_string()
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer.as_str() {
            "" => {}
            pointer => write!(f, "at {pointer}: ")?,
        }
        f.write_str(&self.message)
    }
}
