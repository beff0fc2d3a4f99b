//! What every request shares.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use orm::db::Pool;
use orm::registry::Registry;
use tokio::sync::Semaphore;

use crate::api::Creates;
use crate::auth::{PendingTouches, TokenHash};
use crate::config::{LimitsConfig, LoginConfig};

/// What every request shares.
#[derive(Debug)]
pub(crate) struct App {
    /// The catalogue.
    pub(crate) registry: &'static Registry,
    /// The databases.
    pub(crate) databases: Databases,
    /// What a request may cost.
    pub(crate) limits: LimitsConfig,
    /// Logins and tokens.
    pub(crate) login: LoginConfig,
    /// Password hashes that may be worked on at a time: each takes a core and 19 MiB.
    pub(crate) hashing: Semaphore,
    /// Tokens whose last use is being noted.
    pub(crate) touches: PendingTouches,
}

/// [`App`] as handlers hold it.
pub(crate) type Shared = Arc<App>;

/// A database under its name.
#[derive(Debug)]
pub(crate) struct Database {
    /// The `db` of a login.
    pub(crate) name: String,
    /// Its connections.
    pub(crate) pool: Pool,
    /// Creates that wait for its writer.
    pub(crate) creates: Arc<Creates>,
}

/// The databases, in the order of the configuration.
#[derive(Debug)]
pub(crate) struct Databases {
    all: Vec<Database>,
    /// Which database a token was found in last. Only a hint, and only kept where there are several databases.
    tokens: RwLock<HashMap<TokenHash, usize>>,
}

/// How many tokens [`Databases`] remembers before it forgets all.
const REMEMBERED: usize = 65_536;

impl Databases {
    /// At least one database.
    pub(crate) fn new(all: Vec<Database>) -> Self {
        Databases {
            all,
            tokens: RwLock::default(),
        }
    }

    /// All of them.
    pub(crate) fn all(&self) -> &[Database] {
        &self.all
    }

    /// The only one, when there is but one.
    pub(crate) fn only(&self) -> Option<&Database> {
        match self.all.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// The one with this name.
    pub(crate) fn named(&self, name: &str) -> Option<&Database> {
        self.all.iter().find(|database| database.name == name)
    }

    /// Where this token was found last.
    pub(crate) fn remembered(&self, token: &TokenHash) -> Option<&Database> {
        let tokens = self.tokens.read().unwrap_or_else(PoisonError::into_inner);
        tokens.get(token).and_then(|index| self.all.get(*index))
    }

    /// Notes that the token was found in the database at `index`.
    pub(crate) fn remember(&self, token: TokenHash, index: usize) {
        let mut tokens = self.tokens.write().unwrap_or_else(PoisonError::into_inner);
        if tokens.len() >= REMEMBERED {
            tokens.clear();
        }
        tokens.insert(token, index);
    }
}
