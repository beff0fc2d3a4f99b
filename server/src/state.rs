//! What every request shares.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use orm::db::Pool;
use tokio::sync::Semaphore;

use crate::api::Creates;
use crate::application::Program;
use crate::auth::{PendingUses, TokenHash};
use crate::config::{LimitsConfig, LoginConfig};
use crate::room::Room;

/// What every request shares.
#[derive(Debug)]
pub(crate) struct App {
    /// The application.
    pub(crate) program: &'static Program,
    /// The databases.
    pub(crate) databases: Databases,
    /// What a request may cost.
    pub(crate) limits: LimitsConfig,
    /// Logins and tokens.
    pub(crate) login: LoginConfig,
    /// Password hashes that may be worked on at a time: each takes a core and 19 MiB.
    pub(crate) hashing: Semaphore,
    /// Bodies that are being read or worked on.
    pub(crate) bodies: Room,
    /// Long answers that are on their way.
    pub(crate) answers: Room,
    /// Tokens whose last use is being noted.
    pub(crate) uses: PendingUses,
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
    /// In which database a token was found, and when.
    tokens: RwLock<HashMap<TokenHash, (usize, Instant)>>,
}

/// How many tokens [`Databases`] remembers before it forgets all.
const REMEMBERED: usize = 65_536;
/// For how long a token that was found is taken for known, until its transaction looks at it again.
const MOMENT: Duration = Duration::from_secs(10);

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
        let (index, _) = self.found(token)?;
        self.all.get(index)
    }

    /// Whether the token was found a moment ago: good enough for its body to be read.
    pub(crate) fn knew(&self, token: &TokenHash) -> bool {
        self.found(token).is_some_and(|(_, when)| when.elapsed() < MOMENT)
    }

    fn found(&self, token: &TokenHash) -> Option<(usize, Instant)> {
        let tokens = self.tokens.read().unwrap_or_else(PoisonError::into_inner);
        tokens.get(token).copied()
    }

    /// Notes that the token was found in the database at `index`.
    pub(crate) fn remember(&self, token: TokenHash, index: usize) {
        let mut tokens = self.tokens.write().unwrap_or_else(PoisonError::into_inner);
        if tokens.len() >= REMEMBERED {
            tokens.clear();
        }
        tokens.insert(token, (index, Instant::now()));
    }
}
