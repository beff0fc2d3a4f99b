//! A connection with what the runtime asks of it: run a statement, count it, say failures in our own terms.

use diesel::connection::{LoadConnection, SimpleConnection};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::connection::AnyConnection;
use super::row::Row;
use super::{Dialect, Statement};
use crate::error::{Code, Error, Result};

/// An open connection.
#[expect(missing_debug_implementations, reason = "Diesel's connections have none")]
pub struct Session {
    connection: AnyConnection,
    dialect: Dialect,
    statements: u64,
    broken: bool,
}

impl Session {
    /// Wraps an open connection.
    pub fn new(connection: AnyConnection) -> Self {
        let dialect = match connection {
            AnyConnection::Postgres(_) => Dialect::Postgres,
            AnyConnection::Sqlite(_) => Dialect::Sqlite,
        };
        Session {
            connection,
            dialect,
            statements: 0,
            broken: false,
        }
    }

    /// Which database it talks to.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// How many statements ran on this session, transaction control not counted.
    pub fn statements(&self) -> u64 {
        self.statements
    }

    /// The Diesel connection, for plain Diesel code.
    pub fn diesel(&mut self) -> &mut AnyConnection {
        &mut self.connection
    }

    /// Runs a statement that answers rows.
    ///
    /// # Errors
    /// When the database refuses it, or `each` fails.
    pub fn query(&mut self, statement: &Statement, mut each: impl FnMut(&Row<'_, '_, '_>) -> Result<()>) -> Result<()> {
        self.statements += 1;
        let cursor = LoadConnection::load(&mut self.connection, statement).map_err(failure)?;
        for row in cursor {
            let row = row.map_err(failure)?;
            each(&Row(&row))?;
        }
        Ok(())
    }

    /// Runs a statement without rows; answers how many it changed.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn execute(&mut self, statement: &Statement) -> Result<usize> {
        self.statements += 1;
        self.connection.execute_returning_count(statement).map_err(failure)
    }

    /// Runs statements without binds, transaction control among them; not counted.
    ///
    /// # Errors
    /// When the database refuses one. The session then counts as broken: its transaction is in doubt.
    pub fn batch(&mut self, sql: &str) -> Result<()> {
        self.connection.batch_execute(sql).map_err(|error| {
            self.broken = true;
            failure(error)
        })
    }

    /// Whether transaction control failed on this session.
    pub fn broken(&self) -> bool {
        self.broken
    }
}

/// What a database failure means to the caller.
pub(super) fn failure(error: DieselError) -> Error {
    match &error {
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => Error::new(
            Code::Conflict,
            format!(
                "a record with these values exists already ({})",
                info.constraint_name().unwrap_or(info.message())
            ),
        ),
        DieselError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, info) => Error::new(
            Code::Conflict,
            format!(
                "a record that is referred to is missing or still needed: {}",
                info.message()
            ),
        ),
        DieselError::DatabaseError(DatabaseErrorKind::NotNullViolation, info) => Error::new(
            Code::Invalid,
            format!("a required value is missing: {}", info.message()),
        ),
        DieselError::DatabaseError(DatabaseErrorKind::CheckViolation, info) => Error::new(
            Code::Invalid,
            format!("a value breaks a rule of the database: {}", info.message()),
        ),
        DieselError::DatabaseError(_, info) if UNAVAILABLE.iter().any(|text| info.message().contains(text)) => {
            Error::new(
                Code::Unavailable,
                format!("the database cannot do this now: {}", info.message()),
            )
        }
        _ => Error::internal(format!("the database refused a statement: {error}")),
    }
}

/// SQLite's words for conditions that are not the caller's fault and may pass.
const UNAVAILABLE: [&str; 8] = [
    "database is locked",
    "database or disk is full",
    "disk I/O error",
    "unable to open database",
    "attempt to write a readonly database",
    "file is not a database",
    "database disk image is malformed",
    "server closed the connection",
];
