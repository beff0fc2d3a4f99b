//! Finds out which migrations a database has, without changing it. A database of another program is refused.

use std::path::Path;

use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use orm::db::{Address, AnyConnection, Dialect, Session};

use super::embedded::{EmbeddedMigration, embedded, version};
use crate::application::Application;
use crate::failure::Failure;

/// The table in which Diesel records the applied migrations.
const MIGRATIONS_TABLE: &str = "__diesel_schema_migrations";

/// The migrations of a database, compared with those of the program.
#[derive(Debug, Default)]
pub(crate) struct MigrationStatus {
    /// The database's path or name, for messages.
    pub(crate) place: String,
    /// The program's name, for messages.
    name: &'static str,
    /// The database has no tables yet.
    pub(crate) empty: bool,
    /// The program's migrations that the database has.
    pub(crate) applied: Vec<EmbeddedMigration>,
    /// The program's migrations that the database lacks.
    pub(crate) pending: Vec<EmbeddedMigration>,
    /// The versions of migrations that the database has and the program does not know.
    pub(crate) unknown: Vec<String>,
    /// The database has tables, but not yet all of those of users' identities, which need no migration of the
    /// application ([`Users::identity_tables`](crate::auth::Users::identity_tables)).
    pub(crate) lacks_identity: bool,
}

/// The names of the tables of a database.
///
/// # Errors
/// When the database cannot be read.
pub(super) fn tables(session: &mut Session) -> Result<Vec<String>, Failure> {
    Ok(session.texts(match session.dialect() {
        Dialect::Sqlite => {
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
        }
        Dialect::Postgres => "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()",
    })?)
}

/// Whether these tables include the last one of [`Users::identity_tables`](crate::auth::Users::identity_tables).
pub(super) fn has_identity(tables: &[String]) -> bool {
    tables.iter().any(|table| table == "auth_event")
}

impl MigrationStatus {
    /// The state of the database at this address. A missing SQLite file counts as an empty database.
    ///
    /// # Errors
    /// When the database cannot be read, or has tables but none of Diesel's: then it belongs to another program.
    pub(crate) fn of(application: &'static Application, address: &Address) -> Result<Self, Failure> {
        let place = place(address);
        let state = match address {
            Address::Sqlite(file) => of_file(application, file.path()),
            Address::Postgres(_) => MigrationStatus::read(application, &mut address.open(false)?),
        };
        match state {
            Ok(state) => Ok(MigrationStatus { place, ..state }),
            Err(why) => Err(Failure::new(format!("{place} {why}"))),
        }
    }

    /// Like [`MigrationStatus::of`], on an open connection.
    ///
    /// # Errors
    /// As [`MigrationStatus::of`].
    pub(super) fn read(application: &'static Application, session: &mut Session) -> Result<Self, Failure> {
        let tables = tables(session)?;
        let ours = tables.iter().any(|table| table == MIGRATIONS_TABLE);
        if !ours && !tables.is_empty() {
            let some: Vec<&str> = tables.iter().map(String::as_str).take(3).collect();
            return Err(Failure::new(format!(
                "belongs to another program (it has tables such as {}); nothing was changed; give another database",
                some.join(", ")
            )));
        }
        let versions = match ours {
            true => session.texts(&format!("SELECT version FROM {MIGRATIONS_TABLE} ORDER BY version"))?,
            false => Vec::new(),
        };
        let known = embedded(application, session.dialect());
        let unknown = versions
            .iter()
            .filter(|version| !known.iter().any(|known| known.version == **version));
        let empty = versions.is_empty() && tables.len() <= usize::from(ours);
        Ok(MigrationStatus {
            place: "the database".to_owned(),
            name: application.name,
            empty,
            lacks_identity: !(empty || has_identity(&tables) && tables.iter().any(|table| table == "auth_secret")),
            unknown: unknown.cloned().collect(),
            applied: known
                .iter()
                .filter(|known| versions.contains(&known.version))
                .cloned()
                .collect(),
            pending: known
                .into_iter()
                .filter(|known| !versions.contains(&known.version))
                .collect(),
        })
    }

    /// Whether the database has the migration with this name, which the program need not know.
    pub(crate) fn has(&self, name: &str) -> bool {
        let version = version(name);
        self.unknown.contains(&version) || self.applied.iter().any(|known| known.version == version)
    }

    /// Refuses a database that is ahead of the program: it has migrations that the program does not know.
    ///
    /// # Errors
    /// When it is, with what to do.
    pub(crate) fn refuse_ahead(&self) -> Result<(), Failure> {
        match self.unknown.as_slice() {
            [] => Ok(()),
            unknown => Err(Failure::new(format!(
                "{} is ahead of this program: it has the migrations {}, which a newer version of {name} made; nothing was \
                 changed; start that version, or let it take them back with `{name} migrate down`",
                self.place,
                unknown.join(", "),
                name = self.name
            ))),
        }
    }

    /// Refuses a database that is behind the program: it lacks migrations of the program.
    ///
    /// # Errors
    /// When it is, with what to do.
    pub(crate) fn refuse_behind(&self) -> Result<(), Failure> {
        let lacks = match self.pending.as_slice() {
            [] if self.lacks_identity => "tables of tokens and logins".to_owned(),
            [] => return Ok(()),
            [pending] => format!("a migration ({pending})"),
            pending => format!("{} migrations ({})", pending.len(), names(pending)),
        };
        Err(Failure::new(format!(
            "{} is behind this program by {lacks}; make a backup and run `{name} migrate up`, or start with `serve \
             --migrate`; nothing was changed",
            self.place,
            name = self.name
        )))
    }
}

fn place(address: &Address) -> String {
    match address {
        Address::Sqlite(file) => file.path().display().to_string(),
        Address::Postgres(_) => format!("the PostgreSQL database {}", address.default_name()),
    }
}

/// The names of migrations, for messages.
pub(crate) fn names(migrations: &[EmbeddedMigration]) -> String {
    let names: Vec<&str> = migrations.iter().map(|known| known.name.as_str()).collect();
    names.join(", ")
}

/// The state of an SQLite file, read by a plain connection that does not change it. [`Address::open`] would switch the
/// file to a write-ahead log.
fn of_file(application: &'static Application, path: &Path) -> Result<MigrationStatus, Failure> {
    let refuse = |why: String| Err(Failure::new(why));
    if path.is_dir() {
        return refuse("is a directory, not an SQLite file".to_owned());
    }
    match std::fs::metadata(path) {
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            return match folder {
                Some(folder) if !folder.is_dir() => {
                    refuse(format!("cannot be created: there is no directory {}", folder.display()))
                }
                Some(_) | None => Ok(MigrationStatus {
                    empty: true,
                    name: application.name,
                    pending: embedded(application, Dialect::Sqlite),
                    ..MigrationStatus::default()
                }),
            };
        }
        Err(error) => return refuse(format!("cannot be used: {error}")),
    }
    if let Err(error) = std::fs::File::open(path) {
        return refuse(format!("cannot be read: {error}"));
    }
    let connection = SqliteConnection::establish(&path.to_string_lossy())
        .map_err(|error| Failure::new(format!("cannot be opened: {error}")))?;
    let mut session = Session::new(AnyConnection::Sqlite(connection));
    session.batch("PRAGMA busy_timeout = 10000")?;
    session
        .texts("SELECT name FROM sqlite_schema LIMIT 1")
        .map_err(|error| Failure::new(format!("cannot be read as an SQLite database: {error}")))?;
    MigrationStatus::read(application, &mut session)
}
