//! A login that a browser has begun: what has to be known again when it comes back from the provider. The browser keeps
//! it in a cookie that no page can read, so that nobody can fill a table by beginning logins, and any server can answer.
//!
//! The cookie holds a secret of 256 bits. `state`, which comes back in the URL, is a keyed hash of everything in the
//! cookie: whoever comes back with another cookie than he left with, or with none, is refused, and so is another's `state`
//! in one's own browser. The nonce in the ID token and the code verifier of PKCE are made of the secret in the same way,
//! and need not be stored.

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HeaderValue};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use chrono::{DateTime, NaiveDateTime, TimeDelta};
use hmac::{Hmac, KeyInit as _, Mac as _};
use openidconnect::{CsrfToken, Nonce, PkceCodeVerifier};
use orm::error::{Error, Result};
use rand::TryRng as _;
use rand::rngs::SysRng;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// How long a login may take at the provider.
const LIFE: TimeDelta = TimeDelta::minutes(10);
/// The longest cookie that is looked at.
const LONGEST: usize = 4096;

/// A login that has begun.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pending {
    secret: Secret,
    /// When it began, in seconds.
    began: i64,
    /// The name of the token.
    pub(super) name: Option<String>,
    /// The page that gets the token.
    pub(super) return_to: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Secret([u8; 32]);

impl Pending {
    /// Begins a login.
    ///
    /// # Errors
    /// 500 when the system has no randomness.
    pub(super) fn begin(now: NaiveDateTime, name: Option<String>, return_to: Option<String>) -> Result<Self> {
        let mut secret = [0; 32];
        let filled = SysRng.try_fill_bytes(&mut secret);
        filled.map_err(|error| Error::internal(format!("no randomness: {error}")))?;
        Ok(Pending {
            secret: Secret(secret),
            began: now.and_utc().timestamp(),
            name,
            return_to,
        })
    }

    /// The login that the browser has begun, if it has and it is not too long ago.
    pub(super) fn of(headers: &HeaderMap, secure: bool, now: NaiveDateTime) -> Option<Self> {
        let cookies = headers.get_all(COOKIE).iter();
        let cookies = cookies.flat_map(|value| value.to_str().unwrap_or_default().split(';'));
        let mut named = cookies.filter_map(|cookie| cookie.trim().strip_prefix(name(secure))?.strip_prefix('='));
        let (Some(value), None) = (named.next().filter(|value| value.len() <= LONGEST), named.next()) else {
            return None;
        };
        let pending: Pending = serde_json::from_slice(&BASE64.decode(value).ok()?).ok()?;
        (pending.began <= now.and_utc().timestamp() && now < pending.ends()?).then_some(pending)
    }

    /// When it is too late to come back.
    pub(super) fn ends(&self) -> Option<NaiveDateTime> {
        let began = DateTime::from_timestamp(self.began, 0)?;
        began.naive_utc().checked_add_signed(LIFE)
    }

    /// What the provider sends back in the URL.
    pub(super) fn state(&self) -> CsrfToken {
        let Pending {
            began, name, return_to, ..
        } = self;
        CsrfToken::new(self.hash("state", &format!("{began} {name:?} {return_to:?}")))
    }

    /// What the ID token must contain.
    pub(super) fn nonce(&self) -> Nonce {
        Nonce::new(self.hash("nonce", ""))
    }

    /// What shows the provider that the code comes from who asked for it.
    pub(super) fn verifier(&self) -> PkceCodeVerifier {
        PkceCodeVerifier::new(self.hash("verifier", ""))
    }

    /// A text that only the secret's owner can make.
    fn hash(&self, what: &str, of: &str) -> String {
        // A key of any length is taken.
        let mut hash = Hmac::<Sha256>::new_from_slice(&self.secret.0).unwrap_or_else(|_| unreachable!());
        hash.update(what.as_bytes());
        hash.update(b" ");
        hash.update(of.as_bytes());
        BASE64.encode(hash.finalize().into_bytes())
    }

    /// The header that gives the browser the cookie.
    ///
    /// # Errors
    /// Never: the value has letters and digits only.
    pub(super) fn cookie(&self, secure: bool) -> Result<HeaderValue> {
        let text = serde_json::to_vec(self).map_err(|error| Error::internal(error.to_string()))?;
        cookie(secure, &BASE64.encode(text), LIFE.num_seconds())
    }
}

/// The header that takes the cookie from the browser.
///
/// # Errors
/// Never.
pub(super) fn no_cookie(secure: bool) -> Result<HeaderValue> {
    cookie(secure, "", 0)
}

/// `__Host-` lets no other host of the domain set the cookie; browsers take it over HTTPS only. `SameSite=Lax`: the
/// provider's redirect brings it back, another site's form does not.
fn name(secure: bool) -> &'static str {
    if secure {
        "__Host-declarest_oidc"
    } else {
        "declarest_oidc"
    }
}

fn cookie(secure: bool, value: &str, seconds: i64) -> Result<HeaderValue> {
    let (name, end) = (name(secure), if secure { "; Secure" } else { "" });
    let text = format!("{name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{end}");
    HeaderValue::try_from(text).map_err(|error| Error::internal(error.to_string()))
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> NaiveDateTime {
        DateTime::from_timestamp(seconds, 0).unwrap().naive_utc()
    }

    fn back(cookies: &[&str], now: i64) -> Option<Pending> {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(COOKIE, cookie.parse().unwrap());
        }
        Pending::of(&headers, true, at(now))
    }

    #[test]
    fn a_browser_comes_back_with_what_it_left_with() {
        let pending = Pending::begin(at(1000), Some("a; b".to_owned()), None).unwrap();
        let set = pending.cookie(true).unwrap();
        let set = set.to_str().unwrap();
        assert!(
            set.ends_with("; Max-Age=600; Path=/; HttpOnly; SameSite=Lax; Secure"),
            "{set}"
        );
        let kept = set.split(';').next().unwrap();
        let found = back(&[&format!("a=b; {kept}"), "c=d"], 1001).unwrap();
        assert_eq!(found.state().secret(), pending.state().secret());
        assert_eq!(found.nonce().secret(), pending.nonce().secret());
        assert_eq!(found.verifier().secret().len(), 43);
        assert_ne!(pending.state().secret(), pending.nonce().secret());
        for (cookies, now) in [
            (&[kept][..], 1600), // too late
            (&[kept][..], 999),  // from the future
            (&[kept, kept], 1001),
            (&[&kept[1..]], 1001),
            (&["__Host-declarest_oidc=x"], 1001),
            (&[], 1001),
        ] {
            assert!(back(cookies, now).is_none(), "{cookies:?} {now}");
        }
    }

    #[test]
    fn whatever_is_changed_changes_the_state() {
        let pending = Pending::begin(at(1000), None, None).unwrap();
        let changed = [
            Pending {
                began: 1001,
                ..pending.clone()
            },
            Pending {
                name: Some(String::new()),
                ..pending.clone()
            },
            Pending {
                return_to: Some("https://x.example".to_owned()),
                ..pending.clone()
            },
            Pending {
                secret: Secret([0; 32]),
                ..pending.clone()
            },
        ];
        for other in changed {
            assert_ne!(other.state().secret(), pending.state().secret(), "{other:?}");
        }
    }
}
