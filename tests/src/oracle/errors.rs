//! Cases of `error_cases.json`: calls of methods that are refused, and some that are not.

use serde_json::{Map, Value, json};

use super::case::{Answer, Case};
use super::stand::{ADMIN, Stand};

pub(super) fn run(stand: &Stand, facts: &Value) -> Result<Vec<Case>, String> {
    let cases = facts["cases"].as_array().ok_or("error_cases: no cases")?;
    Ok(cases.iter().map(|case| one(stand, case)).collect())
}

fn one(stand: &Stand, case: &Value) -> Case {
    let text = |name: &str| case[name].as_str().unwrap_or_default();
    let (label, user, model, method) = (text("label"), text("user"), text("model"), text("method"));
    let got = match case.get("method") {
        Some(_) => call(stand, user, model, method, &case["args"], &case["kwargs"]),
        None => protocol(stand, label),
    };
    let refused = case["http_status"].as_u64().is_some_and(|status| status >= 400);
    let expected = match refused {
        true => Answer::Refused("an HTTP error".to_owned()),
        false => Answer::expected(case, |case| meaning(method, &case["result"])),
    };
    Case::new(
        "error_cases",
        label.trim(),
        format!("{user} {model}.{method} {} {}", case["args"], case["kwargs"]),
        vec![
            ("label", label.trim().to_owned()),
            ("user", user.to_owned()),
            ("model", model.to_owned()),
            ("method", method.to_owned()),
        ],
        &expected,
        &got.map(|value| meaning(method, &value)),
    )
}

/// The part of a result that is compared. Of a new record, only its existence is: ids differ.
fn meaning(method: &str, result: &Value) -> Value {
    match method {
        "create" | "copy" => Value::Bool(true),
        "read" => {
            let records = result.as_array().into_iter().flatten();
            records
                .map(|record| Value::Object(record.as_object().cloned().unwrap_or_default()))
                .collect()
        }
        _ => result.clone(),
    }
}

/// Sends a recorded call as a request of this API.
fn call(stand: &Stand, user: &str, model: &str, method: &str, args: &Value, kwargs: &Value) -> Answer {
    let first = &args[0];
    // This API updates one record with each request. The recorded calls name only one.
    let record = |method: &str, path: &str, body: Option<&Value>| {
        let id = match &first[0] {
            Value::String(id) => id.clone(),
            id => id.to_string(),
        };
        Answer::of(
            &stand.call(user, method, &format!("{model}/{id}{path}"), body),
            |body| body,
        )
    };
    match method {
        "search" => {
            let mut arguments = kwargs.as_object().cloned().unwrap_or_default();
            arguments.insert("domain".to_owned(), first.clone());
            stand.model_method(user, model, "search", &Value::Object(arguments))
        }
        "create" => match args.as_array().map(Vec::as_slice) {
            Some([]) => Answer::of(&stand.call(user, "POST", model, None), |body| body),
            _ => stand.create(user, model, first),
        },
        "read" => stand.model_method(user, model, "read", &json!({"ids": first, "fields": args[1]})),
        "write" => record("PATCH", "", Some(&args[1])),
        "unlink" => record("DELETE", "", None),
        method => record("PATCH", &format!("/{method}"), Some(&Value::Object(Map::new()))),
    }
}

/// Sends the closest equivalent of a case about the other system's protocol.
fn protocol(stand: &Stand, label: &str) -> Answer {
    let login = "/rest/api/login/token";
    let reply = match label {
        "wrong password" => stand.raw(
            "POST",
            login,
            Some(&json!({"login": ADMIN, "password": "no", "db": "no"})),
        ),
        "too few arguments" => stand.raw("POST", login, Some(&json!({"login": ADMIN}))),
        "unknown uid" => stand.raw("GET", "/restful/api/v1/sale.order", None),
        _ => stand.raw("GET", "/no/such/path", None),
    };
    Answer::of(&reply, |body| body)
}
