//! A connection with its prepared statements: one for each thread that reads, and one for the thread that writes.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Row, Statement};
use sha2::{Digest as _, Sha256};

use crate::clock;
use crate::error::{Error, Result};
use crate::orders::Orders;
use crate::partners::Partners;
use crate::sql;

/// What reads.
#[derive(Debug)]
pub(crate) struct Reader {
    begin: Statement<'static>,
    commit: Statement<'static>,
    rollback: Statement<'static>,
    token: Statement<'static>,
    /// Orders by their read tree.
    pub(crate) orders: Orders,
    /// Partners.
    pub(crate) partners: Partners,
}

/// Who a token belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    /// The user's id.
    pub(crate) user: i64,
    /// The user's company.
    pub(crate) company: i64,
}

/// Opens an existing database. The connection lives as long as the process: its statements stay prepared beside it.
///
/// # Errors
/// When the file is missing or no database.
pub(crate) fn open(path: &Path) -> Result<&'static Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.execute_batch(sql::SETTINGS)?;
    // Plans do not depend on bound values. Otherwise SQLite prepares a statement anew whenever a value that could
    // have changed the plan is bound again, a page's limit for one.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(Box::leak(Box::new(connection)))
}

impl Reader {
    /// Opens a connection and prepares its statements.
    ///
    /// # Errors
    /// When the file is missing, no database, or has another schema.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        Self::new(open(path)?)
    }

    /// Prepares the statements.
    ///
    /// # Errors
    /// When the schema is another than [`sql`] knows.
    pub(crate) fn new(connection: &'static Connection) -> Result<Self> {
        Ok(Reader {
            begin: connection.prepare("BEGIN")?,
            commit: connection.prepare("COMMIT")?,
            rollback: connection.prepare("ROLLBACK")?,
            token: connection.prepare(sql::TOKEN)?,
            orders: Orders::new(connection)?,
            partners: Partners::new(connection)?,
        })
    }

    /// Runs `read` over one snapshot of the database.
    ///
    /// # Errors
    /// Those of `read`, or when the database fails.
    pub(crate) fn snapshot<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.begin.execute([])?;
        let answer = read(self);
        match answer {
            Ok(_) => self.commit.execute([])?,
            Err(_) => self.rollback.execute([])?,
        };
        answer
    }

    /// Whose token it is.
    ///
    /// # Errors
    /// When the token is unknown, expired or idle for too long, or its user may not log in.
    pub(crate) fn caller(&mut self, token: &[u8]) -> Result<Caller> {
        let (seconds, _) = clock::now();
        let (now, idle) = (clock::text(seconds, 0), clock::text(seconds - clock::DAY, 0));
        let hash = hash(token);
        let hash = std::str::from_utf8(&hash).map_err(|_| Error::Unauthenticated)?;
        let found = |row: &Row<'_>| {
            Ok(Caller {
                user: row.get(0)?,
                company: row.get(1)?,
            })
        };
        self.token
            .query_row([hash, &now, &idle], found)
            .optional()?
            .ok_or(Error::Unauthenticated)
    }
}

/// SHA-256 in lower-case hexadecimal digits.
fn hash(token: &[u8]) -> [u8; 64] {
    const DIGITS: [u8; 16] = *b"0123456789abcdef";
    let mut out = [0; 64];
    for (pair, byte) in out.chunks_exact_mut(2).zip(Sha256::digest(token)) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    out
}
