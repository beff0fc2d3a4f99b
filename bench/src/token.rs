//! Access tokens. The database stores only their hashes.

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue};
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};

/// The token that a request sends: in `access-token` or `access_token`, or else in `Authorization: Bearer`.
///
/// # Errors
/// When there is none.
pub(crate) fn shown(headers: &HeaderMap) -> Result<&[u8]> {
    let bare = headers
        .get("access-token")
        .or_else(|| headers.get("access_token"))
        .map(HeaderValue::as_bytes);
    let bearer = || {
        headers
            .get(AUTHORIZATION)
            .and_then(|value| value.as_bytes().strip_prefix(b"Bearer "))
    };
    bare.or_else(bearer).ok_or(Error::Unauthenticated)
}

/// The stored form of a token: its SHA-256 in lower-case hexadecimal digits.
pub(crate) fn hash(token: &[u8]) -> String {
    hex::encode(Sha256::digest(token))
}
