//! The document of a caller: without what his token is not for, and without what he has no right to.

use std::collections::BTreeSet;

use orm::Env;
use orm::builtin::{self, METHODS};
use orm::def::Operation;
use serde_json::Value;

use crate::api::BASE;
use crate::auth::{Scope, Wanted};

/// Where the document lists the names of models that stand for `{model}` in a path.
const MODEL_NAMES: &str = "/components/parameters/path.model/schema/enum";

/// The document without the operations that the caller may not call, and without the tags and the names of models that
/// are left with none.
pub(super) fn visible(document: &Value, env: &Env<'_>, scope: &Scope) -> Value {
    let mut visible = document.clone();
    let Some(paths) = visible.get_mut("paths").and_then(Value::as_object_mut) else {
        return visible;
    };
    for (path, item) in paths.iter_mut() {
        if let Some(item) = item.as_object_mut() {
            item.retain(|verb, value| !is_operation(value) || may_call(path, verb, env, scope));
        }
    }
    paths.retain(|_, item| item.as_object().is_some_and(|item| item.values().any(is_operation)));
    let models: BTreeSet<String> = paths
        .keys()
        .filter_map(|path| Some(parts(path)?.0.to_owned()))
        .collect();
    let used: BTreeSet<String> = (paths.values().filter_map(Value::as_object))
        .flat_map(|item| item.values().filter(|value| is_operation(value)))
        .filter_map(|operation| operation["tags"].as_array())
        .flatten()
        .filter_map(|tag| tag.as_str().map(str::to_owned))
        .collect();
    if let Some(tags) = visible.get_mut("tags").and_then(Value::as_array_mut) {
        tags.retain(|tag| tag["name"].as_str().is_some_and(|name| used.contains(name)));
    }
    if let Some(names) = visible.pointer_mut(MODEL_NAMES).and_then(Value::as_array_mut) {
        names.retain(|name| name.as_str().is_some_and(|name| models.contains(name)));
    }
    visible
}

fn is_operation(value: &Value) -> bool {
    value.get("operationId").is_some()
}

/// The model of a path, and the segments after it; `None` for a path of no model.
fn parts(path: &str) -> Option<(&str, Vec<&str>)> {
    let mut parts = path.strip_prefix(BASE)?.strip_prefix('/')?.split('/');
    Some((parts.next()?, parts.collect()))
}

/// Whether the caller may call an operation.
fn may_call(path: &str, verb: &str, env: &Env<'_>, scope: &Scope) -> bool {
    let Some((name, rest)) = parts(path) else {
        return match (verb, path) {
            ("post", "/rest/api/tokens") | ("patch", "/rest/api/tokens/{token_id}") => {
                scope.permit(Wanted::Tokens, true).is_ok()
            }
            ("post", "/rest/api/password") => scope.permit(Wanted::Other, true).is_ok(),
            _ => true,
        };
    };
    let operation = match (verb, rest.as_slice()) {
        ("post", []) => Operation::Create,
        ("put" | "patch", ["{id}"]) => Operation::Write,
        ("delete", ["{id}"]) => Operation::Delete,
        // A method is called on a record that the caller finds.
        _ => Operation::Read,
    };
    let model = env.registry.find(name);
    let method = match rest.as_slice() {
        [method] => Some((false, *method)),
        ["{id}", method] => Some((true, *method)),
        _ => None,
    };
    let method = method.and_then(|(on_records, name)| match model {
        Some(model) => builtin::find(model, on_records, name),
        None => (METHODS.iter()).find(|method| (method.on_records, method.name) == (on_records, name)),
    });
    let writes = operation != Operation::Read || method.is_some_and(|method| !method.readonly);
    match model {
        Some(model) => {
            let is_on = method.is_none_or(|method| env.may_call(model, method.name).is_ok());
            scope.permit(Wanted::Model(model.def.name), writes).is_ok() && env.may(model, operation).is_ok() && is_on
        }
        // What every model has: there is a model that the token is for, or the list of their names is empty.
        None => !(writes && scope.read_only),
    }
}
