//! Cases of `read_group.json`: what to group by, and the groups as they were answered.

use serde_json::{Map, Value, json};

use super::case::{Answer, Case};
use super::stand::Stand;

pub(super) fn run(stand: &Stand, facts: &Value) -> Result<Vec<Case>, String> {
    let cases = facts["cases"].as_array().ok_or("read_group: no cases")?;
    Ok(cases.iter().map(|case| one(stand, case)).collect())
}

fn one(stand: &Stand, case: &Value) -> Case {
    let text = |name: &str| case[name].as_str().unwrap_or_default();
    let (model, user) = (text("model"), text("user"));
    let got = stand.model_method(user, model, "read_group", &arguments(case));
    let (expected, got) = comparable(stand, case, case, got);
    let kwargs = &case["kwargs"];
    let facets = vec![
        ("model", model.to_owned()),
        ("user", user.to_owned()),
        ("groupby", case["groupby"].to_string()),
        ("fields", case["fields"].to_string()),
        ("orderby", kwargs["orderby"].as_str().unwrap_or_default().to_owned()),
        ("window", format!("{} {}", kwargs["offset"], kwargs["limit"])),
        ("context", kwargs["context"].to_string()),
    ];
    let input = format!(
        "{model} {} {} by {} {kwargs} as {user}",
        case["domain"], case["fields"], case["groupby"]
    );
    Case::new("read_group", case["case"].to_string(), input, facets, &expected, &got)
}

/// The arguments of a recorded call. Of its context, those parts that are arguments here.
pub(super) fn arguments(case: &Value) -> Value {
    let mut arguments: Map<String, Value> = ["domain", "fields", "groupby"]
        .map(|name| (name.to_owned(), case[name].clone()))
        .into_iter()
        .collect();
    for (name, value) in case["kwargs"].as_object().into_iter().flatten() {
        match (name.as_str(), value) {
            ("context", context) => {
                let known = context.as_object().into_iter().flatten();
                let known = known.filter(|(name, _)| ["tz", "active_test"].contains(&name.as_str()));
                arguments.extend(known.map(|(name, value)| (name.clone(), value.clone())));
            }
            (_, value) => {
                arguments.insert(name.clone(), value.clone());
            }
        }
    }
    Value::Object(arguments)
}

/// The recorded answer and ours, in a form in which they can be compared.
pub(super) fn comparable(stand: &Stand, case: &Value, recorded: &Value, got: Answer) -> (Answer, Answer) {
    let expected = Answer::expected(recorded, |recorded| recorded["result"].clone());
    match (expected, got) {
        (Answer::Gives(expected), Answer::Gives(got)) => {
            let (expected, got) = alike_in_form(stand, case, &expected, &got);
            (Answer::Gives(expected), Answer::Gives(got))
        }
        other => other,
    }
}

/// Both answers in a form in which they can be compared. Lists of values are in no order there, and have decimals as
/// text. Numbers of records are never empty here, so that their sum is 0 where it is false there. Where no fields are named, the numbers are compared that the rows tell and both have. The rows do not tell all
/// parents of partners, which are in their names, by which they are sorted.
fn alike_in_form(stand: &Stand, case: &Value, expected: &Value, got: &Value) -> (Value, Value) {
    let (model, keys) = (case["model"].as_str().unwrap_or_default(), keys(case));
    let (all, told) = (case["fields"] == json!([]), stand.given(model));
    let is_partner =
        |name: &str| name == "commercial_partner_id" || name.ends_with("partner_id") || name == "parent_id";
    let groups = |answer: &Value, other: &Value| -> Value {
        let other = |number: usize, name: &str| other[number].get(name).is_some();
        let mut kept: Vec<Value> = (answer.as_array().into_iter().flatten().enumerate())
            .map(|(number, group)| {
                let members = group.as_object().into_iter().flatten();
                let of_all = |name: &String| name.starts_with("__") || keys.contains(name) || name.ends_with("_count");
                let members = members
                    .filter(|(name, _)| !all || of_all(name) || told.contains(name.as_str()) && other(number, name));
                let members = members.map(|(name, value)| {
                    let value = match value {
                        Value::Array(pair) if is_partner(name) && is_pair(pair) => pair[0].clone(),
                        Value::Bool(false) if !of_all(name) => 0.into(),
                        value => sorted(name, value),
                    };
                    (name.clone(), value)
                });
                Value::Object(members.collect())
            })
            .collect();
        if keys.iter().any(|key| is_partner(key)) && case["kwargs"]["limit"].is_null() {
            kept.sort_by_key(|group| group["__domain"].to_string());
        }
        kept.into()
    };
    (groups(expected, got), groups(got, expected))
}

/// The names of the keys.
fn keys(case: &Value) -> Vec<String> {
    let keys = case["groupby"]
        .as_array()
        .map_or(std::slice::from_ref(&case["groupby"]), Vec::as_slice);
    keys.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A list of values in an order of its own; `[id, name]` and what describes a group stay as they are.
fn sorted(name: &str, value: &Value) -> Value {
    let Value::Array(values) = value else {
        return value.clone();
    };
    if name.starts_with("__") || is_pair(values) {
        return value.clone();
    }
    let number = |value: &Value| match value {
        Value::String(text) => serde_json::from_str(text).unwrap_or_else(|_| value.clone()),
        other => other.clone(),
    };
    let mut values: Vec<Value> = values.iter().map(number).collect();
    values.sort_by(|left, right| {
        left.as_f64()
            .unwrap_or_default()
            .total_cmp(&right.as_f64().unwrap_or_default())
    });
    values.into()
}

/// Whether it is a related record, as `[id, name]`.
fn is_pair(values: &[Value]) -> bool {
    matches!(values, [Value::Number(_), Value::String(_)])
}
