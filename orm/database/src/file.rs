//! An SQLite file as a whole: copying it while others read and write it, and locking it exclusively (for backup and
//! restore).
//!
//! Files are opened here without the usual settings: [`Address::open`](super::Address::open) would switch them to a
//! write-ahead log.

use std::path::Path;

use super::database_error::LOCKED;
use super::{AnyConnection, Bind, Session, Statement};
use crate::error::{Code, Error, Result};

/// What a copy holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// Number of tables, without SQLite's own and those of indexes.
    pub tables: usize,
    /// Number of rows in all of them.
    pub rows: i64,
}

/// Copies the SQLite file `from` into `into`, an empty file. The copy is a snapshot, also while others read and write
/// `from`, and contains no remains of deleted rows. It is then checked from end to end: pages, indexes, foreign keys.
/// It is not synced to disk; that is up to the caller.
///
/// # Errors
/// When `from` cannot be read, `into` cannot be written, or the copy is not sound.
pub fn copy(from: &Path, into: &Path) -> Result<Copied> {
    let mut session = open(from)?;
    session.batch("PRAGMA busy_timeout = 10000")?;
    let text = "VACUUM INTO ?".to_owned();
    let binds = vec![Bind::Text(Some(into.to_string_lossy().into_owned()))];
    session.execute(&Statement { text, binds })?;
    drop(session);
    let mut session = open(into)?;
    let unsound = |why: String| {
        Err(Error::new(
            Code::Unavailable,
            format!("{} is damaged: {why}", from.display()),
        ))
    };
    match session.texts("PRAGMA integrity_check(3)")?.as_slice() {
        [ok] if ok == "ok" => {}
        found => return unsound(found.join("; ")),
    }
    if let [table] = session
        .texts("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1")?
        .as_slice()
    {
        return unsound(format!("{table} refers to records that do not exist"));
    }
    let tables = session.texts(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'",
    )?;
    let mut rows = 0;
    for table in &tables {
        let text = format!("SELECT COUNT(*) FROM \"{}\"", table.replace('"', "\"\""));
        session.query(
            &Statement {
                text,
                binds: Vec::new(),
            },
            |row| {
                rows += row.int(0)?.unwrap_or_default();
                Ok(())
            },
        )?;
    }
    Ok(Copied {
        tables: tables.len(),
        rows,
    })
}

/// Makes [`lock_exclusive`] fail for as long as this connection is open. With a write-ahead log, reading something once
/// is enough for that.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn hold_open(session: &mut Session) -> Result<()> {
    session.batch("SELECT 1 FROM sqlite_schema")
}

/// An exclusive lock on an SQLite file: as long as this lives, nobody else can read or write the file.
#[expect(missing_debug_implementations, reason = "a session has none")]
pub struct ExclusiveLock(#[expect(dead_code, reason = "it holds the lock")] Session);

/// Locks an SQLite file exclusively. Afterwards everything committed is in the file itself, with no write-ahead log
/// beside it. If the file is then replaced under this lock, connections that had opened it and waited can no longer
/// write to it.
///
/// # Errors
/// When the file is in use. A connection that has ever read a file with a write-ahead log uses it until it is closed.
pub fn lock_exclusive(path: &Path) -> Result<ExclusiveLock> {
    let mut session = open(path)?;
    // Exclusive from the first access, so that nobody can open the file between the end of the log and `BEGIN`.
    session
        .batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE")
        .map_err(|error| match error.detail() {
            locked if locked.starts_with(LOCKED) => Error::new(
                Code::Unavailable,
                format!("{} is in use: stop the server that serves it", path.display()),
            ),
            why => Error::new(error.code(), format!("{}: {why}", path.display())),
        })?;
    Ok(ExclusiveLock(session))
}

/// A connection to an existing file, without any settings.
fn open(path: &Path) -> Result<Session> {
    let refuse = |why: String| Error::new(Code::Unavailable, format!("{}: {why}", path.display()));
    std::fs::metadata(path).map_err(|error| refuse(error.to_string()))?;
    let opened = drivers::sqlite::open(&path.to_string_lossy());
    let (connection, watch) = opened.map_err(|error| refuse(error.to_string()))?;
    Ok(Session::watched(AnyConnection::Sqlite(connection), watch))
}

#[cfg(test)]
mod tests {
    use super::{lock_exclusive, open};
    use crate::{Address, Pool};

    #[test]
    fn whoever_serves_a_file_uses_it_before_the_first_request() {
        let folder = std::env::temp_dir().join(format!("declarest-served-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("x.db");
        std::fs::write(&path, []).unwrap();
        let pool = Pool::open(&Address::Sqlite(path.clone().into()), 2, 1).unwrap();
        assert!(lock_exclusive(&path).err().unwrap().detail().contains("in use"));
        drop(pool);
        assert!(lock_exclusive(&path).is_ok());
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn who_waited_for_a_file_cannot_write_to_it_once_another_has_its_name() {
        let folder = std::env::temp_dir().join(format!("declarest-file-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (path, other) = (folder.join("x.db"), folder.join("y.db"));
        for path in [&path, &other] {
            std::fs::write(path, []).unwrap();
            let logged = "PRAGMA journal_mode = WAL; CREATE TABLE notes (id INTEGER PRIMARY KEY)";
            open(path).unwrap().batch(logged).unwrap();
        }
        let mut reader = open(&path).unwrap();
        assert!(reader.texts("SELECT 'x' FROM notes").unwrap().is_empty());
        assert!(lock_exclusive(&path).err().unwrap().detail().contains("in use"));
        drop(reader);

        let mut late = open(&path).unwrap(); // has the file open, and has not looked into it
        let sole = lock_exclusive(&path).unwrap();
        assert!(
            late.batch("PRAGMA journal_mode = WAL").is_err(),
            "it is somebody else's"
        );
        std::fs::rename(&other, &path).unwrap();
        drop(sole);
        let refused = late.batch("PRAGMA journal_mode = WAL").err().unwrap();
        assert!(refused.detail().contains("read-only"), "{refused}");
        assert!(!folder.join("x.db-wal").exists());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
