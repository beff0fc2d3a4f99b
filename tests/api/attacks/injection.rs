//! SQL and names of tables in everything that is sent: it is text, and nothing else.

use orm::Runtime;
use orm::def::Kind;
use serde_json::{Value, json};
use tests::{Body, Reply, Server, dump, encode};

use super::document::{Operation, operations};

/// Text that would end a string, a name, a pattern, a comment or a statement, and a word that does none of it. Both are
/// to be treated alike.
const HOSTILE: [&str; 3] = [
    "x' OR '1'='1'; DROP TABLE auth_token; --",
    "x\" OR \"id\" > 0 /* \\ $1 ? :a",
    "x') UNION SELECT hash FROM auth_password -- \u{2bc}",
];
const HARMLESS: &str = "no such word anywhere";

fn filled(path: &str, id: &str) -> String {
    path.replace("{id}", id)
        .replace("{method}", "read")
        .replace("{token_id}", id)
}

/// Whether an operation would end the token with which the test asks.
fn ends_the_token(operation: &Operation) -> bool {
    operation.path.contains("/logout")
}

fn send(server: &Server, verb: &str, path: &str, body: Option<&Value>) -> Reply {
    let text = body.map(Value::to_string);
    let body = match (verb, &text) {
        ("get" | "delete", _) => Body::None,
        (_, text) => Body::Json(text.as_deref().unwrap_or("{}").as_bytes()),
    };
    server.raw(&verb.to_uppercase(), path, &[("access-token", &server.token)], body)
}

/// What an answer says, without what repeats the sent text: the status, and the records or the code of the refusal.
fn gist(reply: &Reply) -> (u16, String) {
    match reply.status {
        200 => (200, reply.text()),
        status => (status, reply.json()["code"].to_string()),
    }
}

/// Every query parameter of every operation: a filter finds what it would find with another word, or is refused as with
/// another word.
#[test]
fn values_of_parameters_are_never_sql() {
    let server = Server::demo();
    let mut sent = 0;
    for operation in operations(&server).iter().filter(|operation| operation.verb == "get") {
        let path = filled(&operation.path, "1");
        for parameter in &operation.parameters {
            // A login may be refused because of earlier ones, and it changes what is stored.
            if path.starts_with("/rest/api/login") {
                continue;
            }
            let ask = |value: &str| {
                let query = encode(&[(parameter, value)]);
                gist(&send(&server, "get", &format!("{path}{query}"), None))
            };
            let expected = ask(HARMLESS);
            assert!(
                matches!(expected.0, 200 | 400 | 404),
                "{path} {parameter}: {expected:?}"
            );
            for hostile in HOSTILE {
                assert_eq!(ask(hostile), expected, "{path}?{parameter}={hostile}");
                sent += 1;
            }
        }
    }
    assert!(sent > 3_000, "{sent} requests");
}

/// The names of parameters, the parts of paths and the chosen companies.
#[test]
fn names_and_paths_are_never_sql() {
    let server = Server::demo();
    let before = dump(&server.database);
    for operation in operations(&server) {
        if ends_the_token(&operation) || operation.path.starts_with("/rest/api/login") {
            continue;
        }
        for hostile in HOSTILE {
            let encoded = encode(&[("x", hostile)]).replace("?x=", "");
            for name in [hostile.to_owned(), format!("name{hostile}"), format!("name__{hostile}")] {
                let query = encode(&[(&name, "1")]);
                let path = format!("{}{query}", filled(&operation.path, "1"));
                let status = send(&server, &operation.verb, &path, None).status;
                // Health checks and documents take no notice of parameters.
                let expected = if path.starts_with("/restful") {
                    400..=422
                } else {
                    200..=422
                };
                assert!(expected.contains(&status), "{} {path}: {status}", operation.verb);
            }
            if operation.path.contains('{') {
                let path = filled(&operation.path, &encoded);
                let status = send(&server, &operation.verb, &path, None).status;
                assert!((400..=422).contains(&status), "{} {path}: {status}", operation.verb);
            }
        }
    }
    let [one, ..] = HOSTILE.map(|hostile| encode(&[("x", hostile)]).replace("?x=", ""));
    for path in [
        one.clone(),
        format!("res.partner{one}"),
        format!("res_partner/{one}"),
        format!("res.partner/{one}/read"),
        format!("res.partner/11/{one}"),
        format!("res.partner/11/read{one}"),
    ] {
        for verb in ["get", "post", "put", "patch", "delete"] {
            let status = send(&server, verb, &format!("/restful/api/v1/{path}"), None).status;
            assert!((400..=422).contains(&status), "{verb} {path}: {status}");
        }
    }
    for companies in ["1 OR 1=1", "1);--", "1,(SELECT 1)", "1 UNION SELECT 2"] {
        let headers = [("access-token", server.token.as_str()), ("company-ids", companies)];
        server
            .raw("GET", "/restful/api/v1/sale.order", &headers, Body::None)
            .problem(400, "invalid");
    }
    assert_eq!(dump(&server.database), before);
}

/// Every member of every body, as the name of a member and as its value.
#[test]
fn members_of_bodies_are_never_sql() {
    let server = Server::demo();
    let before = dump(&server.database);
    let mut sent = 0;
    for operation in operations(&server) {
        let other = ends_the_token(&operation) || operation.path.starts_with("/rest/api/login");
        if other || operation.members.is_empty() {
            continue;
        }
        // No such record: whatever is right about the body, nothing is written.
        let path = filled(&operation.path, "999999999");
        for member in &operation.members {
            for value in [json!(HOSTILE[0]), json!([HOSTILE[1]]), json!({HOSTILE[2]: 1})] {
                // A member that is not there makes sure that nothing is written either.
                let body = json!({member: value, HOSTILE[0]: 1});
                let reply = send(&server, &operation.verb, &path, Some(&body));
                let said = format!("{} {path} {body}: {} {}", operation.verb, reply.status, reply.text());
                assert!((400..=422).contains(&reply.status), "{said}");
                sent += 1;
            }
        }
    }
    assert!(sent > 1_000, "{sent} requests");
    assert_eq!(dump(&server.database), before);
}

/// Conditions, orders and fields as methods take them, and the operators of conditions.
#[test]
fn conditions_of_methods_are_never_sql() {
    let server = Server::demo();
    let before = dump(&server.database);
    for hostile in HOSTILE {
        for (method, arguments) in [
            ("search", json!({"domain": [[hostile, "=", 1]]})),
            ("search", json!({"domain": [["name", hostile, 1]]})),
            ("search", json!({"domain": [[format!("parent_id.{hostile}"), "=", 1]]})),
            ("search", json!({"domain": [hostile, ["name", "=", 1]]})),
            ("search", json!({"domain": hostile})),
            ("search", json!({"order": format!("name {hostile}")})),
            ("search", json!({"order": hostile})),
            ("search_read", json!({"fields": [hostile]})),
            ("name_search", json!({"operator": hostile})),
            ("read", json!({"ids": [hostile]})),
            ("fields_get", json!({"fields": [hostile]})),
            ("default_get", json!({"fields": [hostile]})),
        ] {
            let reply = server.send("POST", &format!("res.partner/{method}"), &arguments);
            assert_eq!(reply.status, 422, "{method} {arguments}: {}", reply.text());
        }
        for operator in ["=", "!=", "like", "ilike", "not ilike", "child_of", "parent_of"] {
            let ask = |value: &str| {
                let domain = json!({"domain": [["parent_id", operator, value]], "order": "id"});
                server.send("POST", "res.partner/search", &domain).ok()
            };
            assert_eq!(ask(hostile), ask(HARMLESS), "{operator} {hostile}");
        }
    }
    assert_eq!(dump(&server.database), before);
}

/// Every text of every model is kept as it was sent, or refused.
#[test]
fn texts_are_stored_as_they_are_sent() {
    let server = Server::demo();
    let runtime = Runtime::new(&models::catalogue()).unwrap();
    let mut kept = 0;
    for model in runtime
        .models()
        .iter()
        .filter(|model| model.def.api && model.def.is_writable())
    {
        let name = model.def.name;
        let Some(id) = server
            .ids(name, &[("limit", "1"), ("active_test", "false")])
            .first()
            .copied()
        else {
            continue;
        };
        let texts = (model.fields.iter()).filter(|field| matches!(field.def.kind, Kind::Char { .. } | Kind::Text));
        for field in texts.filter(|field| !field.def.readonly && !field.def.secret) {
            for hostile in HOSTILE {
                let reply = server.send("PUT", &format!("{name}/{id}"), &json!({field.def.name: hostile}));
                if reply.status != 200 {
                    reply.problem(422, "invalid");
                    continue;
                }
                kept += 1;
                let record = server.record(name, id, field.def.name);
                assert_eq!(record[field.def.name], hostile, "{name}.{}", field.def.name);
                let found = server.ids(name, &[(field.def.name, hostile), ("active_test", "false")]);
                assert!(found.contains(&id), "{name}.{}", field.def.name);
            }
        }
    }
    assert!(kept > 100, "{kept} texts");
}
