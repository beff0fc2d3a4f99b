//! Cases of `read_and_names.json`: reads of whole records, display names, name searches.

use serde_json::{Map, Value, json};

use super::case::{Answer, Case};
use super::stand::{ADMIN, Stand};

pub(super) fn run(stand: &Stand, facts: &Value) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    let members = |section: &str| facts[section].as_object().cloned().unwrap_or_default();
    if stand.wants("read_all") {
        for (record, values) in members("read_all") {
            cases.extend(record_fields(stand, &record, &values)?);
        }
    }
    if stand.wants("read_as_portal") {
        for (record, expected) in members("read_as_portal") {
            cases.push(as_portal(stand, &record, &expected)?);
        }
    }
    if stand.wants("display_names") {
        for (model, names) in members("display_names") {
            cases.extend(display_names(stand, &model, &names));
        }
    }
    if stand.wants("name_search") {
        let searches = facts["name_search"].as_array().into_iter().flatten();
        cases.extend(searches.map(|search| name_search(stand, search)));
    }
    if stand.wants("misc") {
        cases.extend(
            members("misc")
                .iter()
                .filter_map(|(label, expected)| misc(stand, label, expected)),
        );
    }
    Ok(cases)
}

/// Parses `model,id`.
fn named(record: &str) -> Result<(&str, i64), String> {
    let parts = record
        .split_once(',')
        .and_then(|(model, id)| Some((model, id.parse().ok()?)));
    parts.ok_or_else(|| format!("{record:?} is no model and id"))
}

/// One case for each field whose value follows from the loaded rows: the fields that the rows give, and computed ones.
fn record_fields(stand: &Stand, record: &str, values: &Value) -> Result<Vec<Case>, String> {
    let (model, id) = named(record)?;
    let given = stand.given(model);
    let names: Vec<&str> = values
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str())
        .collect();
    let names: Vec<&str> = (names.into_iter())
        .filter(|name| given.contains(name) || computed(stand, model, name))
        .collect();
    let got = stand.fields(model, id, &stand.known(model, names.iter().copied()));
    Ok(names
        .into_iter()
        .map(|name| {
            let got = match &got {
                Answer::Gives(record) => match record.get(name) {
                    Some(value) => Answer::Gives(value.clone()),
                    None => Answer::Refused("there is no such field".to_owned()),
                },
                other => other.clone(),
            };
            Case::new(
                "read_and_names/read_all",
                format!("{record} {name}"),
                format!("read of {record}"),
                vec![("model", model.to_owned()), ("field", name.to_owned())],
                &Answer::Gives(values[name].clone()),
                &got,
            )
        })
        .collect())
}

/// Whether a field is readable, is no relation to many, and has no column: it follows from other fields.
fn computed(stand: &Stand, model: &str, field: &str) -> bool {
    let Some(model) = stand.model(model) else { return false };
    model.field(field).is_some_and(|field| {
        let info = &model.fields[field];
        !info.def.stored && !info.is_x2many() && !info.def.secret
    })
}

fn as_portal(stand: &Stand, record: &str, expected: &Value) -> Result<Case, String> {
    let (model, id) = named(record)?;
    let expected = &expected[0];
    let names = expected
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str());
    let names = stand.known(model, names.filter(|name| stand.given(model).contains(name)));
    let got = stand.method("portal", model, id, "read", &json!({"fields": names}));
    let expected: Map<String, Value> = (names.iter())
        .map(|name| ((*name).to_owned(), expected[*name].clone()))
        .collect();
    let facets = vec![("model", model.to_owned()), ("user", "portal".to_owned())];
    let label = format!("{record} as portal");
    let expected = Answer::Gives(json!([expected]));
    Ok(Case::new(
        "read_and_names/read_as_portal",
        &label,
        &label,
        facets,
        &expected,
        &got,
    ))
}

fn display_names(stand: &Stand, model: &str, names: &Value) -> Vec<Case> {
    let parameters = [("fields", "id,display_name"), ("active_test", "false")];
    let list = stand.list(model, &parameters);
    let of = |id: &Value| match &list {
        Answer::Gives(records) => {
            let found = records
                .as_array()
                .into_iter()
                .flatten()
                .find(|record| record["id"] == *id);
            found.map_or(Answer::Refused("there is no such record".to_owned()), |record| {
                Answer::Gives(record["display_name"].clone())
            })
        }
        other => other.clone(),
    };
    let names = names.as_array().into_iter().flatten();
    names
        .map(|pair| {
            Case::new(
                "read_and_names/display_names",
                format!("{model} {}", pair[0]),
                format!("display name of {model} {}", pair[0]),
                vec![("model", model.to_owned())],
                &Answer::Gives(pair[1].clone()),
                &of(&pair[0]),
            )
        })
        .collect()
}

fn name_search(stand: &Stand, search: &Value) -> Case {
    let model = search["model"].as_str().unwrap_or_default();
    let mut arguments = search["kwargs"].as_object().cloned().unwrap_or_default();
    arguments.insert("name".to_owned(), search["name"].clone());
    let got = stand.model_method(ADMIN, model, "name_search", &Value::Object(arguments.clone()));
    Case::new(
        "read_and_names/name_search",
        format!("{model} {}", search["name"]),
        format!("{model}.name_search {}", Value::Object(arguments)),
        vec![
            ("model", model.to_owned()),
            ("name", search["name"].as_str().unwrap_or_default().to_owned()),
        ],
        &Answer::expected(search, |search| search["result"].clone()),
        &got,
    )
}

/// A case that is recorded by its label only. `None` if it concerns the other system's protocol.
fn misc(stand: &Stand, label: &str, expected: &Value) -> Option<Case> {
    let model = "sale.order";
    let call = |method: &str, arguments: Value| stand.model_method(ADMIN, model, method, &arguments);
    let read = |ids: &Value| call("read", json!({"ids": ids, "fields": ["name"]}));
    let ids = |expected: &Value| -> Value {
        let records = expected.as_array().into_iter().flatten();
        records.map(|record| record["id"].clone()).collect()
    };
    let got = match label {
        "search_count all orders" => call("search_count", json!({"domain": []})),
        "search limit None" => call("search", json!({"domain": [], "limit": null}))
            .map(|found| found.as_array().map_or(Value::Null, |found| found.len().into())),
        "read duplicates" | "read order kept" => read(&ids(expected)),
        "read load False" => call(
            "read",
            json!({"ids": ids(expected), "fields": ["partner_id", "order_line"]}),
        ),
        "exists" => call("exists", json!({"ids": [expected[0], 999_999]})),
        _ => return None,
    };
    let facets = vec![("label", label.to_owned())];
    let expected = Answer::Gives(expected.clone());
    Some(Case::new("read_and_names/misc", label, label, facets, &expected, &got))
}
