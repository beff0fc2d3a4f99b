//! The OpenAPI document and Swagger UI.

use std::path::Path;

use axum::Router;
use orm::registry::Registry;

use crate::failure::Failure;

/// The documents' routes.
pub(crate) fn routes(_registry: &'static Registry) -> Router {
    Router::new()
}

/// `declarest openapi [--check FILE]`
///
/// # Errors
/// When the file differs.
pub(crate) fn command(_registry: &'static Registry, _check: Option<&Path>) -> Result<(), Failure> {
    Err(Failure::new("not there yet"))
}
