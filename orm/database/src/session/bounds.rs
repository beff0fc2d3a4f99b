//! The limits of a session: how long it works and for which request, how many statements it may take, how many stay
//! prepared, which files it may write to.

use std::time::{Duration, Instant};

use diesel::connection::{CacheSize, Connection as _, SimpleConnection as _};
use drivers::sqlite::Stop;

use super::Session;
use crate::Dialect;
use crate::claim::Claim;
use crate::error::{Code, Error, Result};
use crate::sqlite::FileIdentity;
use crate::statement_cache::Keep;

/// How many statements a request may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowance {
    most: u64,
    /// What the session's count is when they are used up.
    end: u64,
}

impl Session {
    /// Sets the statements that every transaction begins with.
    pub(crate) fn setting(mut self, set_local: Option<String>) -> Self {
        self.set_local = set_local;
        self
    }

    /// From here on, no statement stays prepared: there is a pooler, behind which nothing outlives a transaction.
    pub(crate) fn preparing_anew(mut self) -> Self {
        self.kept = None;
        self
    }

    /// Refuses statements (413) once the request has taken `most` of them from here on, until this is called again or
    /// another request begins; `None`: it may take any number. Transaction control is not counted.
    pub fn allow_statements(&mut self, most: Option<u64>) {
        self.allowance = most.map(|most| Allowance {
            most,
            end: self.statements.saturating_add(most),
        });
    }

    /// Gives the request as many statements and as much time again as it had at its beginning, for the next part of an
    /// answer that is sent in parts.
    pub fn next_part(&mut self) {
        self.allow_statements(self.allowance.map(|allowance| allowance.most));
        let claim = self.claim.clone();
        self.work_for(claim.as_ref());
    }

    /// Refuses one more statement if the request has taken all that it may.
    ///
    /// # Errors
    /// 413.
    pub(super) fn one_more(&self) -> Result<()> {
        match self.allowance {
            Some(Allowance { most, end }) if self.statements >= end => {
                let why =
                    format!("the request takes more than {most} statements: ask for less, or write less, at a time");
                Err(Error::new(Code::PayloadTooLarge, why))
            }
            _ => Ok(()),
        }
    }

    /// Sets how long a read may take on SQLite. On PostgreSQL the connection is opened with `statement_timeout`.
    pub(crate) fn limited(mut self, time_limit: Option<Duration>) -> Self {
        self.time_limit = time_limit;
        self
    }

    /// For a session that reads everything once: keeps few pages of an SQLite file in memory, instead of as many as the
    /// connections that read the same ones again and again.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn reading_once(mut self) -> Result<Self> {
        if self.dialect == Dialect::Sqlite {
            self.batch("PRAGMA cache_size = -4096")?;
        }
        Ok(self)
    }

    /// Makes writes fail once one of these files was deleted or replaced.
    pub(crate) fn holding(mut self, held: FileIdentity) -> Self {
        self.held = Some(held);
        self
    }

    /// On PostgreSQL: asks for the id of the server process, so that another connection can cancel what it runs.
    ///
    /// # Errors
    /// When the server does not tell it.
    pub(crate) fn stoppable(mut self) -> Result<Self> {
        let mut backend = None;
        self.query_text("SELECT pg_backend_pid()::int8", &[], |row| {
            backend = row.int(0)?;
            Ok(())
        })?;
        self.backend = backend;
        Ok(self)
    }

    /// Sets the request that the session works for, or none. Until the next call, its statements can be stopped: when
    /// the request is given up and, on SQLite, when the time limit is over.
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

    /// Whether a statement was stopped because it took too long, and not because nobody waits for it any more.
    pub(crate) fn took_too_long(&self) -> bool {
        self.errors().stopped && !self.claim.as_ref().is_some_and(Claim::is_given_up)
    }

    /// Runs a statement that reads. In a write transaction on SQLite, it is stopped after the time limit. Statements
    /// that change rows are never stopped: SQLite would roll back the whole transaction, with the writes of other
    /// requests in it.
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

    /// On SQLite: stops statements from now on when they took `looks` calls of the progress handler (each after
    /// [`STEPS`](drivers::sqlite::STEPS) instructions) or the time `within`, whichever comes first.
    pub(crate) fn shorter_limit(&self, (mut looks, within): (u32, Duration)) {
        if let Some(watch) = &self.watch {
            let until = Instant::now() + within;
            watch.stop_when(Some(Box::new(move || {
                looks = looks.saturating_sub(1);
                looks == 0 || Instant::now() > until
            })));
        }
    }

    /// Fails if the database's files were deleted or replaced while they are served.
    ///
    /// # Errors
    /// 503 with the file's path.
    pub(crate) fn ensure_not_replaced(&self) -> Result<()> {
        self.held.as_ref().map_or(Ok(()), FileIdentity::ensure_not_replaced)
    }

    /// Checks, in a write transaction, that the database can be written. SQLite: sets `user_version` to the value that
    /// it has, which fails on a full disk. PostgreSQL: asks whether the transaction is read-only, as on a standby or by
    /// a setting of the database.
    ///
    /// # Errors
    /// 503 when the database cannot be written.
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

    /// Whether the statement that is about to run stays prepared. When there are too many, all others are released
    /// first.
    pub(crate) fn keeps(&mut self, text: &str) -> bool {
        let keep = self.kept.as_mut().map_or(Keep::Never, |kept| kept.keep(text));
        if keep == Keep::Afresh {
            self.connection.set_prepared_statement_cache_size(CacheSize::Disabled);
            self.connection.set_prepared_statement_cache_size(CacheSize::Unbounded);
            if self.dialect.is_server() {
                // Fails in a failed transaction, as the statement that is about to run will.
                let _ = self.connection.batch_execute("DEALLOCATE ALL");
            }
        }
        keep != Keep::Never
    }
}
