//! Fields that a caller may not see: no parameter, body or refusal tells what they hold, and those that are secret are
//! not there at all.

use orm::Runtime;
use orm::registry::FieldInfo;
use serde_json::{Value, json};
use tests::{Body, Reply, Server, execute};

use super::super::user::User;

/// A request: its method, its path and its body.
type Probe = (&'static str, String, Value);

/// The ways to name a field in a request about the model `base`, each with `path` in its place.
fn probes(base: &str, path: &str) -> Vec<Probe> {
    let mut probes: Vec<Probe> = Vec::new();
    let suffixes = [
        "",
        "__ne",
        "__gt",
        "__ge",
        "__lt",
        "__le",
        "__in",
        "__not_in",
        "__like",
        "__ilike",
        "__not_ilike",
        "__not_like",
        "__eq_like",
        "__eq_ilike",
        "__eq_if_given",
        "__any",
        "__not_any",
        "__startswith",
        "__child_of",
        "__parent_of",
        "_start",
        "_end",
    ];
    for suffix in suffixes {
        probes.push(("GET", format!("{base}?FIELD{suffix}=a"), Value::Null));
    }
    for query in [
        "FIELD__is_set=true",
        "FIELD.name=a",
        "create_uid.FIELD.name=a",
        "order=FIELD",
        "order=id,FIELD%20desc",
        "order=FIELD.name",
        "fields=FIELD",
        "fields=id,FIELD(name)",
        "fields=child_ids(id;FIELD=a)",
        "fields=child_ids(;order=FIELD)",
        "fields=line_ids(;FIELD__gt=1;limit=1)",
        "order=FIELD&cursor=*",
        "group_by=FIELD",
        "group_by=id,FIELD.name",
        "group_by=id&aggregate=FIELD",
        "group_by=id&aggregate=n:count(FIELD)",
        "group_by=id&aggregate=FIELD.name:max",
    ] {
        probes.push(("GET", format!("{base}?{query}"), Value::Null));
    }
    probes.push(("GET", format!("{base}/1?fields=FIELD"), Value::Null));
    for operator in [
        "=",
        "!=",
        ">",
        "in",
        "like",
        "ilike",
        "not ilike",
        "=like",
        "=?",
        "any",
        "child_of",
    ] {
        let domain = json!({"domain": [["FIELD", operator, "a"]]});
        probes.push(("POST", format!("{base}/search"), domain.clone()));
        probes.push(("POST", format!("{base}/search_count"), domain));
    }
    for (method, arguments) in [
        ("search", json!({"order": "FIELD"})),
        ("search_read", json!({"fields": ["FIELD"]})),
        ("search_read", json!({"order": "FIELD desc"})),
        ("read", json!({"ids": [1], "fields": ["FIELD"]})),
        ("read_group", json!({"groupby": "FIELD"})),
        ("read_group", json!({"groupby": ["id", "FIELD"]})),
        ("read_group", json!({"groupby": "id", "fields": ["FIELD:array_agg"]})),
        ("name_search", json!({"domain": [["FIELD", "=", "a"]]})),
        ("default_get", json!({"fields": ["FIELD"]})),
        ("fields_get", json!({"fields": ["FIELD"]})),
        ("create", json!({"vals": {"FIELD": "a"}})),
        ("write", json!({"ids": [1], "vals": {"FIELD": "a"}})),
        ("1/copy", json!({"default": {"FIELD": "a"}})),
        ("1/read", json!({"fields": ["FIELD"]})),
    ] {
        probes.push(("POST", format!("{base}/{method}"), arguments));
    }
    probes.push(("POST", base.to_owned(), json!({"FIELD": "a"})));
    probes.push(("PUT", format!("{base}/1"), json!({"FIELD": "a"})));
    for (_, place, body) in &mut probes {
        *place = place.replace("FIELD", path);
        *body = serde_json::from_str(&body.to_string().replace("FIELD", path)).unwrap();
    }
    probes
}

fn put(probe: &Probe, name: &str) -> Probe {
    let (method, path, body) = probe;
    let body = serde_json::from_str(&body.to_string().replace("FIELD", name)).unwrap();
    (method, path.replace("FIELD", name), body)
}

/// The status and the text of an answer, with the field's name replaced.
fn gist(reply: &Reply, name: &str) -> (u16, String) {
    let text = reply.text().replace(name, "FIELD");
    let (text, _) = text.split_once("\"instance\"").unwrap_or((&text, ""));
    (reply.status, text.to_owned())
}

/// Secret fields are answered as fields that do not exist, to everybody.
#[test]
fn secret_fields_are_as_missing_ones() {
    let server = Server::demo();
    let runtime = Runtime::new(&models::catalogue()).unwrap();
    let mut probed = 0;
    for model in runtime.models().iter().filter(|model| model.def.api) {
        // In the models of the fields themselves, and in those that have them from their delegate.
        for field in model.fields.iter().filter(|field| field.def.secret) {
            let secret = field.def.name;
            // As long, and as unlike every other name.
            let missing = "q".repeat(secret.len());
            for probe in probes(model.def.name, "FIELD") {
                let told = [secret, &missing].map(|name| {
                    let (method, path, body) = put(&probe, name);
                    let body = body.to_string();
                    let body = if method == "GET" {
                        Body::None
                    } else {
                        Body::Json(body.as_bytes())
                    };
                    gist(&server.call(method, &path, body), name)
                });
                let without_hints = told.map(|(status, text)| (status, without_hint(&text)));
                assert_eq!(without_hints[0], without_hints[1], "{secret}: {probe:?}");
                probed += 1;
            }
        }
    }
    assert!(probed > 100, "{probed} probes");
    // Nor is it suggested to who mistypes it.
    let problem = server
        .get("res.partner", &[("fields", "signup_toke")])
        .problem(400, "invalid");
    assert!(
        !problem["detail"].as_str().unwrap().contains("signup_token"),
        "{problem}"
    );
}

/// A text without the names that a refusal suggests: those are near to what was sent, whatever that is.
fn without_hint(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once("; did you mean ") {
        kept += before;
        rest = after.split_once('?').map_or("", |(_, rest)| rest);
    }
    kept + rest
}

/// A field of groups tells nothing to others, by whichever way they come to its model: each question is refused, and the
/// same whatever the field holds. (`orm/tests/rights` asks somebody who sees the rest of the model.)
#[test]
fn fields_of_groups_tell_others_nothing() {
    let server = Server::demo();
    let portal = User::create(&server, "pia", &["User types / Portal"]);
    let runtime = Runtime::new(&models::catalogue()).unwrap();
    let mut fields = 0;
    for model in runtime.models().iter().filter(|model| model.def.api) {
        let (name, table) = (model.def.name, model.def.table);
        let guarded = |field: &&FieldInfo| !field.def.groups.is_empty() && field.inherited().is_none();
        for field in model.fields.iter().filter(guarded) {
            let own = probes(name, "FIELD");
            let lines = probes("sale.order.line", "product_id.FIELD");
            let templates = probes("sale.order.line", "product_id.product_tmpl_id.FIELD");
            let probes: Vec<Probe> = own.into_iter().chain(lines).chain(templates).collect();
            let ask = || -> Vec<(u16, String)> {
                let answers = probes.iter().map(|probe| {
                    let (method, path, body) = put(probe, field.def.name);
                    let reply = portal.send(method, &path, &body);
                    assert!(reply.status >= 400, "{method} {path} {body}: {}", reply.text());
                    gist(&reply, field.def.name)
                });
                answers.collect()
            };
            let before = ask();
            assert!(before.iter().any(|(status, _)| *status == 403));
            execute(&server.database, &format!("UPDATE {table} SET {} = 42", field.def.name));
            assert_eq!(ask(), before, "{name}.{}", field.def.name);
            fields += 1;
        }
    }
    assert!(fields >= 2, "{fields} fields");
}
