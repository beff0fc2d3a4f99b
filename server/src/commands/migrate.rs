//! Brings a database's tables up to date, by the migrations that are embedded in the program.
//!
//! A database that is not this program's own is refused before anything in it is changed.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use orm::db::{Address, AnyConnection, Session, Statement};

use crate::failure::Failure;

const SQLITE: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../migrations/postgres");
/// Where Diesel notes the migrations that ran.
const NOTES: &str = "__diesel_schema_migrations";

/// Applies what is missing, and answers how many migrations that were. A missing SQLite file is created.
///
/// # Errors
/// When the database is no database, another program's, from a newer version, or cannot be changed.
pub(super) fn migrate(address: &Address) -> Result<usize, Failure> {
    if let Address::Sqlite(path) = address {
        look_at_file(path)?;
    }
    if let Address::Postgres(_) = address {
        let own = inspect(address.open(false)?, POSTGRES_TABLES, &versions(&POSTGRES)?)?;
        own.map_err(|why| Failure::new(format!("the PostgreSQL database {why}")))?;
    }
    match address.open_patiently(true)? {
        AnyConnection::Sqlite(connection) => migrate_sqlite(connection),
        AnyConnection::Postgres(mut connection) => apply(&mut connection, POSTGRES),
    }
}

const SQLITE_TABLES: &str =
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'";
const POSTGRES_TABLES: &str = "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()";

/// Looks at a file without changing it: before it is opened for work, which would switch its journal.
fn look_at_file(path: &Path) -> Result<(), Failure> {
    let place = path.display();
    if path.is_dir() {
        return Err(Failure::new(format!("{place} is a directory, not an SQLite file")));
    }
    match std::fs::metadata(path) {
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            return match folder {
                Some(folder) if !folder.is_dir() => Err(Failure::new(format!(
                    "{place} cannot be created: there is no directory {}",
                    folder.display()
                ))),
                Some(_) | None => Ok(()),
            };
        }
        Err(error) => return Err(Failure::new(format!("{place} cannot be used: {error}"))),
    }
    if let Err(error) = std::fs::File::open(path) {
        return Err(Failure::new(format!("{place} cannot be read: {error}")));
    }
    let connection = SqliteConnection::establish(&path.to_string_lossy())
        .map_err(|error| Failure::new(format!("{place} cannot be opened: {error}")))?;
    let own = inspect(AnyConnection::Sqlite(connection), SQLITE_TABLES, &versions(&SQLITE)?)
        .map_err(|error| Failure::new(format!("{place} cannot be read as an SQLite database: {error}")))?;
    own.map_err(|why| Failure::new(format!("{place} {why}")))
}

/// Whether the database is ours; if not, why.
fn inspect(connection: AnyConnection, tables: &str, known: &[String]) -> Result<Result<(), String>, Failure> {
    let mut session = Session::new(connection);
    let names = column(&mut session, tables)?;
    let own = if names.is_empty() {
        Ok(())
    } else if names.iter().any(|name| name == NOTES) {
        let applied = column(&mut session, &format!("SELECT version FROM {NOTES}"))?;
        match applied.iter().find(|version| !known.contains(version)) {
            Some(version) => Err(format!(
                "has the migration {version}, which this version of declarest does not know: it belongs to a newer \
                 version or to another program; nothing was changed"
            )),
            None => Ok(()),
        }
    } else {
        let some: Vec<&str> = names.iter().map(String::as_str).take(3).collect();
        Err(format!(
            "belongs to another program (it has tables such as {}); nothing was changed; give another database",
            some.join(", ")
        ))
    };
    Ok(own)
}

/// The texts of a statement's first column.
fn column(session: &mut Session, sql: &str) -> Result<Vec<String>, Failure> {
    let mut texts = Vec::new();
    session.query(
        &Statement {
            text: sql.to_owned(),
            binds: Vec::new(),
        },
        |row| {
            texts.extend(row.text(0)?);
            Ok(())
        },
    )?;
    Ok(texts)
}

fn versions(migrations: &EmbeddedMigrations) -> Result<Vec<String>, Failure> {
    let migrations: Vec<Box<dyn Migration<diesel::sqlite::Sqlite>>> = migrations.migrations().map_err(failed)?;
    Ok(migrations
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect())
}

/// Foreign keys are off meanwhile, so that a migration may replace a table, and are looked at afterwards.
fn migrate_sqlite(mut connection: SqliteConnection) -> Result<usize, Failure> {
    connection.batch_execute("PRAGMA foreign_keys = OFF").map_err(failed)?;
    let applied = apply(&mut connection, SQLITE)?;
    if applied > 0 {
        let mut session = Session::new(AnyConnection::Sqlite(connection));
        let broken = column(&mut session, "SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1")?;
        if let [table] = broken.as_slice() {
            return Err(Failure::new(format!(
                "after the migrations, {table} refers to records that do not exist"
            )));
        }
    }
    Ok(applied)
}

fn apply<DB: diesel::backend::Backend>(
    connection: &mut impl MigrationHarness<DB>,
    migrations: EmbeddedMigrations,
) -> Result<usize, Failure> {
    Ok(connection.run_pending_migrations(migrations).map_err(failed)?.len())
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("the migrations could not be applied: {error}"))
}
