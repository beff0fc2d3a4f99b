//! The migrations that are embedded in an application: their names, their SQL, and the schema that they result in.

use std::fmt;

use diesel::backend::Backend;
use diesel::connection::BoxableConnection;
use diesel::migration::{Migration, MigrationMetadata, MigrationName, MigrationVersion, Result as MigrationResult};
use include_dir::Dir;
use orm::db::Dialect;
use orm_schema::{Note, Renames, Schema};

use crate::application::{Application, Program};
use crate::failure::Failure;

/// The file beside the migrations that describes the schema which all of them together result in.
pub(crate) const SCHEMA: &str = "schema.json";

/// An embedded migration, for one database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EmbeddedMigration {
    /// The name of its folder: `20260101000000_models`.
    pub(crate) name: String,
    /// The version that Diesel stores of an applied migration: `20260101000000`.
    pub(super) version: String,
    up: &'static str,
    down: &'static str,
}

impl EmbeddedMigration {
    /// The notes in `up.sql` or `down.sql`: what it loses, rewrites, needs and leaves to be computed.
    ///
    /// # Errors
    /// When a line of them is not understood.
    pub(super) fn notes(&self, up: bool) -> Result<Vec<Note>, Failure> {
        let text = if up { self.up } else { self.down };
        Note::read(text).map_err(|why| Failure::new(format!("the migration {}: {why}", self.name)))
    }
}

impl<DB: Backend> Migration<DB> for EmbeddedMigration {
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

/// The defaults: Diesel runs each migration in a transaction, here a savepoint of the surrounding one.
impl MigrationMetadata for EmbeddedMigration {}

impl MigrationName for EmbeddedMigration {
    fn version(&self) -> MigrationVersion<'_> {
        MigrationVersion::from(self.version.as_str())
    }
}

impl fmt::Display for EmbeddedMigration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// The name of the folder with the migrations for a database.
pub(crate) fn folder(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "sqlite",
        Dialect::Postgres => "postgres",
    }
}

/// The version of the migration with this name, as Diesel derives it from the name of its folder.
pub(super) fn version(name: &str) -> String {
    name.split('_').next().unwrap_or_default().replace('-', "")
}

/// The embedded migrations for a database, in the order in which they are applied.
pub(crate) fn embedded(application: &Application, dialect: Dialect) -> Vec<EmbeddedMigration> {
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
    let mut known: Vec<EmbeddedMigration> = folders
        .filter_map(|folder| {
            let name = folder.path().file_name()?.to_str()?.to_owned();
            Some(EmbeddedMigration {
                version: version(&name),
                name,
                up: text(folder, "up.sql"),
                down: text(folder, "down.sql"),
            })
        })
        .collect();
    known.sort_by(|one, other| one.version.cmp(&other.version));
    known
}

/// The schema that the embedded migrations result in; empty if there are none.
///
/// # Errors
/// When the file is missing or broken.
pub(crate) fn schema(application: &Application) -> Result<Schema, Failure> {
    let file = application.migrations.get_file(SCHEMA);
    match file.and_then(|file| file.contents_utf8()) {
        Some(text) => Schema::read(text).map_err(|why| Failure::new(format!("{SCHEMA}: {why}"))),
        None if application.migrations.dirs().next().is_none() => Ok(Schema::default()),
        None => Err(Failure::new(format!("the migrations have no {SCHEMA}"))),
    }
}

/// Refuses a program whose models ask for other tables than its migrations give.
///
/// # Errors
/// Then, with the command that writes the missing migration.
pub(crate) fn refuse_missing(program: &Program) -> Result<(), Failure> {
    let application = program.application;
    let (asked, given) = (Schema::of(program), schema(application)?);
    if asked == given {
        return Ok(());
    }
    let missing = orm_schema::Migration::between(&given, &asked, &Renames::of(program)).map_err(Failure::new)?;
    Err(Failure::new(format!(
        "the models ask for other tables than the migrations give: run `{} migrate diff NAME`, and build again\n{}",
        application.name,
        missing.postgres.up.sql()
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::program;

    /// An application without that migration gets the same tables.
    #[test]
    fn the_migration_of_identity_has_the_statements_of_the_server() {
        let program = program();
        for dialect in [Dialect::Sqlite, Dialect::Postgres] {
            let migrations = embedded(program.application, dialect);
            let migration = migrations
                .iter()
                .find(|migration| migration.name.ends_with("_identity"));
            let server = program
                .users
                .identity_tables(dialect)
                .replace("\"res_users\"", "res_users");
            assert_eq!(migration.unwrap().up, server);
        }
    }
}
