//! The state that all requests share.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use orm::db::Pool;
use tokio::sync::Semaphore;

use crate::api::{Streams, WriteQueue};
use crate::application::Program;
use crate::auth::oidc::Oidc;
use crate::auth::request_rate::RequestRate;
use crate::auth::{PendingUses, TokenHash};
use crate::config::{LimitsConfig, LoginConfig};
use crate::memory_budget::MemoryBudget;

/// The state that all requests share.
#[derive(Debug)]
pub(crate) struct App {
    /// The application.
    pub(crate) program: &'static Program,
    /// The databases.
    pub(crate) databases: Databases,
    /// The limits of a request.
    pub(crate) limits: LimitsConfig,
    /// The settings of logins and tokens.
    pub(crate) login: LoginConfig,
    /// Permits to compute a password hash. Their number is bounded, since each hash takes a core and 19 MiB.
    pub(crate) hashing: Semaphore,
    /// The memory budget of request bodies, from their first byte until the request is done.
    pub(crate) bodies: MemoryBudget,
    /// The memory budget of long answers that are being sent.
    pub(crate) answers: MemoryBudget,
    /// The lists that are being sent while they are read.
    pub(crate) streams: Streams,
    /// Tokens whose last use is being recorded in the background.
    pub(crate) uses: PendingUses,
    /// The number of requests of each token.
    pub(crate) request_rate: RequestRate,
    /// Logins by an identity provider, if there is one.
    pub(crate) oidc: Option<Oidc>,
}

/// [`App`] as handlers hold it.
pub(crate) type Shared = Arc<App>;

/// A database of the server.
#[derive(Debug)]
pub(crate) struct Database {
    /// The name that a login gives as `db`.
    pub(crate) name: String,
    /// Its connections.
    pub(crate) pool: Pool,
    /// The queue of writes of single records, which are batched (`api/write_batch.rs`).
    pub(crate) writes: Arc<WriteQueue>,
}

/// The databases, in the order of the configuration.
#[derive(Debug)]
pub(crate) struct Databases {
    all: Vec<Database>,
    /// A cache: the index of the database in which a token was found, and when.
    tokens: RwLock<HashMap<TokenHash, (usize, Instant)>>,
}

/// How many tokens the cache of [`Databases`] holds; when it is full, all are dropped.
const REMEMBERED: usize = 65_536;
/// For this long after a token was found, request bodies are read without asking the database for it again. The
/// request's own transaction checks the token in any case.
const TOKEN_CACHE_TIME: Duration = Duration::from_secs(10);

impl Databases {
    /// Wraps the databases, of which there must be at least one.
    pub(crate) fn new(all: Vec<Database>) -> Self {
        Databases {
            all,
            tokens: RwLock::default(),
        }
    }

    /// All databases.
    pub(crate) fn all(&self) -> &[Database] {
        &self.all
    }

    /// The database, if there is exactly one.
    pub(crate) fn only(&self) -> Option<&Database> {
        match self.all.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// The database with this name.
    pub(crate) fn named(&self, name: &str) -> Option<&Database> {
        self.all.iter().find(|database| database.name == name)
    }

    /// The database in which this token was found last.
    pub(crate) fn remembered(&self, token: &TokenHash) -> Option<&Database> {
        let (index, _) = self.found(token)?;
        self.all.get(index)
    }

    /// Whether the token was found within the last [`TOKEN_CACHE_TIME`], which is good enough to read the request's body.
    pub(crate) fn found_lately(&self, token: &TokenHash) -> bool {
        self.found(token)
            .is_some_and(|(_, when)| when.elapsed() < TOKEN_CACHE_TIME)
    }

    fn found(&self, token: &TokenHash) -> Option<(usize, Instant)> {
        let tokens = self.tokens.read().unwrap_or_else(PoisonError::into_inner);
        tokens.get(token).copied()
    }

    /// Remembers that the token was found in the database at `index`.
    pub(crate) fn remember(&self, token: TokenHash, index: usize) {
        let mut tokens = self.tokens.write().unwrap_or_else(PoisonError::into_inner);
        if tokens.len() >= REMEMBERED {
            tokens.clear();
        }
        tokens.insert(token, (index, Instant::now()));
    }
}
