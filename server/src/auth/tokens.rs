//! Access tokens: how they are generated, which headers carry them, and the hash that is stored of them.

use std::fmt;

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, HeaderValue};
use orm::db::Client;
use orm::error::{Code, Error, Result};
use rand::TryRng;
use rand::rngs::SysRng;
use sha2::{Digest, Sha256};

/// The prefix of every token.
const PREFIX: &str = "access_token_";
/// The headers whose value is the token itself; `Authorization` has `Bearer` before it.
const HEADERS: [&str; 2] = ["access-token", "access_token"];

/// A token in clear text, which exists only until the answer to the login has been sent.
pub(crate) struct Token(String);

/// The SHA-256 hash of a token, the only part of it that is stored.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TokenHash([u8; 32]);

impl Token {
    /// Generates a token from 160 bits of the system's randomness.
    ///
    /// # Errors
    /// 500 when the system has no randomness.
    pub(crate) fn random() -> Result<Self> {
        let mut bytes = [0u8; 20];
        SysRng
            .try_fill_bytes(&mut bytes)
            .map_err(|error| Error::internal(format!("no randomness: {error}")))?;
        Ok(Token(format!("{PREFIX}{}", hex::encode(bytes))))
    }

    /// The token as the client gets it.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// The hash to store.
    pub(crate) fn hash(&self) -> TokenHash {
        TokenHash::of(self.0.as_bytes())
    }
}

impl TokenHash {
    /// The hash of a token that a client sent.
    pub(crate) fn of(token: &[u8]) -> Self {
        TokenHash(Sha256::digest(token).into())
    }

    /// The client, for the database layer, which lets the reads of a client, also from a standby, see its own writes.
    pub(crate) fn client(&self) -> Client {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        Client(u64::from_le_bytes([a, b, c, d, e, f, g, h]))
    }

    /// The hash itself.
    pub(crate) fn bytes(&self) -> [u8; 32] {
        self.0
    }

    /// The hash in hexadecimal digits, as the database stores it.
    pub(crate) fn hex(&self) -> String {
        hex::encode(self.0)
    }

    /// The hash that these digits stand for.
    pub(super) fn of_hex(digits: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(digits, &mut bytes).ok()?;
        Some(TokenHash(bytes))
    }

    /// The public id of the token: the first 16 of these digits. They tell nothing of the token's 160 random bits.
    pub(crate) fn id(&self) -> String {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        hex::encode([a, b, c, d, e, f, g, h])
    }

    /// The hash of the token in the headers, if there is one.
    ///
    /// # Errors
    /// 400 when there are two different tokens, or `Authorization` is not `Bearer <token>`.
    pub(crate) fn in_headers(headers: &HeaderMap) -> Result<Option<Self>> {
        let mut found: Option<&[u8]> = None;
        let bearer = headers.get_all(AUTHORIZATION).iter().map(bearer);
        let plain = HEADERS
            .iter()
            .flat_map(|name| headers.get_all(*name))
            .map(|value| Ok(value.as_bytes()));
        for token in plain.chain(bearer) {
            let token = token?.trim_ascii();
            match found {
                Some(other) if other != token => return Err(two_tokens()),
                Some(_) | None => found = Some(token),
            }
        }
        Ok(found.map(TokenHash::of))
    }
}

/// The error for a request with two different tokens (400).
pub(crate) fn two_tokens() -> Error {
    Error::new(
        Code::Malformed,
        "the request carries two different access tokens; send one",
    )
}

fn bearer(value: &HeaderValue) -> Result<&[u8]> {
    let value = value.as_bytes();
    match value.split_at_checked(7) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case(b"bearer ") => Ok(token),
        _ => Err(Error::new(
            Code::Malformed,
            "the header Authorization must read `Bearer <access token>`; or send the token in the header access-token",
        )),
    }
}

impl fmt::Debug for TokenHash {
    /// Omits the hash, because the output may end up in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(headers: &[(&'static str, &'static str)]) -> Result<Option<TokenHash>> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        TokenHash::in_headers(&map)
    }

    #[test]
    fn a_token_is_random_and_looks_like_the_seed_s() {
        let (one, other) = (Token::random().unwrap(), Token::random().unwrap());
        assert_eq!(
            one.text().len(),
            "access_token_c12010c3c56abf81345358020678f8c277554f41".len()
        );
        assert!(one.text().starts_with(PREFIX));
        assert_ne!(one.text(), other.text());
    }

    #[test]
    fn every_spelling_of_the_header_is_found() {
        let expected = Some(TokenHash::of(b"abc"));
        for header in [
            ("access-token", "abc"),
            ("access_token", "abc"),
            ("authorization", "bearer abc"),
        ] {
            assert_eq!(found(&[header]).unwrap(), expected, "{header:?}");
        }
        assert_eq!(found(&[]).unwrap(), None);
    }

    #[test]
    fn two_tokens_must_be_the_same() {
        assert!(found(&[("access-token", "abc"), ("authorization", "Bearer abc")]).is_ok());
        assert_eq!(
            found(&[("access-token", "abc"), ("access_token", "abd")])
                .unwrap_err()
                .code(),
            Code::Malformed
        );
        assert_eq!(
            found(&[("authorization", "Basic YTpi")]).unwrap_err().code(),
            Code::Malformed
        );
    }
}
