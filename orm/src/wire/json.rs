//! Strict parsing of JSON, for request bodies: duplicate keys and too deep nesting are refused; numbers keep all their
//! digits.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::error::{Code, Error, Result};

/// Parses a request body with at most `max_depth` levels of nested records.
///
/// # Errors
/// 400 with the line and column of the mistake.
pub fn parse(bytes: &[u8], max_depth: usize) -> Result<Value> {
    // Each level of records takes three levels of JSON: the record, its list of commands, the command.
    read(bytes, 3 * max_depth + 1)
        .map_err(|why| Error::new(Code::Malformed, format!("the body is not well-formed JSON: {why}")))
}

/// Parses JSON of at most `depth` levels.
///
/// # Errors
/// A message with the line and column of the mistake.
pub fn read(bytes: &[u8], depth: usize) -> Result<Value, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Strict { depth, text }
        .deserialize(&mut deserializer)
        .map_err(|error| error.to_string())?;
    deserializer.end().map_err(|error| error.to_string())?;
    Ok(value)
}

/// Deserializes a value of at most `depth` levels without duplicate keys.
#[derive(Clone, Copy)]
struct Strict<'t> {
    depth: usize,
    /// The whole text that is parsed.
    text: &'t str,
}

impl Strict<'_> {
    fn below<E: serde::de::Error>(self) -> Result<Self, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Strict { depth, ..self }),
            None => Err(E::custom("it is nested too deeply")),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("a number that is not finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(below)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut map = Map::new();
        while let Some(Key(key)) = entries.next_key()? {
            if let Cow::Borrowed(NUMBER) = key
                && !stands_in(&key, self.text)
            {
                let digits: String = entries.next_value()?;
                return digits.parse().map(Value::Number).map_err(A::Error::custom);
            }
            let key = key.into_owned();
            if map.contains_key(&key) {
                return Err(A::Error::custom(format!("the key {key:?} is given twice")));
            }
            map.insert(key, entries.next_value_seed(below)?);
        }
        Ok(Value::Object(map))
    }
}

/// The key under which serde_json (with `arbitrary_precision`) passes a number to a visitor: as an object with this key
/// and the digits as text. A key of the same name in the parsed text is an ordinary key; only its address tells them
/// apart.
pub(crate) const NUMBER: &str = "$serde_json::private::Number";

/// Whether the JSON contains an object with the key [`NUMBER`]: serde_json would parse its text as a number.
pub(crate) fn reserves(json: &Value) -> bool {
    match json {
        Value::Object(members) => members.contains_key(NUMBER) || members.values().any(reserves),
        Value::Array(items) => items.iter().any(reserves),
        _ => false,
    }
}

/// Whether `part` is a slice of `text` itself, not merely equal to one.
fn stands_in(part: &str, text: &str) -> bool {
    text.as_bytes().as_ptr_range().contains(&part.as_ptr())
}

/// A key of an object; borrowed unless it has escapes.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Borrowed(key)))
    }

    fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Owned(key.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn digits_are_kept_and_mistakes_refused() {
        let number = parse(br#"{"a": [12345678901234567890.123456789]}"#, 4).map(|json| json["a"][0].to_string());
        assert_eq!(number.as_deref(), Ok("12345678901234567890.123456789"));
        for key in ["$serde_json::private::Number", r"\u0024serde_json::private::Number"] {
            let body = format!(r#"{{"a": {{"{key}": "11"}}, "b": 11}}"#);
            let json = parse(body.as_bytes(), 4).unwrap();
            assert!(json["a"].is_object() && json["b"].is_number(), "{key}");
        }
        for (body, why) in [
            (&br#"{"a":1,"a":2}"#[..], "twice"),
            (b"{\"a\":\"\xff\"}", "utf-8"),
            (b"{\"a\":", "EOF"),
            (b"{} x", "trailing"),
            ("[".repeat(10_000).as_bytes(), "deep"),
        ] {
            let error = parse(body, 4).map_err(|error| error.detail().to_owned());
            assert!(
                error.as_ref().is_err_and(|error| error.contains(why)),
                "{why}: {error:?}"
            );
        }
    }
}
