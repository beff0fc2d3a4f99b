//! Connections: one type for both databases, and how an address names one.

use super::postgres::{PostgresUrl, is_postgres};
use super::sqlite::SqliteFile;
use super::{Dialect, Session};
use crate::error::{Code, Error, Result};

pub(crate) use any::MultiRow;
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
    /// A file, and parameters of ours.
    Sqlite(SqliteFile),
    /// A connection URL: libpq's parameters and ours.
    Postgres(Box<PostgresUrl>),
}

impl Address {
    /// Reads a URL.
    ///
    /// # Errors
    /// When it is neither `sqlite://path` nor `postgres://…`, or a parameter has a value that it cannot have. The error
    /// repeats no password.
    pub fn parse(url: &str) -> Result<Self> {
        if is_postgres(url) {
            return PostgresUrl::parse(url).map(|url| Address::Postgres(Box::new(url)));
        }
        match url.strip_prefix("sqlite://") {
            None => {
                // Of what is no URL of ours nobody knows where it holds a password.
                let scheme = url.split([':', '@']).next().unwrap_or_default();
                Err(Error::new(
                    Code::Malformed,
                    format!("\"{scheme}…\" is no database: write sqlite://PATH or postgres://USER@HOST/NAME"),
                ))
            }
            Some(file) => SqliteFile::parse(file).map(Address::Sqlite),
        }
    }

    /// The name that clients use for it unless one is given: the file's stem, or the database's name.
    pub fn default_name(&self) -> String {
        match self {
            Address::Sqlite(file) => {
                (file.path().file_stem()).map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
            }
            Address::Postgres(url) => url.name().to_owned(),
        }
    }

    /// The URL as other programs take it: without parameters of ours, and without the passwords that it may hold.
    pub fn without_password(&self) -> String {
        match self {
            Address::Sqlite(file) => format!("sqlite://{}", file.path().display()),
            Address::Postgres(url) => url.open().to_owned(),
        }
    }

    /// Which database it is.
    pub fn dialect(&self) -> Dialect {
        match self {
            Address::Sqlite(_) => Dialect::Sqlite,
            Address::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Opens a connection for what may take its time: a command, a migration. A missing SQLite file is created only when
    /// `create` says so.
    ///
    /// # Errors
    /// With the reason in words when the file is missing, unreadable, a directory or no database, or the server away.
    pub fn open(&self, create: bool) -> Result<Session> {
        Ok(match self {
            Address::Sqlite(file) => {
                let (connection, watch) = file.connect(create)?;
                Session::watched(AnyConnection::Sqlite(connection), watch)
            }
            Address::Postgres(url) => of_server(&url.unlimited())?,
        })
    }

    /// Runs `job` in a transaction that writes, by a connection of its own: [`Session::transact`].
    ///
    /// # Errors
    /// As [`Address::open`] and [`Session::transact`].
    pub fn transact<T, E: From<Error>>(&self, job: impl FnMut(&mut Session) -> Result<T, E>) -> Result<T, E> {
        self.open(false)?.transact(job)
    }

    /// Opens a connection of a database that is there, for a server: with the time limits that the URL gives.
    ///
    /// # Errors
    /// As [`Address::open`].
    pub fn session(&self) -> Result<Session> {
        match self {
            Address::Sqlite(file) => Ok(self.open(false)?.limited(file.time_limit())),
            Address::Postgres(url) => of_server(url),
        }
    }
}

fn of_server(url: &PostgresUrl) -> Result<Session> {
    let connection = url.connect()?;
    Ok(Session::watched(AnyConnection::Postgres(connection), None).setting(url.set_local()))
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
            ("postgres://u@h/shop?pool_size=3", "postgres://u@h/shop"),
            ("sqlite://shop.db", "sqlite://shop.db"),
        ] {
            assert_eq!(Address::parse(url).unwrap().without_password(), told);
        }
    }
}
