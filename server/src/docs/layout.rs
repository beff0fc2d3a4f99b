//! The text of a document as it is committed: one line for each operation and each schema, so that the change of a model
//! changes few lines.

use serde_json::Value;

/// How deep members and items have lines of their own: `components`, then `schemas`, then each schema.
const DEPTH: usize = 3;

/// The JSON text, with a newline at the end.
pub(super) fn text(document: &Value) -> String {
    let mut out = String::new();
    append(document, 0, &mut out);
    out + "\n"
}

fn append(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Object(members) if depth < DEPTH && !members.is_empty() => {
            let members = members.iter().map(|(key, value)| (Some(key), value));
            lines(["{", "}"], members, depth, out);
        }
        Value::Array(items) if depth < DEPTH && !items.is_empty() => {
            lines(["[", "]"], items.iter().map(|item| (None, item)), depth, out);
        }
        value => out.push_str(&value.to_string()),
    }
}

/// Appends members or items, each on a line of its own.
fn lines<'v>(
    [open, close]: [&str; 2],
    parts: impl Iterator<Item = (Option<&'v String>, &'v Value)>,
    depth: usize,
    out: &mut String,
) {
    let indent = |depth: usize| "\n".to_owned() + &"  ".repeat(depth);
    out.push_str(open);
    for (index, (key, value)) in parts.enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push_str(&indent(depth + 1));
        if let Some(key) = key {
            out.push_str(&Value::from(key.as_str()).to_string());
            out.push_str(": ");
        }
        append(value, depth + 1, out);
    }
    out.push_str(&indent(depth));
    out.push_str(close);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn a_schema_is_one_line_and_the_text_means_the_same() {
        let document =
            json!({"openapi": "3.1.0", "tags": [], "components": {"schemas": {"A": {"type": ["x", "y"]}, "B": {}}}});
        let text = super::text(&document);
        assert!(
            text.contains("\n      \"A\": {\"type\":[\"x\",\"y\"]},\n      \"B\": {}\n"),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), document);
    }
}
