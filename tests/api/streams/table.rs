//! What a table is, told in another way than the program does: the cells of each column are looked up by its path.

use serde_json::Value;

/// The fields of the tested requests whose `false` is a value.
const BOOLEANS: [&str; 4] = ["active", "is_company", "partner_share", "employee"];

/// The table of these records, with these columns.
pub(super) fn table_of(columns: &[String], records: &[Value]) -> Vec<Vec<String>> {
    let paths: Vec<Vec<&str>> = columns.iter().map(|column| column.split('/').collect()).collect();
    let mut rows = vec![columns.to_vec()];
    for record in records {
        for row in 0..height(record) {
            rows.push(paths.iter().map(|path| cell(record, path, row)).collect());
        }
    }
    rows
}

/// How many rows a value takes.
fn height(value: &Value) -> usize {
    match value {
        Value::Object(fields) => fields.values().map(height).max().unwrap_or(1).max(1),
        Value::Array(_) if is_pair(value) => 1,
        Value::Array(items) => items.iter().map(height).sum(),
        _ => 1,
    }
}

/// A many2one of a plain read: `[id, "name"]`.
fn is_pair(value: &Value) -> bool {
    matches!(
        value.as_array().map(Vec::as_slice),
        Some([Value::Number(_), Value::String(_)])
    )
}

/// The text at the end of a path, in the row of this number of those that a value takes.
fn cell(value: &Value, path: &[&str], mut row: usize) -> String {
    match (value, path) {
        (Value::Array(pair), [part]) if is_pair(value) && row == 0 => text(&pair[usize::from(*part != "id")], part),
        (Value::Array(_), _) if is_pair(value) => String::new(),
        (Value::Array(items), _) => {
            for item in items {
                match row.checked_sub(height(item)) {
                    Some(behind) => row = behind,
                    None => return cell(item, path, row),
                }
            }
            String::new()
        }
        (Value::Object(fields), [name, rest @ ..]) => match fields.get(*name) {
            Some(field) if rest.is_empty() && row == 0 => text(field, name),
            Some(field) if !rest.is_empty() => cell(field, rest, row),
            _ => String::new(),
        },
        (id @ Value::Number(_), ["id"]) if row == 0 => id.to_string(),
        _ => String::new(),
    }
}

fn text(value: &Value, name: &str) -> String {
    match value {
        Value::Bool(false) if !BOOLEANS.contains(&name) => String::new(),
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
