//! What the server parses before it knows a caller, as functions of plain data: for fuzz targets and property tests, which
//! then run the same code as a request.

use std::path::Path;

use axum::http::HeaderMap;
use orm::error::Result;

use crate::api::{self, Credentials};
use crate::application::Application;
use crate::cli;
use crate::failure::Failure;

/// The names and values of a query string or form.
///
/// # Errors
/// 400 for a broken encoding.
pub fn query(text: &str) -> Result<Vec<(String, String)>> {
    api::parse_query(text)
}

/// The companies that the headers of a request with a token choose.
///
/// # Errors
/// 401 without a token, 400 for two tokens and for a list of companies that is not of its form.
pub fn companies(headers: &HeaderMap) -> Result<Vec<i64>> {
    Credentials::in_headers(headers).map(|credentials| credentials.chosen().to_vec())
}

/// Checks the text of a settings file.
///
/// # Errors
/// With every mistake and its line, each after `path`.
pub fn settings(application: &'static Application, path: &Path, text: &str) -> Result<(), Failure> {
    cli::check_settings(application, path, text)
}
