//! What a request runs in: the transaction, the caller, the clock, the catalogue.

use crate::db::Session;
use crate::field::DateTime;
use crate::registry::Registry;

/// The environment of one request; lives inside its transaction.
#[expect(missing_debug_implementations, reason = "Diesel's connections have none")]
pub struct Env<'a> {
    /// The transaction.
    pub session: &'a mut Session,
    /// Every model.
    pub registry: &'a Registry,
    /// The caller's user id; 1 is the system user.
    pub user: i64,
    /// The caller's company, where it has one.
    pub company: Option<i64>,
    /// The time of the transaction, microseconds, UTC.
    pub now: DateTime,
}
