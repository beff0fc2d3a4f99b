//! Cases of `search_cases.json`: a domain, an order and limits; the expected ids, in order.

use serde_json::{Value, json};

use super::case::{Answer, Case};
use super::stand::Stand;

pub(super) fn run(stand: &Stand, facts: &Value) -> Result<Vec<Case>, String> {
    let cases = facts["cases"].as_array().ok_or("search_cases: no cases")?;
    Ok(cases.iter().map(|case| one(stand, case)).collect())
}

fn one(stand: &Stand, case: &Value) -> Case {
    let model = case["model"].as_str().unwrap_or_default();
    let domain = case["domain"].to_string();
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    let mut parameters = vec![("fields", "id".to_owned())];
    if case["domain"] != json!([]) {
        parameters.push(("domain", domain.clone()));
    }
    for name in ["order", "limit", "offset"] {
        let value = text(&case[name]).filter(|value| name != "offset" || value != "0");
        parameters.extend(value.map(|value| (name, value)));
    }
    for (name, value) in case["context"].as_object().into_iter().flatten() {
        parameters.extend(text(value).map(|value| {
            (
                if name == "active_test" {
                    "active_test"
                } else {
                    "context"
                },
                value,
            )
        }));
    }
    let parameters: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let got = stand.list(model, &parameters).map(|records| {
        let ids = records.as_array().into_iter().flatten();
        ids.map(|record| record["id"].clone()).collect()
    });
    let expected = Answer::expected(case, |case| case["ids"].clone());
    Case::new(
        "search_cases",
        case["case"].to_string(),
        format!(
            "{model} {domain} order={} limit={} offset={} {}",
            case["order"], case["limit"], case["offset"], case["context"]
        ),
        facets(case),
        &expected,
        &got,
    )
}

fn facets(case: &Value) -> Vec<(&'static str, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut facets: Vec<(&str, String)> = ["model", "order", "limit"].map(|name| (name, text(&case[name]))).into();
    for leaf in case["domain"].as_array().into_iter().flatten() {
        match leaf.as_array().map(Vec::as_slice) {
            Some([field, operator, value]) => facets.extend([
                ("field", text(field)),
                ("operator", text(operator)),
                ("value", value.to_string()),
            ]),
            _ => facets.push(("joined", text(leaf))),
        }
    }
    let ignored = case["logged"].as_array().into_iter().flatten().any(|line| {
        let line = line.as_str().unwrap_or_default();
        line.contains("cannot be s")
    });
    facets.push(("there", if ignored { "ignored" } else { "done" }.to_owned()));
    facets
}
