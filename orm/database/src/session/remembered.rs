//! What a session has read before and need not read again, because nobody has written since.
//!
//! SQLite tells that by `PRAGMA data_version`, a look at the head of the database's log: the number changes when another
//! connection commits. A session that only reads makes no changes of its own. PostgreSQL has nothing of the kind, so that
//! there every value is read each time.

use std::any::Any;

use rustc_hash::FxHashMap;

use super::Session;
use crate::error::{Error, Result};

/// The most values that are kept.
const MOST: usize = 256;

/// The values that were read at one state of the data.
#[derive(Default)]
pub(super) struct Remembered {
    /// SQLite's number of that state, and the number of changes by the session itself.
    state: (i64, u64),
    /// By the keys that the callers of [`Session::remembered`] gave.
    values: FxHashMap<[u8; 32], Box<dyn Any + Send>>,
}

impl Session {
    /// Answers what `read` finds. If it was found under this key before, and nobody has written since, it is answered
    /// from memory, and `read` does not run. For what nearly every request needs, such as the user of its token. The key
    /// is a cryptographic hash, so that two callers with different questions never have the same.
    ///
    /// # Errors
    /// As `read`.
    pub fn remembered<T: Clone + Send + 'static>(
        &mut self,
        key: [u8; 32],
        read: impl FnOnce(&mut Self) -> Result<Option<T>>,
    ) -> Result<Option<T>> {
        if self.writes || self.dialect.is_server() {
            return read(self);
        }
        let state = (self.data_version()?, self.changes);
        if self.remembered.state != state {
            self.remembered.values.clear();
            self.remembered.state = state;
        }
        let known = self.remembered.values.get(&key);
        if let Some(value) = known.and_then(|value| value.downcast_ref::<T>()) {
            return Ok(Some(value.clone()));
        }
        let found = read(self)?;
        if let Some(value) = &found
            && self.remembered.values.len() < MOST
        {
            self.remembered.values.insert(key, Box::new(value.clone()));
        }
        Ok(found)
    }

    /// SQLite's number of the state of the data that the transaction sees.
    fn data_version(&mut self) -> Result<i64> {
        let mut version = None;
        self.query_text("PRAGMA data_version", &[], |row| {
            version = row.int(0)?;
            Ok(())
        })?;
        version.ok_or_else(|| Error::internal("SQLite does not tell the version of its data"))
    }
}

#[cfg(test)]
mod tests {
    use crate::Address;

    use super::*;

    #[test]
    fn a_value_is_read_again_when_somebody_has_written() {
        let file = std::env::temp_dir().join(format!("declarest-remembered-{}.db", std::process::id()));
        drop(std::fs::remove_file(&file));
        let address = Address::parse(&format!("sqlite://{}", file.display())).unwrap();
        let mut writer = address.open(true).unwrap();
        writer
            .batch("PRAGMA journal_mode = wal; CREATE TABLE t (v BIGINT NOT NULL); INSERT INTO t VALUES (1)")
            .unwrap();
        let mut reader = address.open(false).unwrap();
        let mut reads = 0;
        let mut ask = |session: &mut Session| {
            session.begin_read().unwrap();
            let found = session.remembered([7; 32], |session| {
                reads += 1;
                let mut value = None;
                session.query_text("SELECT v FROM t", &[], |row| {
                    value = row.int(0)?;
                    Ok(())
                })?;
                Ok(value)
            });
            session.control("COMMIT").unwrap();
            (found.unwrap(), reads)
        };
        assert_eq!(ask(&mut reader), (Some(1), 1));
        assert_eq!(ask(&mut reader), (Some(1), 1));
        writer.transact(|session| session.batch("UPDATE t SET v = 2")).unwrap();
        assert_eq!(ask(&mut reader), (Some(2), 2));
        assert_eq!(ask(&mut reader), (Some(2), 2));
        writer.transact(|session| session.batch("DELETE FROM t")).unwrap();
        assert_eq!(ask(&mut reader), (None, 3));
        assert_eq!(ask(&mut reader), (None, 4), "what was not found is looked for again");
        drop((writer, reader));
        std::fs::remove_file(&file).unwrap();
    }
}
