//! What bounds a session: how long it works and for whom, how many statements it keeps, which files it writes to.

use std::time::{Duration, Instant};

use diesel::connection::{CacheSize, Connection as _, SimpleConnection as _};
use drivers::sqlite::Stop;

use super::Session;
use crate::Dialect;
use crate::claim::Claim;
use crate::error::{Code, Error, Result};
use crate::kept::Keep;
use crate::sqlite::Held;

impl Session {
    /// The same, whose jobs may take so long on SQLite. PostgreSQL is told when the connection is opened.
    pub(crate) fn limited(mut self, time_limit: Option<Duration>) -> Self {
        self.time_limit = time_limit;
        self
    }

    /// The same, which writes to these files only, as long as they have their names.
    pub(crate) fn holding(mut self, held: Held) -> Self {
        self.held = Some(held);
        self
    }

    /// The same, which another connection may stop: on PostgreSQL.
    ///
    /// # Errors
    /// When the server does not say which of its processes it is.
    pub(crate) fn stoppable(mut self) -> Result<Self> {
        let mut backend = None;
        self.query_text("SELECT pg_backend_pid()::int8", &[], |row| {
            backend = row.int(0)?;
            Ok(())
        })?;
        self.backend = backend;
        Ok(self)
    }

    /// Works for a request until it works for another one, or for none: stops when the request is given up and, on
    /// SQLite, when the time is over.
    pub(crate) fn work_for(&mut self, claim: Option<&Claim>) {
        if let Some(before) = std::mem::replace(&mut self.claim, claim.cloned()) {
            before.worked_on_by(None);
        }
        if let Some(claim) = claim {
            claim.worked_on_by(self.backend);
        }
        if let Some(watch) = &self.watch {
            let until = self.time_limit.map(|limit| Instant::now() + limit);
            let over = move || until.is_some_and(|until| Instant::now() > until);
            let stop = |claim: Claim| -> Stop { Box::new(move || claim.is_given_up() || over()) };
            watch.stop_when(claim.cloned().map(stop));
        }
    }

    /// Runs a read; within a transaction that writes, it is stopped when it has taken the time that a job may take. What
    /// changes rows is not: SQLite would take the whole transaction back, with what others wrote in it.
    pub(crate) fn timed<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let limit = self.time_limit.filter(|_| self.writes);
        let (Some(limit), Some(watch)) = (limit, &self.watch) else {
            return read(self);
        };
        let until = Instant::now() + limit;
        watch.stop_when(Some(Box::new(move || Instant::now() > until)));
        let answer = read(self);
        if let Some(watch) = &self.watch {
            watch.stop_when(None);
        }
        answer
    }

    /// Stops what takes long from now on, on SQLite: more work than that of so many looks, or more time.
    pub(crate) fn hurry(&self, (mut looks, within): (u32, Duration)) {
        if let Some(watch) = &self.watch {
            let until = Instant::now() + within;
            watch.stop_when(Some(Box::new(move || {
                looks = looks.saturating_sub(1);
                looks == 0 || Instant::now() > until
            })));
        }
    }

    /// Refuses to go on where the database's files have lost their names.
    ///
    /// # Errors
    /// 503 with the name.
    pub(crate) fn in_place(&self) -> Result<()> {
        self.held.as_ref().map_or(Ok(()), Held::in_place)
    }

    /// Writes something that changes nothing, in a transaction that writes: a file that is full takes no page more, a
    /// standby lets nobody write, and a database may be set to.
    ///
    /// # Errors
    /// 503 when the database takes no writes.
    pub(crate) fn try_write(&mut self) -> Result<()> {
        match self.dialect {
            Dialect::Sqlite => {
                let version = self.texts("SELECT CAST(user_version AS TEXT) FROM pragma_user_version")?;
                self.batch(&format!("PRAGMA user_version = {}", version.concat()))
            }
            Dialect::Postgres => match self
                .texts("SELECT current_setting('transaction_read_only')")?
                .as_slice()
            {
                [off] if off == "off" => Ok(()),
                _ => Err(Error::new(Code::Unavailable, "the database does not take writes")),
            },
        }
    }

    /// Whether a statement is kept prepared. Where there are too many, all are let go first.
    pub(crate) fn keeps(&mut self, text: &str) -> bool {
        let keep = self.kept.as_mut().map_or(Keep::Never, |kept| kept.keep(text));
        if keep == Keep::Afresh {
            self.connection.set_prepared_statement_cache_size(CacheSize::Disabled);
            self.connection.set_prepared_statement_cache_size(CacheSize::Unbounded);
            if self.dialect.is_server() {
                // A transaction that has failed does not do it, nor the statement that was asked for.
                let _ = self.connection.batch_execute("DEALLOCATE ALL");
            }
        }
        keep != Keep::Never
    }
}
