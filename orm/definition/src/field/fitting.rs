//! Reads a JSON value as a Rust type, and tells in plain words what does not fit, and where it stands.
//!
//! `serde_json` reads values too, but its mistakes are texts without a place. This deserializer gets them from serde one
//! by one, knows where it is, and accepts what `serde_json` accepts.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error, Expected, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;

use crate::def::Misfit;
use crate::error::nearest;

/// The value as this type.
///
/// # Errors
/// The first of what does not fit.
pub(super) fn read<T: DeserializeOwned>(json: &Value) -> Result<T, Misfit> {
    let at = Place::Whole;
    T::deserialize(Part { json, at }).map_err(|mistake| match mistake {
        Mistake::Placed(misfit) => misfit,
        Mistake::Member { name, message } => Misfit {
            pointer: Place::Member(&at, &name).to_string(),
            message,
        },
        Mistake::Here(message) => message.into(),
    })
}

/// Where a part stands in the whole value; as a text, a JSON pointer.
#[derive(Clone, Copy)]
enum Place<'p> {
    Whole,
    Member(&'p Place<'p>, &'p str),
    Item(&'p Place<'p>, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Whole => Ok(()),
            Place::Member(of, name) => write!(f, "{of}/{}", name.replace('~', "~0").replace('/', "~1")),
            Place::Item(of, index) => write!(f, "{of}/{index}"),
        }
    }
}

/// What serde finds wrong.
#[derive(Debug)]
enum Mistake {
    /// In the value that is being read.
    Here(String),
    /// In a member of that value, which is unknown or missing.
    Member { name: String, message: String },
    /// Somewhere that is known.
    Placed(Misfit),
}

impl Mistake {
    /// The mistake with its place, where it has none yet.
    fn at(self, place: &Place<'_>) -> Self {
        let (pointer, message) = match self {
            Mistake::Here(message) => (place.to_string(), message),
            Mistake::Member { name, message } => (Place::Member(place, &name).to_string(), message),
            placed @ Mistake::Placed(_) => return placed,
        };
        Mistake::Placed(Misfit { pointer, message })
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mistake::Here(message) | Mistake::Member { message, .. } => f.write_str(message),
            Mistake::Placed(misfit) => misfit.fmt(f),
        }
    }
}

impl std::error::Error for Mistake {}

impl Error for Mistake {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Mistake::Here(message.to_string())
    }

    fn invalid_type(given: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Mistake::Here(format!("{} is given where {} belongs", word(given), form(expected)))
    }

    fn invalid_value(given: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Mistake::invalid_type(given, expected)
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Mistake::Here(format!("a list of {length} is given where {} belongs", form(expected)))
    }

    fn unknown_variant(name: &str, known: &'static [&'static str]) -> Self {
        Mistake::Here(format!(
            "`{name}` is none of its values{}",
            nearest(name, known.iter().copied())
        ))
    }

    fn unknown_field(name: &str, known: &'static [&'static str]) -> Self {
        let message = format!(
            "nothing is called `{name}` here{}",
            nearest(name, known.iter().copied())
        );
        let name = name.to_owned();
        Mistake::Member { name, message }
    }

    fn missing_field(name: &'static str) -> Self {
        let message = format!("`{name}` is required");
        let name = name.to_owned();
        Mistake::Member { name, message }
    }

    fn duplicate_field(name: &'static str) -> Self {
        let message = format!("`{name}` is given twice");
        let name = name.to_owned();
        Mistake::Member { name, message }
    }
}

/// What is given, in the words of other messages.
fn word(given: Unexpected<'_>) -> String {
    match given {
        Unexpected::Bool(value) => value.to_string(),
        Unexpected::Unsigned(number) => format!("the number {number}"),
        Unexpected::Signed(number) => format!("the number {number}"),
        Unexpected::Float(number) => format!("the number {number}"),
        Unexpected::Str(text) if text.chars().count() <= 40 => format!("the text {text:?}"),
        Unexpected::Str(_) => "text".to_owned(),
        Unexpected::Unit => "null".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "an object".to_owned(),
        other => other.to_string(),
    }
}

/// What is expected, in plain words for what serde calls by the names of Rust.
fn form(expected: &dyn Expected) -> String {
    macro_rules! range {
        ($number:ident) => {
            format!("a whole number from {} to {}", $number::MIN, $number::MAX)
        };
    }
    let expected = expected.to_string();
    match expected.as_str() {
        "i8" => range!(i8),
        "i16" => range!(i16),
        "i32" => range!(i32),
        "u8" => range!(u8),
        "u16" => range!(u16),
        "u32" => range!(u32),
        "u64" | "usize" => "a whole number from 0 on".to_owned(),
        "i64" | "isize" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a string" => "text".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "an object".to_owned(),
        "variant identifier" => "the name of a value".to_owned(),
        other if other.starts_with("struct ") && !other.contains(" with ") => "an object".to_owned(),
        other if other.starts_with("enum ") => "one of its values".to_owned(),
        _ => expected,
    }
}

/// A part of a value, and where it stands.
#[derive(Clone, Copy)]
struct Part<'j, 'p> {
    json: &'j Value,
    at: Place<'p>,
}

impl Part<'_, '_> {
    /// The mistake of a value of another type than the visitor reads.
    fn refuse<'de, V: Visitor<'de>>(&self, visitor: &V) -> Mistake {
        let given = match self.json {
            Value::Null => Unexpected::Unit,
            Value::Bool(value) => Unexpected::Bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), ..) => Unexpected::Unsigned(number),
                (_, Some(number), _) => Unexpected::Signed(number),
                (.., number) => Unexpected::Float(number.unwrap_or(f64::INFINITY)),
            },
            Value::String(text) => Unexpected::Str(text),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        };
        Mistake::invalid_type(given, visitor).at(&self.at)
    }
}

impl<'de> IntoDeserializer<'de, Mistake> for Part<'_, '_> {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Part<'_, '_> {
    type Error = Mistake;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        let at = self.at;
        let read = match self.json {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), ..) => visitor.visit_u64(number),
                (_, Some(number), _) => visitor.visit_i64(number),
                (.., Some(number)) => visitor.visit_f64(number),
                _ => Err(Mistake::Here(format!("{number} is out of range"))),
            },
            Value::String(text) => visitor.visit_str(text),
            Value::Array(items) => {
                let part = |(index, json)| Part {
                    json,
                    at: Place::Item(&at, index),
                };
                let mut parts = SeqDeserializer::new(items.iter().enumerate().map(part));
                let read = visitor.visit_seq(&mut parts);
                read.and_then(|read| parts.end().map(|()| read))
            }
            Value::Object(members) => visitor.visit_map(MapDeserializer::new(members_of(members, &at))),
        };
        read.map_err(|mistake| mistake.at(&at))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match self.json {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    /// Only texts: a decimal, which serde writes as text, would take a number that has lost digits on the way.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match self.json {
            Value::String(text) => visitor.visit_str(text).map_err(|mistake: Mistake| mistake.at(&self.at)),
            _ => Err(self.refuse(&visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        self.deserialize_str(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_newtype_struct(self)
    }

    /// A variant by its name, or as an object with that name and the variant's content.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        let read = match self.json {
            Value::String(name) => visitor.visit_enum(StrDeserializer::new(name)),
            Value::Object(members) if members.len() == 1 => {
                let members = MapDeserializer::new(members_of(members, &self.at));
                visitor.visit_enum(MapAccessDeserializer::new(members))
            }
            _ => return Err(self.refuse(&visitor)),
        };
        read.map_err(|mistake| mistake.at(&self.at))
    }

    /// Only objects: serde would take the members of a struct from a list too, by their order.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match self.json {
            Value::Array(_) => Err(self.refuse(&visitor)),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        self.deserialize_map(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct seq tuple
        tuple_struct identifier ignored_any
    }
}

/// The members of an object, each with its place.
fn members_of<'j, 'p>(
    members: &'j serde_json::Map<String, Value>,
    at: &'p Place<'p>,
) -> impl Iterator<Item = (Key<'j>, Part<'j, 'p>)>
where
    'j: 'p,
{
    members.iter().map(move |(name, json)| {
        let at = Place::Member(at, name);
        (Key(name), Part { json, at })
    })
}

/// The name of a member. JSON has texts only; a map in Rust may have numbers or variants for keys.
#[derive(Clone, Copy)]
struct Key<'j>(&'j str);

impl<'de> IntoDeserializer<'de, Mistake> for Key<'_> {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! number_keys {
    ($($read:ident: $visit:ident,)*) => {$(
        fn $read<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
            match self.0.parse() {
                Ok(number) => visitor.$visit(number),
                Err(_) => visitor.visit_str(self.0),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Key<'_> {
    type Error = Mistake;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_str(self.0)
    }

    number_keys! {
        deserialize_bool: visit_bool,
        deserialize_i8: visit_i8,
        deserialize_i16: visit_i16,
        deserialize_i32: visit_i32,
        deserialize_i64: visit_i64,
        deserialize_u8: visit_u8,
        deserialize_u16: visit_u16,
        deserialize_u32: visit_u32,
        deserialize_u64: visit_u64,
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        visitor.visit_enum(StrDeserializer::new(self.0))
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}
