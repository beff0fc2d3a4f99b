//! A document as a table of its operations, one per line, to review how a change affects the API.

use utoipa::openapi::{OpenApi, PathItem};

/// A table of all operations in the document's order, with the aligned columns `operation`, `method` and `path`.
pub fn operations(document: &OpenApi) -> String {
    let mut rows = vec![("operation", "method", "path")];
    for (path, item) in &document.paths.paths {
        rows.extend(methods(item).map(|(method, id)| (id, method, path.as_str())));
    }
    let widest = rows.iter().map(|(id, ..)| id.len()).max().unwrap_or_default();
    rows.iter()
        .map(|(id, method, path)| format!("{id:widest$}  {method:6}  {path}\n"))
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
