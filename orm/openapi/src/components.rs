//! Turns parameters that several operations share into components, so that a document of many models stays small.

use std::collections::{BTreeMap, HashMap};

use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::{PathItem, Paths, Ref, RefOr};

/// Replaces parameters that occur more than once by references; answers these parameters by name. If several different
/// ones have the same name, only the first becomes a component.
pub(super) fn parameters(paths: &mut Paths) -> BTreeMap<String, Parameter> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for_each(paths, |parameter| {
        if let RefOr::T(parameter) = parameter {
            *counts.entry(key(parameter)).or_default() += 1;
        }
    });
    let mut shared: BTreeMap<String, Parameter> = BTreeMap::new();
    for_each(paths, |found| {
        let RefOr::T(parameter) = &found else { return };
        if counts.get(&key(parameter)).is_none_or(|count| *count < 2) {
            return;
        }
        let name = match parameter.parameter_in {
            ParameterIn::Path => format!("path.{}", parameter.name),
            _ => parameter.name.clone(),
        };
        if shared.entry(name.clone()).or_insert_with(|| parameter.clone()) == parameter {
            *found = RefOr::Ref(Ref::new(format!("#/components/parameters/{name}")));
        }
    });
    shared
}

/// A text that is equal for equal parameters.
fn key(parameter: &Parameter) -> String {
    serde_json::to_string(parameter).unwrap_or_default()
}

fn for_each(paths: &mut Paths, mut act: impl FnMut(&mut RefOr<Parameter>)) {
    for parameter in paths
        .paths
        .values_mut()
        .flat_map(operations)
        .filter_map(|operation| operation.parameters.as_mut())
    {
        parameter.iter_mut().for_each(&mut act);
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem {
        get,
        post,
        put,
        patch,
        delete,
        ..
    } = item;
    [get, post, put, patch, delete].into_iter().flatten()
}
