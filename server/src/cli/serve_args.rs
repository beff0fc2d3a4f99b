//! The settings of `serve`: their one definition. Each is an option, an environment variable and a key of the settings
//! file (`settings_file.rs`).

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::HeaderValue;
use chrono::TimeDelta;
use clap::Args;
use clap::builder::BoolishValueParser;
use ipnet::IpNet;

use super::database_arg::DatabaseArg;
use super::oidc_args::OidcArgs;
use crate::config::{Config, LISTEN, LimitsConfig, LoginConfig, NetworkConfig, network, origin};
use crate::failure::Failure;
use crate::ops::log::LogFormat;

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// Address and port to listen on. One that other machines reach needs TLS, here or by a proxy.
    #[arg(long, env = "DECLAREST_LISTEN", value_name = "ADDR:PORT", default_value = LISTEN)]
    pub(super) listen: SocketAddr,
    #[command(flatten)]
    pub(super) database: DatabaseArg,
    /// The proxies that clients come through, as addresses or networks. What these say about the address of a client, in
    /// `X-Forwarded-For` or `Forwarded`, is believed.
    #[arg(long, env = "DECLAREST_BEHIND_PROXY", value_name = "ADDR,…", value_delimiter = ',', value_parser = network)]
    pub(super) behind_proxy: Vec<IpNet>,
    /// Serve HTTPS with the certificate in this PEM file, its authorities after it. SIGHUP has it read again.
    #[arg(long, env = "DECLAREST_TLS_CERT", value_name = "FILE")]
    pub(super) tls_cert: Option<PathBuf>,
    /// The PEM file of the certificate's private key.
    #[arg(long, env = "DECLAREST_TLS_KEY", value_name = "FILE")]
    pub(super) tls_key: Option<PathBuf>,
    /// The sites whose pages may call the API from a browser, besides the server's own; by default none.
    #[arg(long, env = "DECLAREST_CORS_ORIGIN", value_name = "https://HOST,…", value_delimiter = ',', value_parser = origin)]
    pub(super) cors_origin: Vec<HeaderValue>,
    /// Address and port for metrics (`/metrics`) and health checks, without TLS; by default there are no metrics. Whoever
    /// reaches the address may read them.
    #[arg(long, env = "DECLAREST_ADMIN_LISTEN", value_name = "ADDR:PORT")]
    pub(super) admin_listen: Option<SocketAddr>,
    /// Fill an empty database with the demo data.
    #[arg(long, env = "DECLAREST_DEMO", value_parser = BoolishValueParser::new())]
    pub(super) demo: bool,
    /// Apply the missing migrations to databases that are behind, instead of refusing them.
    #[arg(long, env = "DECLAREST_MIGRATE", value_parser = BoolishValueParser::new())]
    pub(super) migrate: bool,
    /// Maximum bytes of a request's body.
    #[arg(long, env = "DECLAREST_MAX_BODY", value_name = "BYTES", default_value_t = LimitsConfig::MAX_BODY)]
    pub(super) max_body: usize,
    /// Maximum bytes of an answer.
    #[arg(long, env = "DECLAREST_MAX_ANSWER", value_name = "BYTES", default_value_t = LimitsConfig::MAX_ANSWER)]
    pub(super) max_answer: usize,
    /// Maximum number of rows in a list, and of ids in a method call.
    #[arg(long, env = "DECLAREST_MAX_LIMIT", value_name = "ROWS", default_value_t = LimitsConfig::MAX_LIMIT)]
    pub(super) max_limit: usize,
    /// Maximum nesting of relations, in `fields` and in bodies.
    #[arg(long, env = "DECLAREST_MAX_DEPTH", value_name = "LEVELS", default_value_t = LimitsConfig::MAX_DEPTH)]
    pub(super) max_depth: usize,
    /// Maximum number of statements that a request takes.
    #[arg(long, env = "DECLAREST_MAX_STATEMENTS", value_name = "NUMBER", default_value_t = LimitsConfig::MAX_STATEMENTS)]
    pub(super) max_statements: u64,
    /// Maximum number of client connections at a time.
    #[arg(long, env = "DECLAREST_MAX_CONNECTIONS", value_name = "NUMBER", default_value_t = LimitsConfig::MAX_CONNECTIONS)]
    pub(super) max_connections: usize,
    /// Maximum number of lists of any size (CSV, lines of JSON, `limit=all`) that are sent at a time from a database; a
    /// token may have half of them.
    #[arg(long, env = "DECLAREST_MAX_STREAMS", value_name = "NUMBER", default_value_t = LimitsConfig::MAX_STREAMS)]
    pub(super) max_streams: usize,
    /// Seconds after which such a list breaks off.
    #[arg(long, env = "DECLAREST_MAX_STREAM_SECONDS", value_name = "SECONDS", default_value_t = LimitsConfig::MAX_STREAM_SECONDS)]
    pub(super) max_stream_seconds: u64,
    /// Maximum number of requests of one access token in a minute; 0 for no maximum.
    #[arg(long, env = "DECLAREST_TOKEN_REQUESTS", value_name = "NUMBER", default_value_t = 0)]
    pub(super) token_requests: u32,
    /// Hours after which an unused access token of a login expires.
    #[arg(long, env = "DECLAREST_TOKEN_IDLE_HOURS", value_name = "HOURS", default_value_t = LoginConfig::IDLE_HOURS)]
    pub(super) token_idle_hours: u32,
    /// Days after which an access token of a login expires, used or not.
    #[arg(long, env = "DECLAREST_TOKEN_MAX_DAYS", value_name = "DAYS", default_value_t = LoginConfig::MAX_DAYS)]
    pub(super) token_max_days: u32,
    /// Refuse logins by GET, whose URL holds the password.
    #[arg(long, env = "DECLAREST_NO_LOGIN_GET", value_parser = BoolishValueParser::new())]
    pub(super) no_login_get: bool,
    /// Failed logins of a user after which further attempts wait.
    #[arg(long, env = "DECLAREST_LOGIN_FAILURES", value_name = "NUMBER", default_value_t = LoginConfig::LOGIN_FAILURES,
          value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) login_failures: u32,
    /// Failed logins from an address after which further attempts wait. Behind a proxy that
    /// `--behind-proxy` does not name, all have its address.
    #[arg(long, env = "DECLAREST_ADDRESS_FAILURES", value_name = "NUMBER", default_value_t = LoginConfig::ADDRESS_FAILURES,
          value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) address_failures: u32,
    /// Minutes after which failed logins are forgotten, and the longest wait.
    #[arg(long, env = "DECLAREST_FAILURE_MINUTES", value_name = "MINUTES", default_value_t = LoginConfig::FAILURE_MINUTES,
          value_parser = clap::value_parser!(u32).range(1..=525_600))]
    pub(super) failure_minutes: u32,
    /// Seconds that attempts wait after too many failed logins; twice as long after each further one.
    #[arg(long, env = "DECLAREST_LOGIN_WAIT_SECONDS", value_name = "SECONDS",
          default_value_t = LoginConfig::LOGIN_WAIT_SECONDS, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) login_wait_seconds: u32,
    /// Days for which the log of logins and revoked tokens is kept.
    #[arg(long, env = "DECLAREST_EVENT_DAYS", value_name = "DAYS", default_value_t = LoginConfig::EVENT_DAYS,
          value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub(super) event_days: u32,
    #[command(flatten)]
    pub(super) oidc: OidcArgs,
    /// Format of the log lines.
    #[arg(long, env = "DECLAREST_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub(super) log_format: LogFormat,
    /// What is logged: a level, or levels by module; `warn` omits the line of each request.
    #[arg(long, env = "DECLAREST_LOG", value_name = "FILTER", default_value = "info")]
    pub(super) log: String,
}

impl ServeArgs {
    /// The settings of the server.
    ///
    /// # Errors
    /// When one of them needs another one that is not given.
    pub(super) fn config(self) -> Result<Config, Failure> {
        Ok(Config {
            listen: self.listen,
            databases: self.database.all(),
            demo: self.demo,
            migrate: self.migrate,
            limits: LimitsConfig {
                max_body: self.max_body,
                max_answer: self.max_answer,
                max_limit: self.max_limit,
                max_depth: self.max_depth,
                max_statements: self.max_statements,
                max_connections: self.max_connections,
                max_streams: self.max_streams,
                max_stream: Duration::from_secs(self.max_stream_seconds),
                token_requests: self.token_requests,
            },
            login: LoginConfig {
                token_idle: TimeDelta::hours(self.token_idle_hours.into()),
                token_max: TimeDelta::days(self.token_max_days.into()),
                get: !self.no_login_get,
                login_failures: self.login_failures,
                address_failures: self.address_failures,
                failure_window: TimeDelta::minutes(self.failure_minutes.into()),
                login_wait: TimeDelta::seconds(self.login_wait_seconds.into()),
                events_kept: TimeDelta::days(self.event_days.into()),
            },
            network: NetworkConfig {
                behind_proxy: self.behind_proxy,
                tls_cert: self.tls_cert,
                tls_key: self.tls_key,
                cors_origins: self.cors_origin,
                admin_listen: self.admin_listen,
            },
            oidc: self.oidc.config()?,
        })
    }
}
