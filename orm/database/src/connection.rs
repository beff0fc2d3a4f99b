//! One connection type for both databases, and [`Address`], the parsed URL of a database.

use super::postgres::{Pooler, PostgresUrl, is_postgres};
use super::sqlite::SqliteFile;
use super::{Dialect, Session};
use crate::error::{Code, Error, Result};

pub(crate) use any::MultiRow;
pub use any::{AnyConnection, MultiBackend};

/// A module of its own because Diesel's derive generates undocumented types.
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

/// The URL of a database: `sqlite://PATH` or `postgres://USER@HOST/NAME`. Databases in memory are refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A file, and this program's parameters.
    Sqlite(SqliteFile),
    /// A connection URL, with parameters of libpq and of this program.
    Postgres(Box<PostgresUrl>),
}

impl Address {
    /// Reads a URL.
    ///
    /// # Errors
    /// When it is neither `sqlite://PATH` nor `postgres://…`, or a parameter has an invalid value. The error never
    /// repeats a password.
    pub fn parse(url: &str) -> Result<Self> {
        if is_postgres(url) {
            return PostgresUrl::parse(url).map(|url| Address::Postgres(Box::new(url)));
        }
        match url.strip_prefix("sqlite://") {
            None => {
                // Only the start is repeated: in a text that is no such URL, any other part may be a password.
                let scheme = url.split([':', '@']).next().unwrap_or_default();
                Err(Error::new(
                    Code::Malformed,
                    format!("\"{scheme}…\" is no database: write sqlite://PATH or postgres://USER@HOST/NAME"),
                ))
            }
            Some(file) => SqliteFile::parse(file).map(Address::Sqlite),
        }
    }

    /// The name that API clients use for this database unless the configuration gives one: the file's stem, or
    /// PostgreSQL's database name.
    pub fn default_name(&self) -> String {
        match self {
            Address::Sqlite(file) => {
                (file.path().file_stem()).map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
            }
            Address::Postgres(url) => url.name().to_owned(),
        }
    }

    /// The URL for other programs (such as `pg_dump`): without this program's parameters and without passwords.
    pub fn without_password(&self) -> String {
        match self {
            Address::Sqlite(file) => format!("sqlite://{}", file.path().display()),
            Address::Postgres(url) => url.open().to_owned(),
        }
    }

    /// Whether it is SQLite or PostgreSQL.
    pub fn dialect(&self) -> Dialect {
        match self {
            Address::Sqlite(_) => Dialect::Sqlite,
            Address::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Opens a connection without time limits, for commands and migrations. A missing SQLite file is created only with
    /// `create`.
    ///
    /// # Errors
    /// With the reason in words when the file is missing, unreadable, a directory or no database, or the server cannot
    /// be reached.
    pub fn open(&self, create: bool) -> Result<Session> {
        Ok(match self {
            Address::Sqlite(file) => {
                let (connection, watch) = file.connect(create)?;
                Session::watched(AnyConnection::Sqlite(connection), watch)
            }
            Address::Postgres(url) => of_server(&url.unlimited())?,
        })
    }

    /// Opens a connection and runs `job` on it in a write transaction: [`Session::transact`].
    ///
    /// # Errors
    /// As [`Address::open`] and [`Session::transact`].
    pub fn transact<T, E: From<Error>>(&self, job: impl FnMut(&mut Session) -> Result<T, E>) -> Result<T, E> {
        self.open(false)?.transact(job)
    }

    /// Opens a connection to an existing database for serving requests: with the time limits of the URL.
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
    let session = Session::watched(AnyConnection::Postgres(connection), None).setting(url.set_local());
    Ok(match url.settings.pooler {
        Pooler::Transaction => session.preparing_anew(),
        Pooler::None | Pooler::Prepared => session,
    })
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
