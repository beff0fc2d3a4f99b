//! Turns database errors into this program's errors, and decides whether to run a transaction again. Errors are
//! recognised by their codes, never by their texts, which depend on the server's language.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind as Kind, Error as DieselError};
use drivers::postgres;
use drivers::sqlite::{Watch, codes as sqlite};

use crate::error::{Code, Error, Violation};

/// What has gone wrong in the current transaction.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct TransactionErrors {
    /// A statement failed, and was not rolled back to a savepoint since. PostgreSQL can only roll such a transaction
    /// back.
    pub(crate) failed: bool,
    /// The transaction had to give way to another one (deadlock, serialization failure, changed reads).
    pub(crate) contended: bool,
    /// The connection was lost.
    pub(crate) lost: bool,
    /// A statement was stopped: it took too long, or its request was given up.
    pub(crate) stopped: bool,
}

impl TransactionErrors {
    /// Notes a failure of Diesel and turns it into our error. `watch` is that of an SQLite connection.
    pub(crate) fn note(&mut self, error: DieselError, watch: Option<&Watch>) -> Error {
        let cause = match &error {
            DieselError::DatabaseError(kind, info) => cause(*kind, &**info, watch),
            _ => Cause::Other,
        };
        self.failed = true;
        self.contended |= cause == Cause::GaveWay;
        self.lost |= cause == Cause::Lost;
        self.stopped |= cause == Cause::Stopped;
        to_error(cause, error)
    }

    /// Notes that a statement was stopped although it ended without an error: a function of ours returned early.
    pub(crate) fn stopped(&mut self) -> Error {
        self.stopped = true;
        Error::new(Code::Unavailable, STOPPED)
    }
}

/// Whether a failure says that another connection holds a lock. `watch` is that of an SQLite connection.
pub(crate) fn is_locked(error: &DieselError, watch: Option<&Watch>) -> bool {
    match error {
        DieselError::DatabaseError(kind, info) => cause(*kind, &**info, watch) == Cause::Unavailable(LOCKED),
        _ => false,
    }
}

/// The error of a transaction that had to give way to others each time it ran.
pub(crate) fn contention() -> Error {
    Error::new(
        Code::Unavailable,
        "other requests changed the same records at the same time, again and again: try later",
    )
}

/// Why a statement failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// The database ended the transaction in favour of another one; run again, it may succeed.
    GaveWay,
    /// The connection is lost, or cannot be used any more; it is replaced.
    Lost,
    /// It took too long, or its request was given up.
    Stopped,
    /// A temporary problem of the database, such as a lock or a full disk.
    Unavailable(&'static str),
    /// A value, or the statement as a whole, exceeds what the database can hold.
    Unfit,
    /// The values violate a constraint, or the statement is wrong.
    Other,
}

/// The text for SQLite's busy and PostgreSQL's lock timeout; also recognised by
/// `lock_exclusive` in `file.rs`.
pub(crate) const LOCKED: &str = "others keep locked what this needs";
const READ_ONLY: &str = "the database is read-only";
const FULL: &str = "the database's disk is full";
const STOPPED: &str = "it took longer than `statement_timeout`, or nobody waited for it any more";
const EXHAUSTED: &str = "the database has no more memory, connections or locks";
const DISK: &str = "the database cannot read or write its files";

fn cause(kind: Kind, info: &(dyn DatabaseErrorInformation + Send + Sync), watch: Option<&Watch>) -> Cause {
    let code = watch.map(|watch| watch.code(info.message()));
    match (kind, code, postgres::sqlstate(info)) {
        (Kind::ClosedConnection | Kind::UnableToSendCommand, ..) => Cause::Lost,
        (_, Some(code), _) => code.map_or(Cause::Other, of_sqlite),
        (_, None, Some(state)) => of_postgres(state, postgres::function(info)),
        (_, None, None) => Cause::Other,
    }
}

/// By SQLSTATE: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn of_postgres(state: &str, function: Option<&str>) -> Cause {
    match (state, &state[..2]) {
        ("40001" | "40P01", _) => Cause::GaveWay, // not serializable, deadlock
        // A prepared statement no longer fits the tables, since a migration changed them, or does not exist.
        ("0A000", _) if function == Some("RevalidateCachedQuery") => Cause::Lost,
        ("26000", _) => Cause::Lost,
        // The server shuts down, or has closed this connection.
        ("57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "25P04", _) | (_, "08") => Cause::Lost,
        ("55P03", _) => Cause::Unavailable(LOCKED),
        ("57014", _) => Cause::Stopped,
        ("25006", _) => Cause::Unavailable(READ_ONLY),
        ("53100", _) => Cause::Unavailable(FULL),
        (_, "53") => Cause::Unavailable(EXHAUSTED),
        (_, "58") | ("XX001" | "XX002", _) => Cause::Unavailable(DISK),
        (_, "22" | "54") => Cause::Unfit, // invalid data; a limit of the server
        _ => Cause::Other,
    }
}

/// By primary result code, the lowest byte: <https://www.sqlite.org/rescode.html>.
fn of_sqlite(code: i32) -> Cause {
    match code & 0xff {
        sqlite::SQLITE_BUSY | sqlite::SQLITE_LOCKED | sqlite::SQLITE_PROTOCOL => Cause::Unavailable(LOCKED),
        sqlite::SQLITE_INTERRUPT => Cause::Stopped,
        sqlite::SQLITE_READONLY | sqlite::SQLITE_PERM => Cause::Unavailable(READ_ONLY),
        sqlite::SQLITE_FULL => Cause::Unavailable(FULL),
        sqlite::SQLITE_NOMEM => Cause::Unavailable(EXHAUSTED),
        sqlite::SQLITE_IOERR | sqlite::SQLITE_CANTOPEN | sqlite::SQLITE_CORRUPT | sqlite::SQLITE_NOTADB => {
            Cause::Unavailable(DISK)
        }
        sqlite::SQLITE_TOOBIG | sqlite::SQLITE_MISMATCH => Cause::Unfit,
        _ => Cause::Other,
    }
}

/// Our error for a cause.
fn to_error(cause: Cause, error: DieselError) -> Error {
    match (cause, &error) {
        (Cause::GaveWay, _) => contention(),
        (Cause::Lost, _) => Error::new(Code::Unavailable, "the connection to the database was lost"),
        (Cause::Stopped, _) => Error::new(Code::Unavailable, STOPPED),
        (Cause::Unavailable(why), _) => Error::new(Code::Unavailable, format!("{why}: {error}")),
        (Cause::Unfit, _) => Error::new(Code::Invalid, format!("the database cannot hold a value: {error}")),
        (Cause::Other, DieselError::DatabaseError(kind, info)) => constraint_error(*kind, &**info),
        (Cause::Other, DieselError::SerializationError(why)) => {
            Error::new(Code::Invalid, format!("a value cannot be stored: {why}"))
        }
        (Cause::Other, _) => refused(&error.to_string()),
    }
}

/// The error of a statement that violates a constraint of the database.
fn constraint_error(kind: Kind, info: &dyn DatabaseErrorInformation) -> Error {
    let message = info.message();
    let (code, text) = match kind {
        Kind::UniqueViolation => {
            let name = info.constraint_name().unwrap_or(message);
            let text = format!("a record with these values exists already ({name})");
            (Code::Conflict, text)
        }
        Kind::ForeignKeyViolation | Kind::RestrictViolation => {
            let text =
                "a record that is referred to is missing, or others still need this one or what is deleted with it";
            (Code::Conflict, text.to_owned())
        }
        Kind::NotNullViolation => (Code::Invalid, format!("a required value is missing: {message}")),
        Kind::CheckViolation => {
            let text = format!("a value breaks a rule of the database: {message}");
            (Code::Invalid, text)
        }
        _ => return refused(message),
    };
    Error::new(code, text).violating(violation(kind, info))
}

/// The constraint that was violated. PostgreSQL tells its name apart from the message. SQLite has it in the message
/// only, always in English: `UNIQUE constraint failed: table.a, table.b`, `UNIQUE constraint failed: index 'name'`,
/// `CHECK constraint failed: name`.
fn violation(kind: Kind, info: &dyn DatabaseErrorInformation) -> Option<Violation> {
    if let Some(name) = info.constraint_name() {
        return Some(Violation::Constraint(name.to_owned()));
    }
    let (_, what) = info.message().split_once(" constraint failed: ")?;
    let index = what.strip_prefix("index '").and_then(|name| name.strip_suffix('\''));
    Some(match (index, kind) {
        (Some(name), _) => Violation::Constraint(name.to_owned()),
        (None, Kind::UniqueViolation) => Violation::Columns(what.split(", ").map(str::to_owned).collect()),
        (None, _) => Violation::Constraint(what.to_owned()),
    })
}

fn refused(why: &str) -> Error {
    Error::internal(format!("the database refused a statement: {why}"))
}
