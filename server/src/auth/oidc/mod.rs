//! Logins by a company's own identity provider (OpenID Connect).
//!
//! A browser begins at `/rest/api/login/oidc` and comes back from the provider to `/rest/api/login/oidc/callback`
//! (`handlers.rs`), where it gets an ordinary access token. What this server has to know again when the browser comes
//! back is in a cookie (`pending.rs`), so that any server of the database can answer. A service sends a JWT of the
//! provider as its access token (`bearer.rs`). Both end in one transaction that finds or creates the user and stores the
//! token (`admission.rs`): from there on, nothing knows where a token came from.

mod admission;
pub(crate) mod bearer;
mod claims;
mod exchange;
pub(crate) mod handlers;
mod pending;
mod provider;
mod used;

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use orm::error::{Code, Error};

use self::provider::Provider;
use super::TokenHash;
use crate::api::Problem;
use crate::config::OidcConfig;
use crate::failure::Failure;
use crate::state::{App, Database};

/// How many JWTs are remembered; when there are more, all are forgotten.
const REMEMBERED: usize = 65_536;

/// What the server knows about logins by its identity provider.
#[derive(Debug)]
pub(crate) struct Oidc {
    config: OidcConfig,
    provider: Provider,
    /// JWTs that have been stored as tokens, so that the next request with one need not ask. The request's own
    /// transaction checks the token in any case.
    admitted: Mutex<HashSet<TokenHash>>,
}

/// Why nobody is logged in.
#[derive(Debug)]
enum Refusal {
    /// The provider cannot be asked, for the reason given.
    Unreachable(String),
    /// What was given is not in order, for the reason given.
    Refused(String),
}

impl Oidc {
    /// Asks nobody yet: the server starts also while the provider is away.
    ///
    /// # Errors
    /// When the certificates of the system cannot be read, and the provider's URL needs them.
    pub(crate) fn new(config: OidcConfig) -> Result<Self, Failure> {
        Ok(Oidc {
            provider: Provider::new(&config)?,
            config,
            admitted: Mutex::default(),
        })
    }

    /// The database whose users log in.
    fn database<'a>(&self, app: &'a App) -> Result<&'a Database, Error> {
        let named = match &self.config.database {
            Some(name) => app.databases.named(name),
            None => app.databases.only(),
        };
        named.ok_or_else(|| Error::internal("the database of the identity provider's users is not there"))
    }

    fn is_admitted(&self, jwt: &TokenHash) -> bool {
        self.admitted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(jwt)
    }

    fn remember(&self, jwt: TokenHash) {
        let mut admitted = self.admitted.lock().unwrap_or_else(PoisonError::into_inner);
        if admitted.len() >= REMEMBERED {
            admitted.clear();
        }
        admitted.insert(jwt);
    }
}

/// The answer while the provider cannot be asked: 503. The reason is logged.
fn unreachable(why: &str) -> Problem {
    Error::new(
        Code::Unavailable,
        format!("the identity provider cannot be asked: {why}"),
    )
    .into()
}
