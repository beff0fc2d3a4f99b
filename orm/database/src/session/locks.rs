//! Locks that a transaction takes, and giving way to another transaction.

use super::Session;
use crate::Lock;
use crate::database_error::contention;
use crate::error::{Error, Result};

impl Session {
    /// Whether rows must be locked when they are read in order to write: in a write transaction on PostgreSQL, where
    /// others write at the same time.
    pub fn locks(&self) -> bool {
        self.writes && self.dialect.is_server()
    }

    /// Takes an advisory lock of this name until the transaction ends, waiting for other transactions that hold it.
    ///
    /// # Errors
    /// As [`Session::query`].
    pub fn lock_name(&mut self, name: &str) -> Result<()> {
        self.lock_named(name, Lock::Exclusive)
    }

    /// As [`Session::lock_name`], with a lock that others may share: only who wants it for himself waits.
    ///
    /// # Errors
    /// As [`Session::query`].
    pub fn share_name(&mut self, name: &str) -> Result<()> {
        self.lock_named(name, Lock::Shared)
    }

    fn lock_named(&mut self, name: &str, lock: Lock) -> Result<()> {
        match self.dialect.lock_name(name, lock) {
            Some(text) => {
                self.query_text(&text, &[], |_| Ok(()))?;
                self.invalidate_caches();
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// To be called after waiting for a lock: other transactions may have committed meanwhile, so that cached answers
    /// are out of date. Counts as a [change](Session::changes).
    pub fn invalidate_caches(&mut self) {
        self.changes += 1;
    }

    /// To be called when another transaction has changed rows since this one read them. Marks this transaction to be run
    /// again, and answers the error to end it with.
    pub fn give_way(&mut self) -> Error {
        self.errors.failed = true;
        self.errors.contended = true;
        contention()
    }

    /// Whether the transaction has to run again because it conflicted with another one.
    pub fn gives_way(&self) -> bool {
        self.errors.contended
    }
}
