//! Database access for the routes that an application adds to the generated ones.

use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use orm::Env;
use orm::error::Result;

use super::credentials::Credentials;
use super::problem::Problem;
use super::transact;
use crate::state::Shared;

/// The databases of a server, for the routes that an application adds
/// ([`Application::routes`](crate::Application::routes)). Such a route reads and writes like the generated ones: as the
/// user of the token in the request's headers, in one transaction, within the same limits.
#[derive(Debug, Clone)]
pub struct Context(Shared);

impl Context {
    pub(crate) fn new(app: Shared) -> Self {
        Context(app)
    }

    /// Runs `job`, which only reads, and answers with the JSON that it returns; with a problem document (RFC 9457) if
    /// it fails or the token is missing or invalid. `job` may run again, for example when the connection is lost.
    pub async fn read(
        &self,
        headers: &HeaderMap,
        job: impl Fn(&mut Env<'_>) -> Result<Vec<u8>> + Send + Sync + 'static,
    ) -> Response {
        let caller = match Credentials::in_headers(headers) {
            Ok(caller) => caller,
            Err(error) => return Problem::from(error).into_response(),
        };
        transact::read(&self.0, caller, None, move |env, _| job(env))
            .await
            .into_response()
    }

    /// Like [`Context::read`], for a `job` that writes. Its transaction is committed if `job` succeeds, otherwise
    /// rolled back.
    pub async fn write(
        &self,
        headers: &HeaderMap,
        job: impl Fn(&mut Env<'_>) -> Result<Vec<u8>> + Send + 'static,
    ) -> Response {
        let caller = match Credentials::in_headers(headers) {
            Ok(caller) => caller,
            Err(error) => return Problem::from(error).into_response(),
        };
        transact::write(&self.0, caller, None, job).await.into_response()
    }
}
