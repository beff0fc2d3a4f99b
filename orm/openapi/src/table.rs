//! A document as a table of its operations, one per line, to review how a change affects the API.

use utoipa::openapi::{OpenApi, PathItem};

/// A table of all operations in the document's order: method, operation and path. Names are not aligned: a long one would
/// change every line.
pub fn operations(document: &OpenApi) -> String {
    let mut rows = vec![("method", "operation", "path")];
    for (path, item) in &document.paths.paths {
        rows.extend(methods(item).map(|(method, id)| (method, id, path.as_str())));
    }
    rows.iter()
        .map(|(method, id, path)| format!("{method:6} {id} {path}\n"))
        .collect()
}

fn methods(item: &PathItem) -> impl Iterator<Item = (&'static str, &str)> {
    let all = [
        ("GET", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| {
        let operation = operation.as_ref()?;
        Some((method, operation.operation_id.as_deref().unwrap_or("-")))
    })
}
