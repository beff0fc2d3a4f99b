//! An SQLite file as a whole: a copy of it while others read and write, and its use by nobody else.
//!
//! Neither changes how the file is written: [`Address::open`](super::Address::open) would give it a write-ahead log.

use std::path::Path;

use super::trouble::LOCKED;
use super::{AnyConnection, Bind, Session, Statement};
use crate::error::{Code, Error, Result};

/// What a copy holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// Tables, those of the database itself not counted.
    pub tables: usize,
    /// Rows of all of them.
    pub rows: i64,
}

/// Copies the SQLite file `from` into `into`, an empty file: as it was at one moment, whoever reads and writes it
/// meanwhile, and without what its deleted rows left behind. The copy is then read from end to end: its pages, its
/// indexes, its references. It may not be on the disk yet: that is the caller's matter.
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
    let tables = session
        .texts("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'")?;
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

/// Makes a connection use its file until it is closed, so that [`take`] refuses to: with a write-ahead log it does so as soon
/// as it has read something.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn hold_open(session: &mut Session) -> Result<()> {
    session.batch("SELECT 1 FROM sqlite_schema")
}

/// An SQLite file that nobody else reads or writes as long as this lives.
#[expect(missing_debug_implementations, reason = "a session has none")]
pub struct ExclusiveLock(#[expect(dead_code, reason = "it holds the lock")] Session);

/// Takes an SQLite file for oneself alone. All that was ever committed is in the file itself afterwards: there is no log
/// beside it. Whoever has opened it meanwhile and waits cannot write to it any more once it has lost its name.
///
/// # Errors
/// When somebody uses it: whoever has ever read a file with a write-ahead log does so until the connection is closed.
pub fn lock_exclusive(path: &Path) -> Result<ExclusiveLock> {
    let mut session = open(path)?;
    // Exclusive from the first look: between the end of the log and the transaction nobody comes in.
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

/// A connection to a file that is there, without any settings.
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
        let pool = Pool::open(&Address::Sqlite(path.clone().into()), 2).unwrap();
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
