//! Access tokens, of which the database keeps hashes.

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue};
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};

/// The token that a request shows.
///
/// # Errors
/// When it shows none.
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

/// What the database keeps of a token: its SHA-256 in lower-case hexadecimal digits.
pub(crate) fn hash(token: &[u8]) -> String {
    const DIGITS: [u8; 16] = *b"0123456789abcdef";
    let mut out = String::with_capacity(64);
    for byte in Sha256::digest(token) {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    out
}
