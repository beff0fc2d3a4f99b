//! Every operation of the API document, as each kind of caller: whether the answer is what the declared rights say.

use orm::def::{Group, Operation};
use orm::registry::ModelInfo;
use orm::{Runtime, builtin};
use serde_json::{Value, json};
use tests::{Body, Reply, Server, execute};

use super::tokens;
use super::user::{User, log_in};

/// Whoever makes a request.
struct Role {
    name: &'static str,
    /// `None` for somebody without a token.
    token: Option<String>,
    /// The token is not valid any more.
    expired: bool,
    groups: &'static [&'static str],
    administrator: bool,
}

/// What an operation of the document needs.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Needs {
    /// Nothing: everybody may call it.
    Nothing,
    /// A valid token.
    Token,
    /// A right to the model.
    Right(Operation),
}

/// What an operation needs, by its path and verb. Panics for one that is not known: it needs a case.
fn needs(path: &str, verb: &str) -> Needs {
    let Some(rest) = path.strip_prefix("/restful/api/v1/") else {
        return match path {
            "/livez"
            | "/readyz"
            | "/rest/api/login/token"
            | "/rest/api/login/oidc"
            | "/rest/api/login/oidc/callback" => Needs::Nothing,
            "/rest/api/logout"
            | "/rest/api/logout/token"
            | "/rest/api/password"
            | "/rest/api/tokens"
            | "/rest/api/tokens/{token_id}" => Needs::Token,
            _ => panic!("{verb} {path} has no case"),
        };
    };
    let parts: Vec<&str> = rest.split('/').skip(1).collect();
    let method = match parts.as_slice() {
        [] | ["{id}"] => None,
        ["{id}", method] => Some(*method),
        [method] => Some(*method),
        _ => panic!("{verb} {path} has no case"),
    };
    Needs::Right(match (verb, method) {
        ("get", None) => Operation::Read,
        ("post", None) => Operation::Create,
        ("put" | "patch", None) => Operation::Write,
        ("delete", None) => Operation::Delete,
        (_, Some("access")) if parts.len() == 1 => return Needs::Token,
        (_, Some("write" | "action_archive" | "action_unarchive" | "toggle_active")) => Operation::Write,
        (_, Some("unlink")) => Operation::Delete,
        (_, Some("create" | "name_create" | "copy" | "default_get")) => Operation::Create,
        // A method that a model declares is called on a record that the caller finds; what it does is checked then.
        (_, Some(_)) => Operation::Read,
        _ => panic!("{verb} {path} has no case"),
    })
}

/// Whether the definitions give a role the right.
fn has_right(model: &ModelInfo, role: &Role, operation: Operation) -> bool {
    let catalogue = models::catalogue();
    let known: Vec<Group> = (catalogue.iter().flat_map(|(def, _)| def.access))
        .filter_map(|right| right.group)
        .collect();
    let own = known.iter().filter(|group| role.groups.contains(&group.name));
    let own: Vec<&str> = own.flat_map(|group| with_implied(*group)).collect();
    let rights = model.def.access.iter();
    let mut given = rights.filter(|right| right.group.is_none_or(|group| own.contains(&group.name)));
    role.administrator || given.any(|right| right.operations.contains(&operation))
}

/// The names of a group, and of all groups that it implies.
fn with_implied(group: Group) -> Vec<&'static str> {
    let (mut names, mut open) = (Vec::new(), vec![group]);
    while let Some(group) = open.pop() {
        names.push(group.name);
        open.extend(group.implies.iter().map(|implied| **implied));
    }
    names
}

fn roles(server: &Server) -> Vec<Role> {
    let role = |name, token: Option<String>, groups| Role {
        name,
        token,
        expired: name == "expired",
        groups,
        administrator: name == "administrator",
    };
    let made = |login, groups: &'static [&'static str]| Some(User::create(server, login, groups).token);
    let expired = log_in(server, "sofia");
    execute(
        &server.database,
        "UPDATE auth_token SET expires = created WHERE user_id = 3",
    );
    const PORTAL: &[&str] = &["User types / Portal"];
    const SALESMAN: &[&str] = &["Sales / User: Own Documents Only"];
    const MANAGER: &[&str] = &["Sales / Administrator"];
    vec![
        role("none", None, &[]),
        role("expired", Some(expired), &[]),
        role("portal", made("pia", PORTAL), PORTAL),
        role("salesman", made("sam", SALESMAN), SALESMAN),
        role("manager", made("mia", MANAGER), MANAGER),
        role("administrator", Some(server.token.clone()), &[]),
    ]
}

/// Sends a request that changes nothing: of a record that is not there, or with a body that says nothing.
fn send(server: &Server, role: &Role, verb: &str, path: &str) -> Reply {
    let body = match (verb, path.rsplit('/').next().unwrap_or_default()) {
        ("post" | "patch" | "put", "write" | "unlink") if !path.contains("/999999999/") => r#"{"ids": [], "vals": {}}"#,
        _ => "{}",
    };
    let body = match path.ends_with("/unlink") && !path.contains("/999999999/") {
        true => r#"{"ids": []}"#,
        false => body,
    };
    let body = match verb {
        "get" | "delete" => Body::None,
        _ => Body::Json(body.as_bytes()),
    };
    let headers: Vec<(&str, &str)> = role
        .token
        .iter()
        .map(|token| ("access-token", token.as_str()))
        .collect();
    server.raw(&verb.to_uppercase(), path, &headers, body)
}

/// Checks one operation as each role.
fn covers(server: &Server, roles: &[Role], (verb, path): (&str, &str), needs: Needs, model: Option<&ModelInfo>) {
    for role in roles {
        // It would end the token.
        if path.contains("/logout") && !role.expired && role.token.is_some() {
            continue;
        }
        let reply = send(server, role, verb, path);
        let said = format!("{verb} {path} as {}: {} {}", role.name, reply.status, reply.text());
        assert!(reply.status < 500, "{said}");
        let known = role.token.is_some() && !role.expired;
        match (needs, model) {
            (Needs::Nothing, _) => {}
            _ if !known => assert_eq!(reply.status, 401, "{said}"),
            (Needs::Right(operation), Some(model)) if !has_right(model, role, operation) => {
                assert_eq!(reply.status, 403, "{said}");
                assert!(
                    reply.json()["detail"]
                        .as_str()
                        .unwrap()
                        .starts_with("you have no right to"),
                    "{said}"
                );
            }
            _ => assert!(!matches!(reply.status, 401 | 403), "{said}"),
        }
    }
}

#[test]
fn every_operation_answers_as_the_rights_say() {
    let server = Server::demo();
    let roles = roles(&server);
    let runtime = Runtime::new(&models::catalogue()).unwrap();
    let document = server.raw("GET", "/openapi/v1.json", &[], Body::None).ok();
    let mut checked = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        let verbs = operations.as_object().unwrap().iter();
        for (verb, _) in verbs.filter(|(_, operation)| operation.get("operationId").is_some()) {
            let needs = needs(path, verb);
            let filled = path
                .replace("{id}", "999999999")
                .replace("{method}", "read")
                .replace("{token_id}", "none");
            let named = filled
                .strip_prefix("/restful/api/v1/")
                .and_then(|rest| rest.split('/').next());
            match named {
                Some("{model}") => {
                    for model in runtime.models().iter().filter(|model| model.def.api) {
                        let path = filled.replace("{model}", model.def.name);
                        let method = path.rsplit('/').next().unwrap_or_default();
                        let on_records = path.contains("/999999999/");
                        if builtin::find(model, on_records, method).is_none() || method == "toggle_active" {
                            continue; // such as archiving, of models with the field `active` only
                        }
                        covers(&server, &roles, (verb, &path), needs, Some(model));
                    }
                }
                Some(name) => covers(&server, &roles, (verb, &filled), needs, runtime.find(name)),
                None => covers(&server, &roles, (verb, &filled), needs, None),
            }
            checked += 1;
        }
    }
    assert!(checked > 150, "{checked} operations");
}

/// The document of a caller leaves out what he has no right to.
#[test]
fn a_document_has_what_its_reader_may_call() {
    let server = Server::demo();
    let salesman = User::create(&server, "sam", &["Sales / User: Own Documents Only"]);
    let document = |headers: &[(&str, &str)]| server.raw("GET", "/openapi/v1.json", headers, Body::None).ok();
    let verbs = |document: &Value, path: &str| -> Vec<String> {
        let operations = document["paths"][format!("/restful/api/v1/{path}")].as_object();
        let verbs = operations
            .into_iter()
            .flatten()
            .filter(|(_, value)| value.get("operationId").is_some());
        let mut verbs: Vec<String> = verbs.map(|(verb, _)| verb.clone()).collect();
        verbs.sort();
        verbs
    };
    let whole = document(&[]);
    let own = document(&[("access-token", &salesman.token)]);
    assert_eq!(verbs(&whole, "sale.order/{id}"), ["delete", "get", "patch", "put"]);
    assert_eq!(verbs(&own, "sale.order/{id}"), ["get", "patch", "put"]);
    assert_eq!(verbs(&own, "sale.order"), ["get", "post"]);
    assert_eq!(verbs(&own, "product.product/{id}"), ["get"]);
    assert_eq!(verbs(&own, "account.move"), [""; 0]);
    assert_eq!(document(&[("access-token", &server.token)])["paths"], whole["paths"]);
    server
        .raw(
            "GET",
            "/openapi/v1.json",
            &[("access-token", "access_token_0")],
            Body::None,
        )
        .problem(401, "unauthenticated");
    // A token that is limited reads the document of what it is for.
    let limited = |scope: &Value| {
        let made = tokens::key(&server, &server.token, scope);
        document(&[("access-token", tokens::text(&made))])
    };
    let paths = |document: &Value| -> Vec<String> { document["paths"].as_object().unwrap().keys().cloned().collect() };
    let orders = limited(&json!({"models": ["sale.order"]}));
    let named = |path: &&String| path.starts_with("/restful/api/v1/") && !path.contains("{model}");
    assert!(
        paths(&orders)
            .iter()
            .filter(named)
            .all(|path| path.contains("/sale.order")),
        "{orders}"
    );
    assert_eq!(verbs(&orders, "sale.order/{id}"), ["delete", "get", "patch", "put"]);
    assert_eq!(verbs(&orders, "{model}/search"), ["post"]);
    assert_eq!(
        orders["components"]["parameters"]["path.model"]["schema"]["enum"],
        json!(["sale.order"])
    );
    assert!(!paths(&orders).contains(&"/rest/api/password".to_owned()));
    let reading = limited(&json!({"read_only": true}));
    assert_eq!(verbs(&reading, "sale.order"), ["get"]);
    assert_eq!(verbs(&reading, "sale.order/{id}"), ["get"]);
    assert_eq!(verbs(&reading, "sale.order/{id}/action_confirm"), [""; 0]);
    assert_eq!(verbs(&reading, "{model}/create"), [""; 0]);
    assert_eq!(verbs(&reading, "{model}/search"), ["post"]);
    assert_eq!(reading["paths"]["/rest/api/tokens"].as_object().unwrap().len(), 1);
    assert!(!paths(&reading).contains(&"/rest/api/password".to_owned()));
    assert!(paths(&reading).contains(&"/rest/api/logout".to_owned()));
    // No table of contents for models that are not there.
    let tags = |document: &Value| document["tags"].as_array().map_or(0, Vec::len);
    assert!(tags(&own) < tags(&whole));
    assert_eq!(json!(null), own["paths"]["/restful/api/v1/account.move"]);
}
