//! Extractors: what handlers take from the head of a request.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use orm::error::{Code, Error, Result};
use serde::de::DeserializeOwned;

use super::params;
use super::problem::Problem;
use crate::auth::{TokenHash, store};

/// The access token in the headers, if there is one.
pub(crate) struct OptionalToken(pub(crate) Result<Option<TokenHash>>);

/// The access token in the headers; 401 without one. Whether it is valid is checked in the request's transaction.
pub(crate) struct RequiredToken(pub(crate) TokenHash);

/// The parameters of the query string, or why they cannot be decoded: handlers return that error only after they have
/// checked the token.
pub(crate) struct Params(pub(crate) Result<Vec<(String, String)>>);

/// The variable segments of the path. In contrast to axum's `Path`, a broken encoding is answered as a `Problem`.
pub(crate) struct PathSegments<T>(pub(crate) T);

impl<S: Sync> FromRequestParts<S> for OptionalToken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(OptionalToken(TokenHash::in_headers(&parts.headers)))
    }
}

impl<S: Sync> FromRequestParts<S> for RequiredToken {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let token = TokenHash::in_headers(&parts.headers)?;
        Ok(RequiredToken(token.ok_or_else(store::unauthenticated)?))
    }
}

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Params(params::parse(parts.uri.query().unwrap_or_default())))
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for PathSegments<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        let malformed = |_| Error::new(Code::Malformed, "the path is no percent-encoded UTF-8 text");
        Ok(path.map(|Path(path)| PathSegments(path)).map_err(malformed)?)
    }
}
