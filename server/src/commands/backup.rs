//! `declarest backup FILE` and `declarest restore FILE`: an SQLite database as one file, and back.
//!
//! Both write beside the place where the file is to be, read what they wrote from end to end, and give it its name when
//! it is complete and on the disk: whenever they are broken off, there is all of it or nothing. PostgreSQL has programs
//! of its own for this, which are named instead.

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};

use orm::db::Address;
use orm::db::file::{self, Copied};

use crate::application::Application;
use crate::config::DatabaseConfig;
use crate::failure::Failure;
use crate::migrations::State;

/// Copies the database into a new file, whoever writes to it meanwhile.
///
/// # Errors
/// When there is such a file, the database is on PostgreSQL, or it is damaged.
pub(crate) fn backup(application: &'static Application, database: &DatabaseConfig, to: &Path) -> Result<(), Failure> {
    let from = match &database.address {
        Address::Sqlite(file) => file.path(),
        Address::Postgres(_) => return Err(use_pg_dump(database, to)),
    };
    let part = Part::of(to)?;
    if exists(to)? {
        return Err(Failure::new(format!(
            "{} is there already; give another name",
            to.display()
        )));
    }
    let copied = copy(application, from, &part)?;
    let bytes = part.become_complete(None)?;
    println!("{} written: {}", to.display(), told(copied, bytes));
    Ok(())
}

/// Puts a copy of the backup in the database's place. What is replaced stays, under another name.
///
/// # Errors
/// When `from` is no backup, the database is there and `replace` does not say that it may go, somebody uses it, or it is on
/// PostgreSQL.
pub(crate) fn restore(
    application: &'static Application,
    database: &DatabaseConfig,
    from: &Path,
    replace: bool,
) -> Result<(), Failure> {
    let to = match &database.address {
        Address::Sqlite(file) => file.path(),
        Address::Postgres(_) => return Err(use_pg_restore(database, from)),
    };
    // A link stays one: what it leads to is replaced.
    let to = if exists(to)? {
        fs::canonicalize(to)?
    } else {
        to.to_path_buf()
    };
    let part = Part::of(&to)?;
    let replaced = exists(&to)?;
    if replaced && !replace {
        return Err(Failure::new(format!(
            "{} is there already; stop its server, and say --replace to put the backup in its place",
            to.display()
        )));
    }
    let copied = copy(application, from, &part)?;
    let bytes = if replaced {
        // Until the end nobody else has it.
        let _sole = file::lock_exclusive(&to)?;
        let kept = keep(&to)?;
        let bytes = part.become_complete(Some(&to))?;
        println!("{} is what was replaced", kept.display());
        bytes
    } else {
        nothing_left_of(&to)?;
        part.become_complete(None)?
    };
    println!("{} restored: {}", to.display(), told(copied, bytes));
    Ok(())
}

/// Copies a database of ours.
fn copy(application: &'static Application, from: &Path, part: &Part) -> Result<Copied, Failure> {
    if !exists(from)? {
        return Err(Failure::new(format!("there is no file {}", from.display())));
    }
    let state = State::of(application, &Address::Sqlite(from.to_owned().into()))?;
    state.refuse_ahead()?;
    match state.empty {
        true => Err(Failure::new(format!("{} has no tables", from.display()))),
        false => Ok(file::copy(from, &part.path)?),
    }
}

fn told(copied: Copied, bytes: u64) -> String {
    let Copied { tables, rows } = copied;
    let size = bytes as f64 / f64::from(1 << 20);
    format!("{rows} rows in {tables} tables, {size:.1} MiB, checked")
}

fn exists(path: &Path) -> Result<bool, Failure> {
    path.try_exists().map_err(|error| at(path, error))
}

fn at(path: &Path, error: std::io::Error) -> Failure {
    Failure::new(format!("{}: {error}", path.display()))
}

/// `path` with something behind its name.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Gives the file a second name, which it keeps when it loses its own.
fn keep(path: &Path) -> Result<PathBuf, Failure> {
    let kept = beside(path, ".before-restore");
    let identity = |path: &Path| fs::metadata(path).map(|file| (file.dev(), file.ino()));
    match identity(&kept) {
        // A restore that was broken off got so far.
        Ok(other) if other == identity(path)? => return Ok(kept),
        Ok(_) => {
            return Err(Failure::new(format!(
                "{} is there, from an earlier restore: move or remove it first",
                kept.display()
            )));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(at(&kept, error)),
    }
    fs::hard_link(path, &kept).map_err(|error| at(&kept, error))?;
    Ok(kept)
}

/// Refuses a name beside which there is a log of another file: it would be taken for the new one's.
fn nothing_left_of(path: &Path) -> Result<(), Failure> {
    for log in [beside(path, "-wal"), beside(path, "-journal")] {
        if exists(&log)? {
            return Err(Failure::new(format!(
                "{} is left of a file that is no longer there: move it away first",
                log.display()
            )));
        }
    }
    Ok(())
}

/// A file that is being written beside the place where it is to be. Unless it becomes complete it is removed.
struct Part {
    path: PathBuf,
    to: PathBuf,
    file: File,
    complete: bool,
}

impl Part {
    fn of(to: &Path) -> Result<Part, Failure> {
        let path = beside(to, ".part");
        // It holds hashes of passwords: nobody else may read it.
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let file = file.map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => Failure::new(format!(
                "{} is there: another run writes it, or one was broken off; if none runs, remove it",
                path.display()
            )),
            _ => at(&path, error),
        })?;
        Ok(Part {
            path,
            to: to.to_owned(),
            file,
            complete: false,
        })
    }

    /// Gives it its name, once it is on the disk, and answers its bytes. Owner and mode are those of the file `like`.
    fn become_complete(mut self, like: Option<&Path>) -> Result<u64, Failure> {
        let wrote = || -> std::io::Result<u64> {
            if let Some(like) = like {
                let like = fs::metadata(like)?;
                let own = self.file.metadata()?;
                if (like.uid(), like.gid()) != (own.uid(), own.gid()) {
                    fchown(&self.file, Some(like.uid()), Some(like.gid()))?;
                }
                self.file
                    .set_permissions(fs::Permissions::from_mode(like.mode() & 0o777))?;
            }
            self.file.sync_all()?;
            fs::rename(&self.path, &self.to)?;
            let folder = self.to.parent().filter(|folder| !folder.as_os_str().is_empty());
            File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
            Ok(self.file.metadata()?.len())
        };
        let bytes = wrote().map_err(|error| at(&self.to, error))?;
        self.complete = true;
        Ok(bytes)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.complete {
            // What is there so far is of no use.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn use_pg_dump(database: &DatabaseConfig, to: &Path) -> Failure {
    let (url, to) = (database.address.without_password(), to.display());
    Failure::new(format!(
        "{} is on PostgreSQL, whose own programs make backups while it serves:\n  \
         pg_dump --format=custom --file='{to}' --dbname='{url}'\n\
         or, of all databases of its server, the base for an archive of its log:\n  \
         pg_basebackup --pgdata='{to}' --checkpoint=fast --dbname='{url}'",
        database.name
    ))
}

fn use_pg_restore(database: &DatabaseConfig, from: &Path) -> Failure {
    let (url, from) = (database.address.without_password(), from.display());
    Failure::new(format!(
        "{} is on PostgreSQL, whose own programs restore it. A file of pg_dump, into an empty database:\n  \
         pg_restore --single-transaction --no-owner --dbname='{url}' '{from}'\n\
         A folder of pg_basebackup is a server's data, which starts as it is:\n  \
         pg_ctl start --pgdata='{from}'",
        database.name
    ))
}
