//! What handlers take from the head of a request.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use orm::error::{Code, Error, Result};
use serde::de::DeserializeOwned;

use super::params;
use super::problem::Problem;
use crate::auth::{TokenHash, store};

/// The access token in the headers, where there is one.
pub(crate) struct Headers(pub(crate) Result<Option<TokenHash>>);

/// The access token in the headers. Whether it is valid shows in the request's transaction.
pub(super) struct Caller(pub(super) TokenHash);

/// The query's parameters, or why they cannot be read: that is said after the token has been looked at.
pub(crate) struct Params(pub(crate) Result<Vec<(String, String)>>);

/// The variable parts of the path.
pub(super) struct Segments<T>(pub(super) T);

impl<S: Sync> FromRequestParts<S> for Headers {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Headers(TokenHash::in_headers(&parts.headers)))
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let token = TokenHash::in_headers(&parts.headers)?;
        Ok(Caller(token.ok_or_else(store::unauthenticated)?))
    }
}

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Params(params::parse(parts.uri.query().unwrap_or_default())))
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Segments<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        let malformed = |_| Error::new(Code::Malformed, "the path is no percent-encoded UTF-8 text");
        Ok(path.map(|Path(path)| Segments(path)).map_err(malformed)?)
    }
}
