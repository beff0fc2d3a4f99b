//! The settings of a server: one struct and file for each concern, with its environment variables in the file's head.
//! The command line (`cli.rs`) fills them.

mod database;
mod limits;
mod login;
mod network;
mod oidc;

use std::collections::HashSet;
use std::net::SocketAddr;

pub use database::{DatabaseConfig, DatabaseFile};
pub use limits::LimitsConfig;
pub use login::LoginConfig;
pub use network::NetworkConfig;
pub(crate) use network::{network, origin};
pub use oidc::{ClientSecret, ClientSecretFile, OidcClient, OidcConfig};
pub(crate) use oidc::{issuer, safe_url};

use crate::failure::Failure;

/// The address that `serve` listens on by default: `DECLAREST_LISTEN`.
pub const LISTEN: &str = "127.0.0.1:8069";

/// All settings of a server.
#[derive(Debug, Clone)]
pub struct Config {
    /// `DECLAREST_LISTEN`: address and port to listen on; port 0 picks a free one.
    pub listen: SocketAddr,
    /// `DECLAREST_DATABASE`: the databases, at least one.
    pub databases: Vec<DatabaseConfig>,
    /// `DECLAREST_DEMO`: load the demo data into empty databases.
    pub demo: bool,
    /// `DECLAREST_MIGRATE`: apply the missing migrations to databases that are behind, instead of refusing them.
    pub migrate: bool,
    /// The limits of requests.
    pub limits: LimitsConfig,
    /// The settings of logins and tokens.
    pub login: LoginConfig,
    /// How the server stands in the network.
    pub network: NetworkConfig,
    /// How users log in by an identity provider, if they may.
    pub oidc: Option<OidcConfig>,
}

impl Config {
    /// Whether other machines can reach the server.
    pub(crate) fn is_exposed(&self) -> bool {
        !self.listen.ip().to_canonical().is_loopback()
    }

    /// Checks what can be said without the databases.
    ///
    /// # Errors
    /// When the settings do not fit together, as a sentence for the person who starts the server.
    pub fn check(&self) -> Result<(), Failure> {
        if self.is_exposed() && self.network.tls_cert.is_none() && self.network.behind_proxy.is_empty() {
            return Err(Failure::new(format!(
                "{} can be reached from other machines, and without TLS everybody in between could read passwords and \
                 tokens: give --tls-cert and --tls-key, or say with --behind-proxy ADDR which proxy before it does TLS, \
                 or listen on 127.0.0.1 only",
                self.listen
            )));
        }
        if let Some(oidc) = &self.oidc {
            oidc.check(&self.databases)?;
        }
        let mut names = HashSet::new();
        match self.databases.iter().find(|database| !names.insert(&database.name)) {
            Some(twice) => {
                let name = &twice.name;
                Err(Failure::new(format!(
                    "two databases are named {name:?}: write NAME=URL"
                )))
            }
            None if names.is_empty() => Err(Failure::new("no database is configured")),
            None => Ok(()),
        }
    }

    /// Settings for one database: listens on a free port of 127.0.0.1, everything else at its default.
    pub fn new(database: DatabaseConfig) -> Self {
        Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            databases: vec![database],
            demo: false,
            migrate: false,
            limits: LimitsConfig::default(),
            login: LoginConfig::default(),
            network: NetworkConfig::default(),
            oidc: None,
        }
    }
}
