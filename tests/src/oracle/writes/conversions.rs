//! Creates records with a given value of a field and compares the value that is stored.

use serde_json::{Value, json};

use super::read;
use super::setup::Setup;
use crate::oracle::alike::short;
use crate::oracle::case::{Answer, Case};
use crate::oracle::stand::{ADMIN, Stand};

pub(super) fn one(stand: &Stand, _: &Setup, case: &Value) -> Result<Case, String> {
    let text = |name: &str| case[name].as_str().unwrap_or_default();
    let (model, field, given) = (text("model"), text("field"), &case["given"]);
    let mut values = match model {
        "sale.order" => json!({"partner_id": 11}),
        _ => json!({"name": "conversion"}),
    };
    values[field] = given.clone();
    let got = match stand.create(ADMIN, model, &values) {
        Answer::Gives(id) => {
            let id = id.as_i64().ok_or("a create without an id")?;
            read(stand, model, id, &[field]).map(|record| record[field].clone())
        }
        other => other,
    };
    // A many2one is recorded as a list of its id. Records that a command creates have other ids, so they are only
    // counted.
    let made = given.as_array().into_iter().flatten().any(|command| command[0] == 0);
    let plain = |value: Value| match (text("field_type"), value) {
        ("many2one", Value::Array(ids)) => ids.first().cloned().unwrap_or(Value::Bool(false)),
        ("many2many", Value::Array(ids)) if made => ids.len().into(),
        (_, value) => value,
    };
    let expected = Answer::expected(case, |case| plain(case["result"]["value"].clone()));
    let facets = vec![
        ("model", model.to_owned()),
        ("field", field.to_owned()),
        ("type", text("field_type").to_owned()),
        ("given", short(&given.to_string(), 80)),
        ("given_type", text("given_type").to_owned()),
    ];
    let label = short(&format!("{model}.{field} {given}"), 80);
    Ok(Case::new(
        "write_cases/conversions",
        &label,
        &label,
        facets,
        &expected,
        &got.map(plain),
    ))
}
