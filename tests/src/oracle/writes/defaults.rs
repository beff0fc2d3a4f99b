//! Creates records with few values and compares the defaults of the others.

use serde_json::{Map, Value, json};

use super::setup::Setup;
use super::{lines, of_model, read};
use crate::oracle::alike::differing;
use crate::oracle::case::{Answer, Case};
use crate::oracle::stand::{ADMIN, Stand};

/// Fields whose value differs from run to run.
const CHANGING: [&str; 8] = [
    "id",
    "create_date",
    "write_date",
    "date_order",
    "order_id",
    "order_line",
    "line_fields",
    "sale_order_option_ids",
];

pub(super) fn one(stand: &Stand, setup: &Setup, case: &Value) -> Result<Case, String> {
    let label = case["label"].as_str().unwrap_or_default();
    let (input, expected, got) = if label.starts_with("default_get") {
        default_get(stand, case)
    } else if label.starts_with("sequence") {
        sequence(stand)
    } else {
        create(stand, setup, case, label)?
    };
    let facets = vec![("label", label.to_owned())];
    Ok(Case::new("write_cases/defaults", label, input, facets, &expected, &got))
}

fn create(stand: &Stand, setup: &Setup, case: &Value, label: &str) -> Result<(String, Answer, Answer), String> {
    let model = label.strip_prefix("minimal create ").unwrap_or("sale.order");
    let user = match case["uid"].as_i64() {
        Some(6) => "demo",
        _ => ADMIN,
    };
    let values = &case["vals"];
    let mut sent = values.as_object().cloned().unwrap_or_default();
    for (field, value) in &mut sent {
        *value = setup.ours(field, value);
    }
    let input = format!("{model} {}", Value::Object(sent.clone()));
    let got = stand.create(user, model, &Value::Object(sent));
    let expected = Answer::expected(case, |case| case["result"].clone());
    let (Answer::Gives(wanted), Answer::Gives(id)) = (&expected, &got) else {
        return Ok((input, expected, got));
    };
    let id = id.as_i64().ok_or("a create without an id")?;
    // Such a field is compared if the case gives its value.
    let changing: Vec<&str> = (CHANGING.iter().copied())
        .filter(|name| values.get(name).is_none())
        .collect();
    let mut wanted_fields = of_model(stand, model, wanted, &changing);
    // A path of ids contains the record's own id.
    let (recorded, own) = (format!("/{}/", wanted["id"]), format!("/{id}/"));
    for value in wanted_fields.values_mut() {
        if let Some(text) = value.as_str().filter(|text| text.contains(&recorded)) {
            *value = text.replace(&recorded, &own).into();
        }
    }
    let mut left = Map::new();
    let mut right = Map::new();
    let mut add = |name: &str, model: &str, id: i64, wanted: Map<String, Value>| -> Option<Answer> {
        let names: Vec<&str> = wanted.keys().map(String::as_str).collect();
        let mut got = match read(stand, model, id, &names) {
            Answer::Gives(got) => got,
            other => return Some(other),
        };
        if let Some(got) = got.as_object_mut() {
            got.retain(|name, _| wanted.contains_key(name));
        }
        let (expected, got) = differing(&Value::Object(wanted), &got);
        left.insert(name.to_owned(), expected);
        right.insert(name.to_owned(), got);
        None
    };
    if let Some(failed) = add("record", model, id, wanted_fields) {
        return Ok((input, expected, failed));
    }
    let recorded: Vec<Value> = wanted["line_fields"].as_array().cloned().unwrap_or_default();
    for (number, (line, recorded)) in lines(stand, id).into_iter().zip(recorded).enumerate() {
        let wanted = of_model(stand, "sale.order.line", &recorded, &CHANGING);
        if let Some(failed) = add(&format!("line {number}"), "sale.order.line", line, wanted) {
            return Ok((input, expected, failed));
        }
    }
    Ok((input, Answer::Gives(left.into()), Answer::Gives(right.into())))
}

/// Compares only the recorded defaults: more fields may have a default here.
fn default_get(stand: &Stand, case: &Value) -> (String, Answer, Answer) {
    let recorded = case["result"].as_object().cloned().unwrap_or_default();
    let names: Vec<&String> = recorded.keys().collect();
    let got = stand.model_method(ADMIN, "sale.order", "default_get", &json!({"fields": names}));
    let stable = |values: Value| {
        let values = values.as_object().cloned().unwrap_or_default();
        let stable = values
            .into_iter()
            .filter(|(name, _)| !CHANGING.contains(&name.as_str()));
        Value::Object(stable.collect())
    };
    let expected = Answer::Gives(stable(Value::Object(recorded.clone())));
    (format!("sale.order.default_get {names:?}"), expected, got.map(stable))
}

/// Checks that the numbers of a sequence increase, also after a create that is refused.
fn sequence(stand: &Stand) -> (String, Answer, Answer) {
    let number = || -> Result<i64, String> {
        let id = stand.make("sale.order", &json!({"partner_id": 11}))?;
        let name = match stand.fields("sale.order", id, &["name"]) {
            Answer::Gives(order) => order["name"].as_str().unwrap_or_default().to_owned(),
            other => return Err(format!("{other:?}")),
        };
        let digits: String = name.chars().filter(char::is_ascii_digit).collect();
        digits.parse().map_err(|_| format!("{name} has no number"))
    };
    let first = number();
    let refused = stand.create(
        ADMIN,
        "sale.order",
        &json!({"partner_id": 11, "order_line": [[0, 0, {"price_unit": 5}]]}),
    );
    let later = number();
    let got = match (first, refused, later) {
        (Ok(first), Answer::Refused(_), Ok(later)) => Answer::Gives(json!(later > first)),
        other => Answer::Failed(format!("{other:?}")),
    };
    let input = "an order, one that is refused, another order".to_owned();
    (input, Answer::Gives(json!(true)), got)
}
