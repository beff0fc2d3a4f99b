//! Decides when two JSON values mean the same.

use serde_json::{Map, Value};

/// Whether `got` means the same as `expected`. Numbers may differ by rounding errors of floats; a date and a time may
/// be separated by a space or by `T`; a related record may be an id or `[id, name]`; `false` and `null` are equal.
pub(super) fn alike(expected: &Value, got: &Value) -> bool {
    match (expected, got) {
        (Value::Number(expected), Value::Number(got)) => {
            let (Some(expected), Some(got)) = (expected.as_f64(), got.as_f64()) else {
                return false;
            };
            (expected - got).abs() <= 1e-9 * expected.abs().max(1.0)
        }
        (Value::String(expected), Value::String(got)) => {
            expected == got || time(expected).is_some_and(|expected| Some(expected) == time(got))
        }
        (Value::Number(_), Value::Array(pair)) => match pair.as_slice() {
            [id, Value::String(_)] => alike(expected, id),
            _ => false,
        },
        (Value::Array(expected), Value::Array(got)) => {
            expected.len() == got.len() && expected.iter().zip(got).all(|(expected, got)| alike(expected, got))
        }
        (Value::Object(expected), Value::Object(got)) => {
            expected.len() == got.len()
                && expected
                    .iter()
                    .all(|(key, value)| got.get(key).is_some_and(|got| alike(value, got)))
        }
        (Value::Bool(false) | Value::Null, Value::Bool(false) | Value::Null) => true,
        (expected, got) => expected == got,
    }
}

/// The numbers in a date or date-time, without zeros at the end.
fn time(text: &str) -> Option<Vec<u64>> {
    let mut parts = text.split(['-', ' ', 'T', ':', '.']);
    let numbers: Option<Vec<u64>> = parts.by_ref().map(|part| part.parse().ok()).collect();
    let mut numbers = numbers.filter(|numbers| numbers.len() >= 3 && text.contains('-'))?;
    while numbers.last() == Some(&0) {
        numbers.pop();
    }
    Some(numbers)
}

/// The members in which two objects differ, to keep the report short.
pub(super) fn differing(expected: &Value, got: &Value) -> (Value, Value) {
    let (Value::Object(expected), Value::Object(got)) = (expected, got) else {
        return (expected.clone(), got.clone());
    };
    let (mut left, mut right) = (Map::new(), Map::new());
    for (key, value) in expected {
        let other = got.get(key).unwrap_or(&Value::Null);
        if !alike(value, other) {
            left.insert(key.clone(), value.clone());
            right.insert(key.clone(), other.clone());
        }
    }
    for (key, value) in got.iter().filter(|(key, _)| !expected.contains_key(*key)) {
        right.insert(key.clone(), value.clone());
    }
    (Value::Object(left), Value::Object(right))
}

/// The text, cut after `most` characters.
pub(super) fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::alike;

    #[test]
    fn meaning_is_compared() {
        assert!(alike(&json!(99.99000000000001), &json!(99.99)));
        assert!(alike(&json!("2026-11-23 16:07:00"), &json!("2026-11-23T16:07:00")));
        assert!(alike(
            &json!("2026-11-23 00:00:00.150"),
            &json!("2026-11-23T00:00:00.150")
        ));
        assert!(alike(&json!(11), &json!([11, "Gemini Furniture"])));
        assert!(alike(&json!({"a": false}), &json!({"a": null})));
        assert!(!alike(&json!([1, 2]), &json!([2, 1])));
        assert!(!alike(&json!("2026-11-23"), &json!("2026-11-24")));
        assert!(!alike(&json!(0), &json!(false)));
        assert!(!alike(&json!({"a": 1}), &json!({"a": 1, "b": 2})));
    }
}
