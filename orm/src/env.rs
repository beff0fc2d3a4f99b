//! What a request runs in: the transaction, the caller, the clock, the catalogue.

use crate::db::{Bind, Row, Session};
use crate::error::Result;
use crate::field::DateTime;
use crate::registry::Registry;
use crate::write::Unit;

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
    /// What a write has in memory, while its computations ask for records.
    pub(crate) unit: Option<Unit>,
}

impl<'a> Env<'a> {
    /// The environment of a user's request.
    pub fn new(
        session: &'a mut Session,
        registry: &'a Registry,
        user: i64,
        company: Option<i64>,
        now: DateTime,
    ) -> Self {
        Env {
            session,
            registry,
            user,
            company,
            now,
            unit: None,
        }
    }

    /// The environment of the system user, who belongs to no company.
    pub fn system(session: &'a mut Session, registry: &'a Registry, now: DateTime) -> Self {
        Env::new(session, registry, 1, None, now)
    }

    /// Runs a read. Rows of the write under way that it could see are stored before.
    pub(crate) fn query_text(
        &mut self,
        text: &str,
        binds: &[Bind],
        each: impl FnMut(&Row<'_, '_, '_>) -> Result<()>,
    ) -> Result<()> {
        if let Some(mut unit) = self.unit.take() {
            let shown = unit.show(self, text);
            self.unit = Some(unit);
            shown?;
        }
        self.session.query_text(text, binds, each)
    }

    /// Runs `job` with what the write under way has in memory; with nothing where there is none.
    pub(crate) fn with_unit<T>(&mut self, job: impl FnOnce(&mut Self, &mut Unit) -> T) -> T {
        let lent = self.unit.take();
        let writes = lent.is_some();
        let mut unit = lent.unwrap_or_default();
        let answer = job(self, &mut unit);
        self.unit = writes.then_some(unit);
        answer
    }
}
