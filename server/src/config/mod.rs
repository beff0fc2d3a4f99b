//! What can be set: one struct a concern, each headed by its variables. The command line fills them (`cli.rs`).

mod database;
mod limits;
mod login;

use std::net::SocketAddr;

pub use database::{DATABASE, DatabaseConfig, DatabaseFile};
pub use limits::LimitsConfig;
pub use login::LoginConfig;

/// Where `serve` listens unless told: `DECLAREST_LISTEN`.
pub const LISTEN: &str = "127.0.0.1:8069";

/// Everything that a server is started with.
#[derive(Debug, Clone)]
pub struct Config {
    /// `DECLAREST_LISTEN`: address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// `DECLAREST_DATABASE`: the databases, at least one.
    pub databases: Vec<DatabaseConfig>,
    /// `DECLAREST_DEMO`: fill empty databases with the demo data.
    pub demo: bool,
    /// `DECLAREST_MIGRATE`: bring databases that are behind up to date.
    pub migrate: bool,
    /// What a request may cost.
    pub limits: LimitsConfig,
    /// Logins and tokens.
    pub login: LoginConfig,
}

impl Config {
    /// One database on a free port of this machine, and the standard settings.
    pub fn new(database: DatabaseConfig) -> Self {
        Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            databases: vec![database],
            demo: false,
            migrate: false,
            limits: LimitsConfig::default(),
            login: LoginConfig::default(),
        }
    }
}
