//! What the databases refuse, in our own terms: what it means to the caller, and whether to try again.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::error::{Code, Error};

/// What went wrong in a transaction.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Trouble {
    /// A statement was refused, and nothing was taken back since: PostgreSQL keeps nothing of such a transaction.
    pub(super) failed: bool,
    /// The database made it give way to another one.
    pub(super) contended: bool,
    /// The connection was lost.
    pub(super) lost: bool,
}

/// Whether the database ended a transaction for the sake of another one.
fn is_contention(error: &DieselError) -> bool {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        DieselError::DatabaseError(DatabaseErrorKind::Unknown, info) => info.message().contains("deadlock detected"),
        _ => false,
    }
}

/// Whether there is no connection any more.
fn is_loss(error: &DieselError) -> bool {
    use DatabaseErrorKind::{ClosedConnection, UnableToSendCommand};
    match error {
        DieselError::DatabaseError(ClosedConnection | UnableToSendCommand, _) => true,
        DieselError::DatabaseError(DatabaseErrorKind::Unknown, info) => {
            LOST.iter().any(|text| info.message().contains(text))
        }
        _ => false,
    }
}

impl Trouble {
    /// Notes what an error says, and gives it back.
    pub(super) fn noted(&mut self, error: DieselError) -> DieselError {
        self.failed = true;
        self.contended |= is_contention(&error);
        self.lost |= is_loss(&error);
        error
    }
}

/// The refusal of a transaction that had to give way to others each time that it ran.
pub(super) fn contention() -> Error {
    Error::new(
        Code::Unavailable,
        "other requests changed the same records at the same time, again and again: try later",
    )
}

/// What a database failure means to the caller.
pub(super) fn failure(error: DieselError) -> Error {
    match &error {
        error if is_contention(error) => contention(),
        error if is_loss(error) => Error::new(Code::Unavailable, "the connection to the database was lost"),
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => Error::new(
            Code::Conflict,
            format!(
                "a record with these values exists already ({})",
                info.constraint_name().unwrap_or(info.message())
            ),
        ),
        DieselError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => Error::new(
            Code::Conflict,
            "a record that is referred to is missing, or others still need this one or what is deleted with it",
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
        DieselError::SerializationError(why) => Error::new(Code::Invalid, format!("a value cannot be stored: {why}")),
        _ => Error::internal(format!("the database refused a statement: {error}")),
    }
}

/// PostgreSQL's and libpq's words for a connection that is gone, or whose kept statements do not fit the tables since a
/// migration changed them: either way another one takes its place.
const LOST: [&str; 7] = [
    "cached plan must not change result type",
    "server closed the connection",
    "terminating connection",
    "no connection to the server",
    "could not receive data",
    "could not send data",
    "connection not open",
];

/// The databases' words for conditions that are not the caller's fault and may pass.
const UNAVAILABLE: [&str; 8] = [
    "database is locked",
    "database or disk is full",
    "disk I/O error",
    "unable to open database",
    "attempt to write a readonly database",
    "file is not a database",
    "database disk image is malformed",
    "statement timeout",
];
