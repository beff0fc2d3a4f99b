//! What a route of the application's own works with.

use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use orm::Env;
use orm::error::Result;

use super::problem::Problem;
use super::transact;
use crate::auth::{TokenHash, store};
use crate::state::Shared;

/// The databases behind a server, for a route that an application merges beside the generated ones: it reads and writes as
/// those do, for the user of the token in the request's headers, in one transaction, within the same bounds.
#[derive(Debug, Clone)]
pub struct Context(Shared);

impl Context {
    pub(crate) fn new(app: Shared) -> Self {
        Context(app)
    }

    /// Answers with the JSON that `job` reads; with a problem where it refuses, or there is no valid token.
    pub async fn read(
        &self,
        headers: &HeaderMap,
        job: impl Fn(&mut Env<'_>) -> Result<Vec<u8>> + Send + Sync + 'static,
    ) -> Response {
        let token = match token(headers) {
            Ok(token) => token,
            Err(problem) => return problem.into_response(),
        };
        transact::read(&self.0, token, move |env, _| job(env))
            .await
            .into_response()
    }

    /// As [`Context::read`], of a `job` that writes; what it writes is kept exactly when it succeeds.
    pub async fn write(
        &self,
        headers: &HeaderMap,
        job: impl Fn(&mut Env<'_>) -> Result<Vec<u8>> + Send + 'static,
    ) -> Response {
        let token = match token(headers) {
            Ok(token) => token,
            Err(problem) => return problem.into_response(),
        };
        transact::write(&self.0, token, job).await.into_response()
    }
}

fn token(headers: &HeaderMap) -> Result<TokenHash, Problem> {
    let token = TokenHash::in_headers(headers)?;
    Ok(token.ok_or_else(store::unauthenticated)?)
}
