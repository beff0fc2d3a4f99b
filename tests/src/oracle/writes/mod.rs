//! Cases of `write_cases.json`, with a module for each section. Each case creates records of its own.

mod amounts;
mod commands;
mod conversions;
mod defaults;
mod setup;
mod states;
mod x2many;

use serde_json::{Map, Value, json};

use super::case::{Answer, Case};
use super::stand::Stand;
use setup::Setup;

/// Performs one case of a section.
type Runner = fn(&Stand, &Setup, &Value) -> Result<Case, String>;

/// The sections in the order in which they run.
const SECTIONS: [(&str, Runner); 5] = [
    ("amounts", amounts::one),
    ("x2many", x2many::one),
    ("states", states::one),
    ("defaults", defaults::one),
    ("conversions", conversions::one),
];

pub(super) fn run(stand: &Stand, facts: &Value) -> Result<Vec<Case>, String> {
    let setup = Setup::new(stand, facts);
    let mut cases: Vec<Case> = (setup.problems.iter())
        .map(|problem| {
            let expected = Answer::Gives(json!("made"));
            let got = Answer::Refused(problem.clone());
            Case::new(
                "write_cases/setup",
                "setup",
                "what the cases need",
                Vec::new(),
                &expected,
                &got,
            )
        })
        .collect();
    for (section, one) in SECTIONS.iter().filter(|(section, _)| stand.wants(section)) {
        for case in facts[*section].as_array().into_iter().flatten() {
            cases.push(one(stand, &setup, case).unwrap_or_else(|problem| unprepared(section, case, problem)));
        }
    }
    Ok(cases)
}

/// The outcome of a case that could not be prepared.
fn unprepared(section: &str, case: &Value, problem: String) -> Case {
    let label = case["label"].as_str().or(case["action"].as_str()).unwrap_or_default();
    Case::new(
        &format!("write_cases/{section}"),
        label,
        "the records that the case needs",
        vec![("label", label.to_owned())],
        &Answer::Gives(json!("made")),
        &Answer::Failed(problem),
    )
}

/// Reads fields of a record. Related records become ids.
fn read(stand: &Stand, model: &str, id: i64, fields: &[&str]) -> Answer {
    stand.fields(model, id, fields).map(|record| {
        let record = record.as_object().cloned().unwrap_or_default();
        Value::Object(record.into_iter().map(|(name, value)| (name, bare(value))).collect())
    })
}

/// Turns `[id, "name"]` into the id.
fn bare(value: Value) -> Value {
    match value.as_array().map(Vec::as_slice) {
        Some([id @ Value::Number(_), Value::String(_)]) => id.clone(),
        _ => value,
    }
}

/// The ids of an order's lines, in their order.
fn lines(stand: &Stand, order: i64) -> Vec<i64> {
    match stand.fields("sale.order", order, &["order_line"]) {
        Answer::Gives(record) => {
            let ids = record["order_line"].as_array().into_iter().flatten();
            ids.filter_map(Value::as_i64).collect()
        }
        _ => Vec::new(),
    }
}

/// The members of an object that are fields of the model, except those in `but`.
fn of_model(stand: &Stand, model: &str, values: &Value, but: &[&str]) -> Map<String, Value> {
    let values = values.as_object().into_iter().flatten();
    values
        .filter(|(name, _)| !but.contains(&name.as_str()) && stand.has(model, name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
