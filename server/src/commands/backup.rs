//! `declarest backup FILE` and `declarest restore FILE`: copy an SQLite database to one file, and back.
//!
//! Both write to a temporary file `….part` beside the target, check it from end to end, sync it to the disk, and only
//! then rename it. If they are interrupted, the target is either complete or untouched. PostgreSQL has its own programs
//! for this; for a database there, both commands fail and name them.

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};

use orm::db::Address;
use orm::db::file::{self, Copied};

use crate::application::Application;
use crate::config::DatabaseConfig;
use crate::failure::Failure;
use crate::migrations::MigrationStatus;

/// Copies the database into the new file `to`, also while others write to the database.
///
/// # Errors
/// When `to` exists, or the database is on PostgreSQL, missing, empty, damaged or ahead of this program.
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

/// Puts a copy of the backup `from` in the database's place. The replaced database is kept under another name.
///
/// # Errors
/// When `from` is no backup, or the database is on PostgreSQL, exists without `replace`, or is in use.
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
    // A symbolic link is kept: the file that it points to is replaced.
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
        // Nobody else can use the database until the end of this block.
        let _sole = file::lock_exclusive(&to)?;
        let kept = keep(&to)?;
        let bytes = part.become_complete(Some(&to))?;
        println!("{} is what was replaced", kept.display());
        bytes
    } else {
        refuse_leftover_logs(&to)?;
        part.become_complete(None)?
    };
    println!("{} restored: {}", to.display(), told(copied, bytes));
    Ok(())
}

/// Copies a database, which must have tables of this program and no migration that the program does not know.
fn copy(application: &'static Application, from: &Path, part: &Part) -> Result<Copied, Failure> {
    if !exists(from)? {
        return Err(Failure::new(format!("there is no file {}", from.display())));
    }
    let state = MigrationStatus::of(application, &Address::Sqlite(from.to_owned().into()))?;
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

/// `path` with `suffix` appended to the file's name.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Keeps the file under the name `….before-restore`, by a hard link, when another file takes its own name.
fn keep(path: &Path) -> Result<PathBuf, Failure> {
    let kept = beside(path, ".before-restore");
    let identity = |path: &Path| fs::metadata(path).map(|file| (file.dev(), file.ino()));
    match identity(&kept) {
        // The link was made by an earlier restore that was interrupted.
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

/// Refuses a path with a log (`-wal`, `-journal`) of a former file beside it: SQLite would apply it to the new file.
fn refuse_leftover_logs(path: &Path) -> Result<(), Failure> {
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

/// A temporary file beside its target `to`. When dropped, it is removed unless it was completed.
struct Part {
    path: PathBuf,
    to: PathBuf,
    file: File,
    complete: bool,
}

impl Part {
    fn of(to: &Path) -> Result<Part, Failure> {
        let path = beside(to, ".part");
        // The file holds hashes of passwords: only its owner may read it.
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

    /// Syncs the file to the disk, renames it to its target and returns its length. It gets the owner and the mode of
    /// the file `like`, if given.
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
            // An incomplete file is of no use. If it cannot be removed, the next run names it.
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
