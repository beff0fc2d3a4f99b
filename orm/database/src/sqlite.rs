//! `sqlite://…`: the URL of an SQLite file, its parameters, and how a connection is opened.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use diesel::QueryResult;
use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;
use drivers::sqlite::Watch;

use super::database_error::is_locked;
use super::parameter::{STATEMENT_TIMEOUT, decode, refuse, time};
use super::{calendar, like};
use crate::error::{Code, Error, Result, nearest};

/// An SQLite database: the file's path and the URL's parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqliteFile {
    path: PathBuf,
    /// `statement_timeout`: limits reads; statements that write are never stopped.
    statement_timeout: Duration,
}

impl From<PathBuf> for SqliteFile {
    fn from(path: PathBuf) -> Self {
        SqliteFile {
            path,
            statement_timeout: STATEMENT_TIMEOUT,
        }
    }
}

/// How long a connection waits for locks; `busy_timeout` in [`SETTINGS`].
const BUSY: Duration = Duration::from_secs(10);

/// The settings of every connection: ten seconds of waiting for locks, foreign keys, and a write-ahead log, so that
/// readers and the writer do not block each other. `synchronous = NORMAL` loses nothing when the process dies. The file
/// is not mapped into memory: if a mapped file is truncated, the process is killed.
const SETTINGS: &str = "PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = NORMAL; PRAGMA mmap_size = 0; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;";

impl SqliteFile {
    /// Parses what follows `sqlite://`.
    ///
    /// # Errors
    /// When it names no file, or has an unknown parameter or an invalid value.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        if matches!(path, "" | ":memory:") || path.starts_with("file:") {
            return Err(Error::new(
                Code::Malformed,
                format!("\"sqlite://{path}\" is no file: write sqlite://PATH"),
            ));
        }
        let mut file = SqliteFile::from(PathBuf::from(path));
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name)?, decode(value)?);
            match name.as_ref() {
                "statement_timeout" => file.statement_timeout = time(&name, &value)?,
                unknown => {
                    let known = nearest(unknown, ["statement_timeout"]);
                    return Err(refuse(unknown, &format!("is none of an SQLite file's{known}")));
                }
            }
        }
        Ok(file)
    }

    /// The file's path. Relative paths are relative to the working directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How long a read may take; `None` for no limit.
    pub(crate) fn time_limit(&self) -> Option<Duration> {
        Some(self.statement_timeout).filter(|limit| !limit.is_zero())
    }

    /// Opens a connection. A missing file is created only with `create`.
    ///
    /// # Errors
    /// With the reason in words when the file is missing, unreadable, a directory or no database.
    pub(crate) fn connect(&self, create: bool) -> Result<(SqliteConnection, Option<Watch>)> {
        let path = &self.path;
        let refuse = |why: String| Error::new(Code::Unavailable, format!("{}: {why}", path.display()));
        if path.is_dir() {
            return Err(refuse("is a directory, not an SQLite file".to_owned()));
        }
        match std::fs::metadata(path) {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && create => {}
            Err(error) => return Err(refuse(error.to_string())),
        }
        let opened = drivers::sqlite::open(&path.to_string_lossy());
        let (mut connection, watch) = opened.map_err(|error| refuse(error.to_string()))?;
        apply_settings(&mut connection, watch.as_ref())
            .and_then(|()| like::register(&mut connection, watch.clone()))
            .and_then(|()| calendar::register(&mut connection))
            .map_err(|error| refuse(error.to_string()))?;
        Ok((connection, watch))
    }
}

/// Applies [`SETTINGS`], again for [`BUSY`] while the file is locked. To a connection that changes a new file to a
/// write-ahead log SQLite says at once that the file is locked, without waiting, when another one does the same.
fn apply_settings(connection: &mut SqliteConnection, watch: Option<&Watch>) -> QueryResult<()> {
    let start = Instant::now();
    loop {
        match connection.batch_execute(SETTINGS) {
            Err(error) if is_locked(&error, watch) && start.elapsed() < BUSY => {
                std::thread::sleep(Duration::from_millis(10));
            }
            result => return result,
        }
    }
}

/// The files of an open database (the file itself and its `-wal`): path, and device and inode when it was opened. If a
/// file is deleted or replaced while it is open, SQLite goes on writing to the old one, which is lost with the last
/// connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileIdentity(Vec<(PathBuf, Option<(u64, u64)>)>);

impl FileIdentity {
    /// The files as they are now. A connection must be using the database, so that its `-wal` exists.
    pub(crate) fn now(file: &SqliteFile) -> Self {
        let mut log = file.path.clone().into_os_string();
        log.push("-wal");
        FileIdentity(
            [file.path.clone(), log.into()]
                .map(|path| (path.clone(), identity(&path)))
                .into(),
        )
    }

    /// Fails if a file was deleted or replaced.
    ///
    /// # Errors
    /// 503 with its path.
    pub(crate) fn ensure_not_replaced(&self) -> Result<()> {
        match self.0.iter().find(|(path, held)| identity(path) != *held) {
            None => Ok(()),
            Some((path, _)) => Err(Error::new(
                Code::Unavailable,
                format!(
                    "{} was deleted or replaced while it is served: put it back, or stop and start the server",
                    path.display()
                ),
            )),
        }
    }
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use diesel::connection::SimpleConnection as _;

    use super::SqliteFile;

    #[test]
    fn a_connection_to_a_new_file_waits_for_those_that_use_it_without_a_log() {
        let path = std::env::temp_dir().join(format!("declarest-at-once-{}.db", std::process::id()));
        for lock in [
            "BEGIN; SELECT 1 FROM sqlite_schema",
            "BEGIN IMMEDIATE",
            "BEGIN EXCLUSIVE",
        ] {
            drop(std::fs::remove_file(&path));
            let mut other = drivers::sqlite::open(&path.to_string_lossy()).unwrap().0;
            other.batch_execute(lock).unwrap();
            std::thread::scope(|scope| {
                let opening = scope.spawn(|| SqliteFile::from(path.clone()).connect(true).map(drop));
                std::thread::sleep(Duration::from_millis(200));
                assert!(!opening.is_finished(), "{lock}");
                other.batch_execute("ROLLBACK").unwrap();
                opening.join().unwrap().unwrap();
            });
        }
        std::fs::remove_file(&path).unwrap();
    }
}
