//! `postgres://…`: separates a URL's parameters that are for this program from those for libpq, and opens connections.
//!
//! Secrets are in what libpq is given and in [`PostgresUrl::as_str`] only. Whatever is shown of a URL, or of libpq's
//! error about one, has `…` in their place.

use std::fmt;
use std::time::Duration;

use diesel::connection::CacheSize;
use diesel::prelude::*;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::parameter::{STATEMENT_TIMEOUT, decode, refuse, time};
use super::requirements;
use crate::error::{Code, Error, Result};

/// The URL of a PostgreSQL database: as given, and separated into libpq's part and this program's settings.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl {
    url: String,
    /// The URL for messages, with `…` in place of secrets.
    shown: String,
    /// The URL for other programs that use libpq: only libpq's parameters, without secrets.
    open: String,
    /// The database's name.
    name: String,
    /// The secrets, both percent-encoded as in the URL and decoded.
    secrets: Vec<String>,
    /// The URL for libpq, without `options`.
    libpq: String,
    /// libpq's `options`, decoded.
    options: String,
    /// A shorter `statement_timeout` that replaces the URL's own.
    shorter_limit: Option<Duration>,
    pub(crate) settings: Settings,
}

/// The values of this program's parameters in a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    /// `pool_size`: the number of connections that read, and of those that write.
    pub(crate) pool_size: Option<usize>,
    /// `pool_timeout`: how long a request may wait for a connection; `None` for no limit.
    pub(crate) pool_timeout: Option<Duration>,
    /// `statement_timeout`
    statement_timeout: Duration,
    /// `idle_in_transaction_session_timeout`
    idle_timeout: Duration,
    /// `pooler`
    pub(crate) pooler: Pooler,
    /// `replica`: the URL of a standby of this database.
    pub(crate) replica: Option<Box<PostgresUrl>>,
}

/// What is between this program and the server: `pooler` in a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pooler {
    /// `none`
    None,
    /// `transaction`: a pooler in transaction mode. Each transaction may run on another connection to the server, where
    /// nothing that an earlier one left is known.
    Transaction,
    /// `prepared`: one that knows prepared statements and prepares them on each connection to the server that is to run
    /// them, as pgbouncer does from version 1.22 with `max_prepared_statements`.
    Prepared,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            pool_size: None,
            pool_timeout: Some(Duration::from_secs(10)),
            statement_timeout: STATEMENT_TIMEOUT,
            idle_timeout: Duration::from_secs(60),
            pooler: Pooler::None,
            replica: None,
        }
    }
}

/// The names of this program's parameters; all others are libpq's.
const OWN: [&str; 6] = [
    "pool_size",
    "pool_timeout",
    "statement_timeout",
    "idle_in_transaction_session_timeout",
    "pooler",
    "replica",
];
/// libpq's parameters that hold a secret.
const SECRET: [&str; 3] = ["password", "sslpassword", "oauth_client_secret"];
/// Defaults for libpq parameters that a URL leaves out: name, value, and the environment variable that, if set, is used
/// instead.
const LIBPQ: [(&str, &str, &str); 2] = [
    ("connect_timeout", "10", "PGCONNECT_TIMEOUT"),
    ("fallback_application_name", "declarest", ""),
];
/// The largest `pool_size`.
const MOST_CONNECTIONS: usize = 1_000;
/// The smallest `idle_in_transaction_session_timeout`: a transaction that was begun ahead is idle until there is work.
const SHORTEST_IDLE: Duration = Duration::from_secs(1);

impl PostgresUrl {
    /// Reads a URL that begins with `postgres://` or `postgresql://`.
    ///
    /// # Errors
    /// When the text cannot be read as a URL, or one of this program's parameters is given twice or has an invalid
    /// value.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        let (base, query) = split(url);
        let mut parsed = PostgresUrl {
            url: url.to_owned(),
            shown: String::new(),
            open: String::new(),
            name: String::new(),
            secrets: Vec::new(),
            libpq: String::new(),
            options: String::new(),
            shorter_limit: None,
            settings: Settings::default(),
        };
        let shown_base = parsed.read_base(base)?;
        let mut seen: Vec<String> = Vec::new();
        let (mut passed, mut shown, mut open) = (Vec::new(), Vec::new(), Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, raw) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name)?, decode(raw)?);
            let own = OWN.contains(&name.as_ref());
            if own && seen.iter().any(|seen| *seen == name) {
                return Err(refuse(&name, "is given twice"));
            }
            if SECRET.contains(&name.as_ref()) {
                parsed.hide(raw, &value);
            }
            shown.push(match name.as_ref() {
                "replica" => format!("{name}=…"),
                _ if SECRET.contains(&name.as_ref()) => format!("{name}=…"),
                _ => pair.to_owned(),
            });
            if !(own || SECRET.contains(&name.as_ref())) {
                open.push(pair.to_owned());
            }
            match name.as_ref() {
                _ if own => parsed.set(&name, &value)?,
                "options" => parsed.options = value.into_owned(),
                "dbname" => {
                    parsed.name = value.into_owned();
                    passed.push(pair.to_owned());
                }
                _ => passed.push(pair.to_owned()),
            }
            seen.push(name.into_owned());
        }
        for (name, value, variable) in LIBPQ {
            if !seen.iter().any(|seen| seen == name) && (variable.is_empty() || std::env::var_os(variable).is_none()) {
                passed.push(format!("{name}={value}"));
            }
        }
        if !seen.iter().any(|seen| seen == "options") {
            // As libpq does when the URL has no options.
            parsed.options = std::env::var("PGOPTIONS").unwrap_or_default();
        }
        let question = |pairs: &[String]| if pairs.is_empty() { "" } else { "?" };
        parsed.open = format!(
            "{}{}{}",
            shown_base.replace(":…@", "@"),
            question(&open),
            open.join("&")
        );
        parsed.shown = format!("{shown_base}{}{}", question(&shown), shown.join("&"));
        parsed.libpq = format!("{base}?{}", passed.join("&"));
        Ok(parsed)
    }

    /// Reads the part before the parameters, and returns it without the password, to be shown.
    fn read_base(&mut self, base: &str) -> Result<String> {
        let start = base.find("://").map_or(0, |scheme| scheme + 3);
        let (scheme, rest) = base.split_at(start);
        let (user, place) = match rest.find(['@', '/']) {
            Some(at) if rest[at..].starts_with('@') => (&rest[..at], &rest[at + 1..]),
            Some(_) | None => ("", rest),
        };
        let (login, password) = user.split_once(':').unwrap_or((user, ""));
        // Refused here, because libpq's error would show the parts of an unencoded password that it takes for host or
        // port.
        let hosts = place.split('/').next().unwrap_or_default();
        let port = |host: &str| {
            host.rsplit(']')
                .next()
                .and_then(|host| Some(host.split_once(':')?.1.to_owned()))
        };
        let no_port = |port: String| port.bytes().any(|byte| !byte.is_ascii_digit());
        if place.contains('@') || hosts.split(',').filter_map(port).any(no_port) {
            return Err(Error::new(
                Code::Malformed,
                "the database's URL cannot be read: write postgres://USER:PASSWORD@HOST:PORT/NAME, with `@`, `:` and `/` \
                 in user and password percent-encoded",
            ));
        }
        // Without a name, libpq connects to the database that has the user's name.
        let name = place.split_once('/').map_or("", |(_, name)| name);
        self.name = decode(if name.is_empty() { login } else { name })?.into_owned();
        self.hide(password, &decode(password)?);
        Ok(match password {
            "" => base.to_owned(),
            _ => format!("{scheme}{login}:…@{place}"),
        })
    }

    fn hide(&mut self, raw: &str, decoded: &str) {
        let secrets = [raw, decoded].into_iter().filter(|secret| !secret.is_empty());
        self.secrets.extend(secrets.map(str::to_owned));
        // The longest first: if one secret begins with another, replacing the shorter one first would leave a rest.
        self.secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    }

    /// Sets one of this program's parameters.
    fn set(&mut self, name: &str, value: &str) -> Result<()> {
        let settings = &mut self.settings;
        match name {
            "pool_size" => {
                let size = value.parse().ok().filter(|size| (1..=MOST_CONNECTIONS).contains(size));
                let valid = || {
                    refuse(
                        name,
                        &format!("is {value:?}: give a number from 1 to {MOST_CONNECTIONS}"),
                    )
                };
                settings.pool_size = Some(size.ok_or_else(valid)?);
            }
            "pool_timeout" => settings.pool_timeout = Some(time(name, value)?).filter(|time| !time.is_zero()),
            "statement_timeout" => settings.statement_timeout = time(name, value)?,
            "idle_in_transaction_session_timeout" => {
                settings.idle_timeout = time(name, value)?;
                if !settings.idle_timeout.is_zero() && settings.idle_timeout < SHORTEST_IDLE {
                    return Err(refuse(
                        name,
                        &format!("is {value:?}: give at least 1s, or 0 for no limit"),
                    ));
                }
            }
            "pooler" => match value {
                "none" => settings.pooler = Pooler::None,
                "transaction" => settings.pooler = Pooler::Transaction,
                "prepared" => settings.pooler = Pooler::Prepared,
                _ => {
                    let given = format!("is {value:?}: give `transaction`, `prepared` or `none`");
                    return Err(refuse(name, &given));
                }
            },
            _ => {
                if !is_postgres(value) {
                    return Err(refuse(
                        name,
                        "is no URL: give postgres://USER@HOST/NAME, percent-encoded",
                    ));
                }
                let replica =
                    PostgresUrl::parse(value).map_err(|error| refuse(name, &format!("is refused: {error}")))?;
                if replica.settings.replica.is_some() {
                    return Err(refuse(name, "has a `replica` itself: give each standby's own URL"));
                }
                settings.replica = Some(Box::new(replica));
            }
        }
        Ok(())
    }

    /// The URL as it was given, with its secrets.
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// The URL for other programs that use libpq, without secrets.
    pub(crate) fn open(&self) -> &str {
        &self.open
    }

    /// The database's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The same URL with a `statement_timeout` of at most `within`.
    pub(crate) fn with_shorter_limit(&self, within: Duration) -> Self {
        let asked = self.settings.statement_timeout;
        let within = if asked.is_zero() { within } else { within.min(asked) };
        PostgresUrl {
            shorter_limit: Some(within),
            ..self.clone()
        }
    }

    /// The same URL without time limits.
    pub(crate) fn unlimited(&self) -> Self {
        let mut url = self.clone();
        url.settings.statement_timeout = Duration::ZERO;
        url.settings.idle_timeout = Duration::ZERO;
        url
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// 503 when the server cannot be reached or refuses it, or the database is not suitable ([`requirements::check`]).
    pub(crate) fn connect(&self) -> Result<PgConnection> {
        let connection = PgConnection::establish(&self.for_libpq());
        let mut connection = connection.map_err(|error| self.unreachable(&error.to_string()))?;
        if self.settings.pooler == Pooler::Transaction {
            connection.set_prepared_statement_cache_size(CacheSize::Disabled);
        }
        requirements::check(&mut connection, &self.name)?;
        Ok(connection)
    }

    /// Whether there is a pooler: each transaction may run on another connection to the server.
    pub(crate) fn pooled(&self) -> bool {
        self.settings.pooler != Pooler::None
    }

    /// The URL for libpq, with the time limits in `options`. A pooler does not pass `options` on; behind one, each
    /// transaction begins with [`PostgresUrl::set_local`] instead.
    fn for_libpq(&self) -> String {
        let mut options = self.options.clone();
        if !self.pooled() {
            // The last `-c` of a name wins, so the URL's own options come after ours.
            let ours = (self.limits().into_iter()).map(|(name, time)| format!("-c {name}={}", millis(time)));
            options = format!("{} {options}", ours.collect::<Vec<_>>().join(" "));
            if let Some(within) = self.shorter_limit {
                options += &format!(" -c statement_timeout={}", millis(within));
            }
        }
        match options.trim() {
            "" => self.libpq.clone(),
            options => format!(
                "{}&options={}",
                self.libpq,
                utf8_percent_encode(options, NON_ALPHANUMERIC)
            ),
        }
    }

    /// Behind a pooler, where settings last only for a transaction: the statements that set the time limits in each.
    pub(crate) fn set_local(&self) -> Option<String> {
        let set = |(name, time)| format!("SET LOCAL {name} = '{}'", millis(time));
        let limits = self.limits().map(set);
        self.pooled().then(|| limits.join("; "))
    }

    fn limits(&self) -> [(&'static str, Duration); 2] {
        [
            (
                "statement_timeout",
                self.shorter_limit.unwrap_or(self.settings.statement_timeout),
            ),
            ("idle_in_transaction_session_timeout", self.settings.idle_timeout),
        ]
    }

    /// The error for a failed connection: libpq's text without secrets, with a hint where one helps.
    fn unreachable(&self, why: &str) -> Error {
        let mut text = format!("the database cannot be reached: {}", why.trim_end());
        for secret in &self.secrets {
            text = text.replace(secret, "…");
        }
        if text.contains("invalid URI query parameter") {
            text += &format!("; besides libpq's parameters there are {}", OWN.join(", "));
        }
        if text.contains("unsupported startup parameter") {
            text += "; give the URL of a pgbouncer in transaction mode the parameter pooler=transaction \
                     (or prepared, from its version 1.22 on)";
        }
        Error::new(Code::Unavailable, text)
    }
}

impl fmt::Debug for PostgresUrl {
    /// The URL with `…` in place of secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.shown, f)
    }
}

/// Whether the text is a URL for [`PostgresUrl::parse`].
pub(crate) fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// Splits a URL at the `?` of the parameters. As in libpq, a `?` in user or password does not count.
fn split(url: &str) -> (&str, &str) {
    let start = url.find("://").map_or(0, |scheme| scheme + 3);
    let from = match url[start..].find(['@', '/']) {
        Some(at) if url[start + at..].starts_with('@') => start + at,
        Some(_) | None => start,
    };
    match url[from..].find('?') {
        Some(mark) => (&url[..from + mark], &url[from + mark + 1..]),
        None => (url, ""),
    }
}

fn millis(time: Duration) -> String {
    format!("{}ms", time.as_millis())
}
