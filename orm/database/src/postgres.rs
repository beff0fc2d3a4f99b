//! `postgres://…`: which of a URL's parameters are ours and which libpq's, and how a connection is opened.
//!
//! A password never leaves this file but for libpq: whatever is shown of a URL, or of an error that libpq makes of one,
//! has `…` in its place.

use std::fmt;
use std::time::Duration;

use diesel::connection::CacheSize;
use diesel::prelude::*;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::fit;
use super::parameter::{STATEMENT_TIMEOUT, decode, refuse, time};
use crate::error::{Code, Error, Result};

/// A PostgreSQL database: its URL as given, told apart into what libpq is to know and what is ours.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl {
    url: String,
    /// As it may be shown.
    shown: String,
    /// For other programs that use libpq: its parameters, without secrets.
    open: String,
    /// The database's name.
    name: String,
    /// Whatever must not be shown, as it stands in the URL and decoded.
    secrets: Vec<String>,
    /// For libpq, without `options`.
    libpq: String,
    /// libpq's `options`, decoded.
    options: String,
    /// The longest time of a statement, whatever the URL says.
    hurry: Option<Duration>,
    pub(crate) settings: Settings,
}

/// What a URL's parameters of ours say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    /// `pool_size`: connections that read, and as many that write.
    pub(crate) pool_size: Option<usize>,
    /// `pool_timeout`: how long a request may wait for a connection; no limit when there is none.
    pub(crate) pool_timeout: Option<Duration>,
    /// `statement_timeout`
    statement_timeout: Duration,
    /// `idle_in_transaction_session_timeout`
    idle_timeout: Duration,
    /// `pooler=transaction`: each transaction may come to another connection of the server.
    pub(crate) pooled: bool,
    /// `replica`: a standby that follows this database.
    pub(crate) replica: Option<Box<PostgresUrl>>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            pool_size: None,
            pool_timeout: Some(Duration::from_secs(10)),
            statement_timeout: STATEMENT_TIMEOUT,
            idle_timeout: Duration::from_secs(60),
            pooled: false,
            replica: None,
        }
    }
}

/// The parameters of a URL that are ours; all others are libpq's.
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
/// libpq's parameters that are given where a URL leaves them out, with the variable that may stand for each.
const LIBPQ: [(&str, &str, &str); 2] = [
    ("connect_timeout", "10", "PGCONNECT_TIMEOUT"),
    ("fallback_application_name", "declarest", ""),
];
/// The most connections of a pool.
const MOST_CONNECTIONS: usize = 1_000;
/// The shortest wait of an open transaction: one may be begun before there is work for it.
const SHORTEST_IDLE: Duration = Duration::from_secs(1);

impl PostgresUrl {
    /// Reads a URL that begins with `postgres://` or `postgresql://`.
    ///
    /// # Errors
    /// When a parameter of ours has a value that it cannot have.
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
            hurry: None,
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
            // What libpq takes where the URL has no options.
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

    /// Reads what stands before the parameters; answers it as it may be shown.
    fn read_base(&mut self, base: &str) -> Result<String> {
        let start = base.find("://").map_or(0, |scheme| scheme + 3);
        let (scheme, rest) = base.split_at(start);
        let (user, place) = match rest.find(['@', '/']) {
            Some(at) if rest[at..].starts_with('@') => (&rest[..at], &rest[at + 1..]),
            Some(_) | None => ("", rest),
        };
        let (login, password) = user.split_once(':').unwrap_or((user, ""));
        // libpq would repeat parts of a password that it takes for something else.
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
        // Without a name, libpq connects to the database that is called like the user.
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
        // Of two that begin alike the longer one first: nothing of it stays.
        self.secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    }

    /// Takes a parameter of ours.
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
                "transaction" => settings.pooled = true,
                "none" => settings.pooled = false,
                _ => return Err(refuse(name, &format!("is {value:?}: give `transaction` or `none`"))),
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

    /// The URL as it was given, with whatever secrets it holds.
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

    /// The same, for statements that take no longer than this.
    pub(crate) fn hurried(&self, within: Duration) -> Self {
        let asked = self.settings.statement_timeout;
        let within = if asked.is_zero() { within } else { within.min(asked) };
        PostgresUrl {
            hurry: Some(within),
            ..self.clone()
        }
    }

    /// The same, without time limits.
    pub(crate) fn unlimited(&self) -> Self {
        let mut url = self.clone();
        url.settings.statement_timeout = Duration::ZERO;
        url.settings.idle_timeout = Duration::ZERO;
        url
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// When the server is away or refuses it, or the database does not fit.
    pub(crate) fn connect(&self) -> Result<PgConnection> {
        let connection = PgConnection::establish(&self.for_libpq());
        let mut connection = connection.map_err(|error| self.unreachable(&error.to_string()))?;
        if self.settings.pooled {
            // The next transaction may come to a connection that knows nothing of what this one prepared.
            connection.set_prepared_statement_cache_size(CacheSize::Disabled);
        }
        fit::check(&mut connection, &self.name)?;
        Ok(connection)
    }

    /// What libpq is given. A pooler passes no `options` on: then each transaction begins with
    /// [`PostgresUrl::set_local`].
    fn for_libpq(&self) -> String {
        let mut options = self.options.clone();
        if !self.settings.pooled {
            // The last one wins: the URL's own.
            let ours = (self.limits().into_iter()).map(|(name, time)| format!("-c {name}={}", millis(time)));
            options = format!("{} {options}", ours.collect::<Vec<_>>().join(" "));
            if let Some(within) = self.hurry {
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

    /// Where nothing can be set for longer than a transaction: the statements that set it there.
    pub(crate) fn set_local(&self) -> Option<String> {
        let set = |(name, time)| format!("SET LOCAL {name} = '{}'", millis(time));
        let limits = self.limits().map(set);
        self.settings.pooled.then(|| limits.join("; "))
    }

    fn limits(&self) -> [(&'static str, Duration); 2] {
        [
            (
                "statement_timeout",
                self.hurry.unwrap_or(self.settings.statement_timeout),
            ),
            ("idle_in_transaction_session_timeout", self.settings.idle_timeout),
        ]
    }

    /// Why there is no connection.
    fn unreachable(&self, why: &str) -> Error {
        let mut text = format!("the database cannot be reached: {}", why.trim_end());
        for secret in &self.secrets {
            text = text.replace(secret, "…");
        }
        if text.contains("invalid URI query parameter") {
            text += &format!("; besides libpq's parameters there are {}", OWN.join(", "));
        }
        if text.contains("unsupported startup parameter") {
            text += "; give the URL of a pgbouncer in transaction mode the parameter pooler=transaction";
        }
        Error::new(Code::Unavailable, text)
    }
}

impl fmt::Debug for PostgresUrl {
    /// The URL without its secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.shown, f)
    }
}

/// Whether a text is to be read by [`PostgresUrl::parse`].
pub(crate) fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// What stands before the `?` of the parameters, and behind it. As for libpq, a password may hold a `?`.
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
