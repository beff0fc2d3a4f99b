//! The arguments that name a database.

use clap::Args;

use crate::config::{DatabaseConfig, DatabaseFile};
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(super) struct DatabaseArg {
    /// The database: `sqlite://PATH` or `postgres://…`. NAME is what clients send as `db` at login, by default the name
    /// of the file or database. `serve` takes several.
    // The default is the application's (`cli::command`).
    #[arg(
        long = "database",
        env = "DECLAREST_DATABASE",
        hide_env_values = true,
        value_name = "[NAME=]URL"
    )]
    pub(super) databases: Vec<DatabaseConfig>,
    /// A file with the values of `--database`, one on each line, to keep passwords off the command line.
    #[arg(
        long,
        env = "DECLAREST_DATABASE_FILE",
        value_name = "FILE",
        conflicts_with = "databases"
    )]
    pub(super) database_file: Option<DatabaseFile>,
}

impl DatabaseArg {
    pub(super) fn all(self) -> Vec<DatabaseConfig> {
        self.database_file
            .map_or(self.databases, |DatabaseFile(databases)| databases)
    }

    /// The database, for a command that works on exactly one.
    pub(super) fn one(self) -> Result<DatabaseConfig, Failure> {
        let mut all = self.all();
        match (all.pop(), all.len()) {
            (Some(database), 0) => Ok(database),
            (_, others) => Err(Failure::new(format!(
                "{} databases are given, and this command works on one",
                others + 1
            ))),
        }
    }
}
