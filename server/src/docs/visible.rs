//! The document of a caller: without what he has no right to.

use std::collections::BTreeSet;

use orm::Env;
use orm::def::Operation;
use serde_json::{Map, Value};

use crate::api::BASE;

/// The document without the operations on models that the caller has no right to, and without the tags that are left
/// with none.
pub(super) fn visible(document: &Value, env: &Env<'_>) -> Value {
    let mut visible = document.clone();
    let Some(paths) = visible.get_mut("paths").and_then(Value::as_object_mut) else {
        return visible;
    };
    for (path, item) in paths.iter_mut() {
        if let Some(item) = item.as_object_mut() {
            keep_allowed(path, item, env);
        }
    }
    paths.retain(|_, item| item.as_object().is_some_and(|item| item.values().any(is_operation)));
    let used: BTreeSet<String> = (paths.values().filter_map(Value::as_object))
        .flat_map(|item| item.values().filter(|value| is_operation(value)))
        .filter_map(|operation| operation["tags"].as_array())
        .flatten()
        .filter_map(|tag| tag.as_str().map(str::to_owned))
        .collect();
    if let Some(tags) = visible.get_mut("tags").and_then(Value::as_array_mut) {
        tags.retain(|tag| tag["name"].as_str().is_some_and(|name| used.contains(name)));
    }
    visible
}

fn is_operation(value: &Value) -> bool {
    value.get("operationId").is_some()
}

/// Removes the operations of a path that the caller has no right to.
fn keep_allowed(path: &str, item: &mut Map<String, Value>, env: &Env<'_>) {
    let rest = path.strip_prefix(BASE).and_then(|rest| rest.strip_prefix('/'));
    let mut parts = rest.into_iter().flat_map(|rest| rest.split('/'));
    let Some(model) = parts.next().and_then(|name| env.registry.find(name)) else {
        return;
    };
    let rest: Vec<&str> = parts.collect();
    item.retain(|verb, value| {
        let operation = match (verb.as_str(), rest.as_slice()) {
            ("post", []) => Operation::Create,
            ("put" | "patch", ["{id}"]) => Operation::Write,
            ("delete", ["{id}"]) => Operation::Delete,
            // A method is called on a record that the caller finds.
            _ => Operation::Read,
        };
        let method = match (verb.as_str(), rest.as_slice()) {
            ("post", [method] | ["{id}", method]) => Some(*method),
            _ => None,
        };
        let may_call = || method.is_none_or(|method| env.may_call(model, method).is_ok());
        !is_operation(value) || env.may(model, operation).is_ok() && may_call()
    });
}
