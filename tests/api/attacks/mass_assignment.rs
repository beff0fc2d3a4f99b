//! Fields that nobody may give a value: read-only ones, ids, who wrote a record and when, what is computed, and columns
//! that are no fields at all.

use orm::Runtime;
use orm::def::Kind;
use orm::registry::{FieldInfo, ModelInfo};
use serde_json::{Value, json};
use tests::{Server, dump};

/// A value of the field's kind, so that only the field is wrong about it.
fn fitting(kind: &Kind) -> Value {
    match kind {
        Kind::Bool => json!(true),
        Kind::Id | Kind::Int | Kind::BigInt | Kind::Many2one { .. } => json!(1),
        Kind::Float | Kind::Decimal { .. } | Kind::Monetary { .. } => json!(1.5),
        Kind::Date => json!("2024-01-01"),
        Kind::DateTime => json!("2024-01-01T00:00:00"),
        Kind::Selection { items, .. } => json!(items[0].value),
        Kind::One2many { .. } | Kind::Many2many { .. } => json!([[5]]),
        _ => json!("x"),
    }
}

/// What a model has but nobody gives it, with what is a guess at more: the columns of passwords and of rights.
fn unwritable(model: &ModelInfo) -> Vec<(String, Value)> {
    let closed = |field: &&FieldInfo| {
        field.def.readonly || field.def.secret || matches!(field.def.kind, Kind::Id | Kind::DisplayName)
    };
    let fields = model.fields.iter().filter(closed);
    let fields = fields.map(|field| (field.def.name.to_owned(), fitting(&field.def.kind)));
    let guesses = [
        "password",
        "new_password",
        "hash",
        "api_key",
        "administrator",
        "is_admin",
        "__proto__",
        "written_fields",
    ];
    let guesses = guesses.iter().filter(|name| model.field(name).is_none());
    fields
        .chain(guesses.map(|name| ((*name).to_owned(), json!("x"))))
        .collect()
}

/// An administrator gives each model each field that cannot be written, by every way to write.
#[test]
fn what_nobody_may_write_is_refused_at_its_place() {
    let server = Server::demo();
    let runtime = Runtime::new(&models::catalogue()).unwrap();
    let before = dump(&server.database);
    let mut refused = 0;
    for model in runtime
        .models()
        .iter()
        .filter(|model| model.def.api && model.def.is_writable())
    {
        let path = model.def.name;
        let ids = server.ids(path, &[("limit", "1"), ("active_test", "false")]);
        let fields = unwritable(model);
        for audit in [
            "id",
            "display_name",
            "create_uid",
            "create_date",
            "write_uid",
            "write_date",
        ] {
            assert!(
                fields.iter().any(|(name, _)| name == audit),
                "{path} has a writable `{audit}`"
            );
        }
        for (name, value) in fields {
            let body = json!({&name: value});
            let mut requests = vec![
                ("POST", path.to_owned(), body.clone(), format!("/{name}")),
                ("POST", path.to_owned(), json!([body]), format!("/0/{name}")),
                (
                    "POST",
                    format!("{path}/create"),
                    json!({"vals": body}),
                    format!("/vals/{name}"),
                ),
            ];
            for id in &ids {
                requests.push(("PUT", format!("{path}/{id}"), body.clone(), format!("/{name}")));
                let arguments = json!({"vals": body});
                requests.push(("POST", format!("{path}/{id}/write"), arguments, format!("/vals/{name}")));
                let arguments = json!({"ids": [id], "vals": body});
                requests.push(("POST", format!("{path}/write"), arguments, format!("/vals/{name}")));
                let arguments = json!({"default": body});
                requests.push((
                    "POST",
                    format!("{path}/{id}/copy"),
                    arguments,
                    format!("/default/{name}"),
                ));
            }
            for (method, path, body, pointer) in requests {
                let problem = server.send(method, &path, &body).problem(422, "invalid");
                let issues = problem["errors"].as_array().unwrap();
                let named = issues.iter().any(|issue| issue["pointer"] == pointer.as_str());
                assert!(named, "{method} {path} {body}: {problem}");
                refused += 1;
            }
        }
    }
    assert!(refused > 1_000, "{refused} requests");
    assert_eq!(dump(&server.database), before);
}

/// As above, in a record that is nested in another one: each relation to many, by a create and by an update below it.
#[test]
fn what_nobody_may_write_is_refused_below_other_records() {
    let server = Server::demo();
    let runtime = Runtime::new(&models::catalogue()).unwrap();
    let before = dump(&server.database);
    let mut refused = 0;
    for model in runtime
        .models()
        .iter()
        .filter(|model| model.def.api && model.def.is_writable())
    {
        let path = model.def.name;
        let Some(id) = server.ids(path, &[("limit", "1")]).first().copied() else {
            continue;
        };
        let to_many = model
            .fields
            .iter()
            .filter(|field| field.is_x2many() && !field.def.readonly);
        for (field, target) in to_many.filter_map(|field| field.target.map(|target| (field, runtime.model(target)))) {
            for (name, value) in unwritable(target) {
                let field = field.def.name;
                let body = json!({field: [[0, 0, {&name: value}], [1, 1, {&name: value}]]});
                let problem = server
                    .send("PUT", &format!("{path}/{id}"), &body)
                    .problem(422, "invalid");
                let issues = problem["errors"].as_array().unwrap();
                for pointer in [format!("/{field}/0/2/{name}"), format!("/{field}/1/2/{name}")] {
                    let named = issues.iter().any(|issue| issue["pointer"] == pointer.as_str());
                    assert!(named, "{path} {body}: {problem}");
                    refused += 1;
                }
            }
        }
    }
    assert!(refused > 500, "{refused} places");
    assert_eq!(dump(&server.database), before);
}

/// The body of an own token or password takes its members only.
#[test]
fn tokens_and_logins_take_their_members_only() {
    let server = Server::demo();
    for (path, body, name) in [
        (
            "/rest/api/tokens",
            json!({"name": "x", "expires_in_days": 1, "user_id": 1}),
            "user_id",
        ),
        (
            "/rest/api/tokens",
            json!({"name": "x", "expires_in_days": 1, "access_token": "access_token_mine"}),
            "access_token",
        ),
        (
            "/rest/api/password",
            json!({"old": "admin@123", "new": "x", "user_id": 3}),
            "user_id",
        ),
        (
            "/rest/api/password",
            json!({"old": "admin@123", "new": "x", "login": "sofia"}),
            "login",
        ),
    ] {
        let text = body.to_string();
        let headers = [("access-token", server.token.as_str())];
        let reply = server.raw("POST", path, &headers, tests::Body::Json(text.as_bytes()));
        let problem = reply.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], format!("/{name}"), "{problem}");
    }
}
