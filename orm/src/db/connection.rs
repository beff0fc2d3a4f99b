//! Connections: one type for both databases, how an address names one, and how each is opened.

use std::path::{Path, PathBuf};

use diesel::connection::{CacheSize, SimpleConnection};
use diesel::prelude::*;

use super::{Dialect, failure, like};
use crate::error::{Code, Error, Result};

pub(super) use any::MultiRow;
pub use any::{AnyConnection, MultiBackend};

/// Diesel's derive, apart because it writes undocumented types.
mod any {
    #![allow(missing_docs, unreachable_pub)] // the derive's own items

    use diesel::pg::PgConnection;
    use diesel::prelude::*;
    use diesel::sqlite::SqliteConnection;

    #[derive(diesel::MultiConnection)]
    pub enum AnyConnection {
        Postgres(PgConnection),
        Sqlite(SqliteConnection),
    }
}

/// Where a database is: `sqlite://path`, `sqlite::memory:` is refused; `postgres://…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A file. Relative paths are relative to the working directory.
    Sqlite(PathBuf),
    /// A connection URL, as libpq reads it.
    Postgres(String),
}

impl Address {
    /// Reads a URL.
    ///
    /// # Errors
    /// When it is neither `sqlite://path` nor `postgres://…`.
    pub fn parse(url: &str) -> Result<Self> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Address::Postgres(url.to_owned()));
        }
        match url.strip_prefix("sqlite://") {
            Some("" | ":memory:") | None => Err(Error::new(
                Code::Malformed,
                format!("{url:?} is no database: write sqlite://PATH or postgres://USER@HOST/NAME"),
            )),
            Some(path) => Ok(Address::Sqlite(PathBuf::from(path))),
        }
    }

    /// The name that clients use for it unless one is given: the file's stem, or the database's name.
    pub fn default_name(&self) -> String {
        match self {
            Address::Sqlite(path) => path
                .file_stem()
                .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned()),
            Address::Postgres(url) => {
                let path = url.split('?').next().unwrap_or_default();
                path.rsplit('/').next().unwrap_or_default().to_owned()
            }
        }
    }

    /// The URL, without the passwords that it may hold.
    pub fn without_password(&self) -> String {
        match self {
            Address::Sqlite(path) => format!("sqlite://{}", path.display()),
            Address::Postgres(url) => without_password(url),
        }
    }

    /// Which database it is.
    pub fn dialect(&self) -> Dialect {
        match self {
            Address::Sqlite(_) => Dialect::Sqlite,
            Address::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Opens a connection. A missing SQLite file is created only when `create` says so.
    ///
    /// # Errors
    /// With the reason in words when the file is missing, unreadable, a directory or no database, or the server away.
    pub fn open(&self, create: bool) -> Result<AnyConnection> {
        match self {
            Address::Sqlite(path) => open_sqlite(path, create).map(AnyConnection::Sqlite),
            Address::Postgres(url) => open_postgres(url).map(AnyConnection::Postgres),
        }
    }
}

/// Takes a URL apart as libpq does: the user is what stands before the first `@`, unless a `/` comes first.
fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    let (user, rest) = match rest.split_once('@') {
        Some((user, place)) if !user.contains('/') => {
            let name = user.split(':').next().unwrap_or_default();
            (format!("{name}@"), place)
        }
        _ => (String::new(), rest),
    };
    let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    // The name of a parameter may be percent-encoded.
    let open = |parameter: &&str| {
        !parameter.contains("password") && !parameter.split('=').next().unwrap_or_default().contains('%')
    };
    let parameters: Vec<&str> = parameters
        .split('&')
        .filter(|parameter| !parameter.is_empty())
        .filter(open)
        .collect();
    let mark = if parameters.is_empty() { "" } else { "?" };
    format!("{scheme}://{user}{place}{mark}{}", parameters.join("&"))
}

/// What every PostgreSQL connection is set to, unless its URL says otherwise: a name by which administrators know it, and an
/// end to statements and transactions that hang.
const POSTGRES_SETTINGS: [(&str, &str); 3] = [
    ("application_name", "declarest"),
    ("statement_timeout", "60s"),
    ("idle_in_transaction_session_timeout", "60s"),
];

fn open_postgres(url: &str) -> Result<diesel::PgConnection> {
    let unreachable = |why: String| Error::new(Code::Unavailable, format!("the database cannot be reached: {why}"));
    let mut connection = diesel::PgConnection::establish(url).map_err(|error| unreachable(error.to_string()))?;
    let settings = POSTGRES_SETTINGS.iter().filter(|(name, _)| !url.contains(name));
    let settings: String = settings
        .map(|(name, value)| format!("SET {name} = '{value}'; "))
        .collect();
    let set = connection.batch_execute(&settings);
    set.map_err(|error| unreachable(error.to_string()))?;
    Ok(connection)
}

/// What every SQLite connection is set to: a wait for the writer, foreign keys, and a write-ahead log, so that readers
/// and the writer do not block each other. `synchronous = NORMAL` loses nothing when the process dies.
const SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = NORMAL; PRAGMA mmap_size = 1073741824; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;";

fn open_sqlite(path: &Path, create: bool) -> Result<SqliteConnection> {
    let refuse = |why: String| Err(Error::new(Code::Unavailable, format!("{}: {why}", path.display())));
    if path.is_dir() {
        return refuse("is a directory, not an SQLite file".to_owned());
    }
    match std::fs::metadata(path) {
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && create => {}
        Err(error) => return refuse(error.to_string()),
    }
    let mut connection = match SqliteConnection::establish(&path.to_string_lossy()) {
        Ok(connection) => connection,
        Err(error) => return refuse(error.to_string()),
    };
    if let Err(error) = connection
        .batch_execute(SQLITE_SETTINGS)
        .and_then(|()| like::register(&mut connection))
    {
        return refuse(failure(error).detail().to_owned());
    }
    connection.set_prepared_statement_cache_size(CacheSize::Unbounded);
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn passwords_are_not_told() {
        for (url, told) in [
            ("postgres://u:secret@h:5433/shop", "postgres://u@h:5433/shop"),
            (
                "postgres://u:se?cret@h/shop?sslmode=require",
                "postgres://u@h/shop?sslmode=require",
            ),
            (
                "postgresql://h/shop?user=u&password=secret&sslmode=require",
                "postgresql://h/shop?user=u&sslmode=require",
            ),
            (
                "postgres:///shop?host=/run/postgresql&p%61ssword=secret",
                "postgres:///shop?host=/run/postgresql",
            ),
            ("postgres://u@h/shop", "postgres://u@h/shop"),
            ("sqlite://shop.db", "sqlite://shop.db"),
        ] {
            assert_eq!(Address::parse(url).unwrap().without_password(), told);
        }
    }
}
