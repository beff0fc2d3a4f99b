//! What the databases refuse, in our own terms: what it means to the caller, and whether to try again. They are asked by
//! code, never by text, which is in whatever language a server speaks.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind as Kind, Error as DieselError};
use drivers::postgres;
use drivers::sqlite::{Watch, codes as sqlite};

use crate::error::{Code, Error};

/// What went wrong in a transaction.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Trouble {
    /// A statement was refused, and nothing was taken back since: PostgreSQL keeps nothing of such a transaction.
    pub(crate) failed: bool,
    /// The database made it give way to another one.
    pub(crate) contended: bool,
    /// The connection was lost.
    pub(crate) lost: bool,
    /// It was stopped: it took too long, or somebody gave it up.
    pub(crate) stopped: bool,
}

impl Trouble {
    /// Notes what a failure says, and says it in our own terms. `watch` is that of an SQLite connection.
    pub(crate) fn noted(&mut self, error: DieselError, watch: Option<&Watch>) -> Error {
        let cause = match &error {
            DieselError::DatabaseError(kind, info) => cause(*kind, &**info, watch),
            _ => Cause::Other,
        };
        self.failed = true;
        self.contended |= cause == Cause::GaveWay;
        self.lost |= cause == Cause::Lost;
        self.stopped |= cause == Cause::Stopped;
        told(cause, error)
    }

    /// Notes that a statement was stopped which does not know it.
    pub(crate) fn stopped(&mut self) -> Error {
        self.stopped = true;
        Error::new(Code::Unavailable, STOPPED)
    }
}

/// The refusal of a transaction that had to give way to others each time that it ran.
pub(crate) fn contention() -> Error {
    Error::new(
        Code::Unavailable,
        "other requests changed the same records at the same time, again and again: try later",
    )
}

/// Why a database refused a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// It ended the transaction for the sake of another one: run again, it may pass.
    GaveWay,
    /// There is no connection any more, or one that is of no more use: another one takes its place.
    Lost,
    /// It took too long, or somebody gave it up.
    Stopped,
    /// It is nobody's fault, and may pass.
    Unavailable(&'static str),
    /// A value, or all of them together, is too much for it.
    Unfit,
    /// The values break a rule, or the statement is wrong.
    Other,
}

/// Somebody else has locked it.
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
        // What it keeps prepared does not fit the tables since a migration changed them, or is not there.
        ("0A000", _) if function == Some("RevalidateCachedQuery") => Cause::Lost,
        ("26000", _) => Cause::Lost,
        // The server ends, or ended this connection.
        ("57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "25P04", _) | (_, "08") => Cause::Lost,
        ("55P03", _) => Cause::Unavailable(LOCKED),
        ("57014", _) => Cause::Stopped,
        ("25006", _) => Cause::Unavailable(READ_ONLY),
        ("53100", _) => Cause::Unavailable(FULL),
        (_, "53") => Cause::Unavailable(EXHAUSTED),
        (_, "58") | ("XX001" | "XX002", _) => Cause::Unavailable(DISK),
        (_, "22" | "54") => Cause::Unfit, // data that cannot be; a limit of the server's
        _ => Cause::Other,
    }
}

/// By result code: <https://www.sqlite.org/rescode.html>. What extends it stands above the lowest byte.
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

/// What a failure means to the caller.
fn told(cause: Cause, error: DieselError) -> Error {
    match (cause, &error) {
        (Cause::GaveWay, _) => contention(),
        (Cause::Lost, _) => Error::new(Code::Unavailable, "the connection to the database was lost"),
        (Cause::Stopped, _) => Error::new(Code::Unavailable, STOPPED),
        (Cause::Unavailable(why), _) => Error::new(Code::Unavailable, format!("{why}: {error}")),
        (Cause::Unfit, _) => Error::new(Code::Invalid, format!("the database cannot hold a value: {error}")),
        (Cause::Other, DieselError::DatabaseError(kind, info)) => broken(*kind, &**info),
        (Cause::Other, DieselError::SerializationError(why)) => {
            Error::new(Code::Invalid, format!("a value cannot be stored: {why}"))
        }
        (Cause::Other, _) => refused(&error.to_string()),
    }
}

/// What a rule of the database refuses.
fn broken(kind: Kind, info: &dyn DatabaseErrorInformation) -> Error {
    let message = info.message();
    let (code, text) = match kind {
        Kind::UniqueViolation => {
            let rule = info.constraint_name().unwrap_or(message);
            (
                Code::Conflict,
                format!("a record with these values exists already ({rule})"),
            )
        }
        Kind::ForeignKeyViolation | Kind::RestrictViolation => (
            Code::Conflict,
            "a record that is referred to is missing, or others still need this one or what is deleted with it"
                .to_owned(),
        ),
        Kind::NotNullViolation => (Code::Invalid, format!("a required value is missing: {message}")),
        Kind::CheckViolation => (
            Code::Invalid,
            format!("a value breaks a rule of the database: {message}"),
        ),
        _ => return refused(message),
    };
    Error::new(code, text)
}

fn refused(why: &str) -> Error {
    Error::internal(format!("the database refused a statement: {why}"))
}
