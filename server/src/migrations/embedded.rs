//! The migrations that are part of an application: their names, texts, and the schema that they give.

use std::fmt;

use diesel::backend::Backend;
use diesel::connection::BoxableConnection;
use diesel::migration::{Migration, MigrationMetadata, MigrationName, MigrationVersion, Result as MigrationResult};
use include_dir::Dir;
use orm::db::Dialect;
use orm_schema::{Note, Schema};

use crate::application::Application;
use crate::failure::Failure;

/// Beside the migrations: the schema that all of them together give.
pub(crate) const SCHEMA: &str = "schema.json";

/// A migration of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    /// Its folder: `20260101000000_models`.
    pub(crate) name: String,
    /// What Diesel notes of it: `20260101000000`.
    pub(super) version: String,
    up: &'static str,
    down: &'static str,
}

impl Known {
    /// What the way up, or down, says of itself.
    ///
    /// # Errors
    /// The line that is not understood.
    pub(super) fn notes(&self, up: bool) -> Result<Vec<Note>, Failure> {
        let text = if up { self.up } else { self.down };
        Note::read(text).map_err(|why| Failure::new(format!("the migration {}: {why}", self.name)))
    }
}

impl<DB: Backend> Migration<DB> for Known {
    fn run(&self, connection: &mut dyn BoxableConnection<DB>) -> MigrationResult<()> {
        Ok(connection.batch_execute(self.up)?)
    }

    fn revert(&self, connection: &mut dyn BoxableConnection<DB>) -> MigrationResult<()> {
        Ok(connection.batch_execute(self.down)?)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        self
    }

    fn name(&self) -> &dyn MigrationName {
        self
    }
}

/// Each runs in a transaction.
impl MigrationMetadata for Known {}

impl MigrationName for Known {
    fn version(&self) -> MigrationVersion<'_> {
        MigrationVersion::from(self.version.as_str())
    }
}

impl fmt::Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// The folder of a database's migrations.
pub(crate) fn folder(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "sqlite",
        Dialect::Postgres => "postgres",
    }
}

/// The program's migrations for a database, the first one first.
pub(crate) fn known(application: &Application, dialect: Dialect) -> Vec<Known> {
    let folders = application
        .migrations
        .get_dir(folder(dialect))
        .map(Dir::dirs)
        .into_iter()
        .flatten();
    let text = |folder: &Dir<'static>, file: &str| {
        let file = folder.get_file(folder.path().join(file));
        file.and_then(|file| file.contents_utf8()).unwrap_or_default()
    };
    let mut known: Vec<Known> = folders
        .filter_map(|folder| {
            let name = folder.path().file_name()?.to_str()?.to_owned();
            // As Diesel reads it.
            let version = name.split('_').next()?.replace('-', "");
            Some(Known {
                version,
                name,
                up: text(folder, "up.sql"),
                down: text(folder, "down.sql"),
            })
        })
        .collect();
    known.sort_by(|one, other| one.version.cmp(&other.version));
    known
}

/// The schema that the program's migrations give.
///
/// # Errors
/// When the file is missing or broken.
pub(crate) fn schema(application: &Application) -> Result<Schema, Failure> {
    let text = application
        .migrations
        .get_file(SCHEMA)
        .and_then(|file| file.contents_utf8());
    let text = text.ok_or_else(|| Failure::new(format!("the migrations have no {SCHEMA}")))?;
    Schema::read(text).map_err(|why| Failure::new(format!("{SCHEMA}: {why}")))
}
