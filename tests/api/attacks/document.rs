//! The operations of the API document, with what can be sent to each: a new operation or parameter is attacked without
//! a word about it here.

use orm::Runtime;
use serde_json::{Map, Value};
use tests::{Body, Server};

/// An operation of one model, or of none.
pub(super) struct Operation {
    /// `get`, `post`, …
    pub(super) verb: String,
    /// The path, in which `{id}`, `{method}` and `{token_id}` are still to be filled in.
    pub(super) path: String,
    /// The names of its query parameters.
    pub(super) parameters: Vec<String>,
    /// The members that its body may have.
    pub(super) members: Vec<String>,
}

/// The operations of the whole document; those that are described once for all models are here once for each.
pub(super) fn operations(server: &Server) -> Vec<Operation> {
    let document = server.raw("GET", "/openapi/v1.json", &[], Body::None).ok();
    let runtime = Runtime::new(&models::catalogue()).unwrap();
    let exposed = runtime.models().iter().filter(|model| model.def.api);
    let models: Vec<&str> = exposed.map(|model| model.def.name).collect();
    let mut operations = Vec::new();
    for (path, verbs) in document["paths"].as_object().unwrap() {
        let paths: Vec<String> = match path.contains("{model}") {
            true => models.iter().map(|model| path.replace("{model}", model)).collect(),
            false => vec![path.clone()],
        };
        let verbs = verbs.as_object().unwrap().iter();
        for (verb, operation) in verbs.filter(|(_, operation)| operation.get("operationId").is_some()) {
            let (parameters, members) = (parameters(&document, operation), members(&document, operation));
            operations.extend(paths.iter().map(|path| Operation {
                verb: verb.clone(),
                path: path.clone(),
                parameters: parameters.clone(),
                members: members.clone(),
            }));
        }
    }
    operations
}

/// The names of the query parameters.
fn parameters(document: &Value, operation: &Value) -> Vec<String> {
    let listed = operation["parameters"].as_array().into_iter().flatten();
    let query = listed.map(|parameter| resolved(document, parameter));
    let query = query.filter(|parameter| parameter["in"] == "query");
    query
        .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
        .collect()
}

/// The members of the body's object; of its items, where it may be a list.
fn members(document: &Value, operation: &Value) -> Vec<String> {
    let body = resolved(document, &operation["requestBody"]);
    let schema = &body["content"]["application/json"]["schema"];
    let mut open = vec![schema];
    let mut names = Map::new();
    while let Some(schema) = open.pop() {
        let schema = resolved(document, schema);
        for several in ["oneOf", "anyOf", "allOf"] {
            open.extend(schema[several].as_array().into_iter().flatten());
        }
        open.extend(schema.get("items"));
        names.extend(schema["properties"].as_object().cloned().unwrap_or_default());
    }
    names.keys().cloned().collect()
}

/// What a `$ref` stands for; everything else stands for itself.
fn resolved<'d>(document: &'d Value, part: &'d Value) -> &'d Value {
    match part["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => part,
    }
}
