//! `declarest migrate diff --amend`: writes the last migration anew. What that takes is kept in a file beside the
//! migrations: the tables that the migration changed, and a hash of its SQL files.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use orm::db::Address;
use orm_schema::{Changes, Schema};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::{DIALECTS, NOTHING, between, check_name, committed, json, last, store, write};
use crate::application::Program;
use crate::config::DatabaseConfig;
use crate::failure::Failure;
use crate::migrations::{self, MigrationStatus, SCHEMA};

/// The folder beside those of the databases with a file `<time>_<name>.json` for each migration.
const CHANGES: &str = "changes";

/// What such a file holds.
#[derive(Debug, Deserialize)]
struct Recorded {
    /// The hash of the SQL files as they were written.
    sql: String,
    #[serde(flatten)]
    changes: Changes,
}

/// Replaces the last migration by the one from the schema before it to the schema of the definitions, and removes it if
/// there is no difference. It gets a new time: a database that has the former one is then ahead of the program.
///
/// # Errors
/// When there is no migration, or one of the databases has it; when something else has changed its tables or its files
/// since; when the new one would lose data. `destructive` allows the last, and to lose changes of its files. Otherwise
/// nothing is written.
pub(crate) fn amend(
    program: &Program,
    folder: &Path,
    name: Option<&str>,
    destructive: bool,
    databases: &[DatabaseConfig],
) -> Result<(), Failure> {
    let application = program.application.name;
    let Some(former) = last(folder) else {
        return Err(Failure::new(format!(
            "there is no migration in {} that could be amended: write the first one with `{application} migrate diff NAME`",
            folder.display(),
        )));
    };
    let another = format!("write another one with `{application} migrate diff NAME`");
    databases
        .iter()
        .try_for_each(|database| refuse_applied(program, database, &former, &another))?;
    let own = former.split_once('_').map_or("", |(_, name)| name);
    let name = name.unwrap_or(own);
    check_name(name)?;

    let (old, new) = (committed(folder)?, Schema::of(program));
    if old == new && name == own {
        println!("{NOTHING}");
        return Ok(());
    }
    let before = before(folder, &former, &old, destructive).map_err(|why| {
        Failure::new(format!(
            "{former} cannot be amended: {why}; nothing was written; {another}"
        ))
    })?;
    let migration = between(program, &before, &new, destructive)?;
    match migration.is_empty() {
        true => {
            println!("without it, the migrations give what the models ask for: {former} goes");
            write(&folder.join(SCHEMA), &json(&new)?)?;
        }
        false => store(folder, name, &migration, &before, &new)?,
    }
    remove(folder, &former)
}

/// Refuses if a database that exists has the migration.
fn refuse_applied(program: &Program, database: &DatabaseConfig, name: &str, another: &str) -> Result<(), Failure> {
    if matches!(&database.address, Address::Sqlite(file) if !file.path().exists()) {
        return Ok(());
    }
    let state = MigrationStatus::of(program.application, &database.address)?;
    match state.has(name) {
        false => Ok(()),
        true => Err(Failure::new(format!(
            "{} has the migration {name} already; nothing was written; take it back with `{} migrate down` first, or {another}",
            state.place, program.application.name
        ))),
    }
}

/// The schema before a migration, the last one of those that result in `schema`; or why it cannot be amended.
fn before(folder: &Path, name: &str, schema: &Schema, destructive: bool) -> Result<Schema, String> {
    let file = changes_file(folder, name);
    let recorded = std::fs::read_to_string(&file).map_err(|error| match error.kind() {
        ErrorKind::NotFound => format!("{} is missing, which says what it changed", file.display()),
        _ => format!("{}: {error}", file.display()),
    })?;
    let recorded: Recorded = serde_json::from_str(&recorded).map_err(|error| format!("{}: {error}", file.display()))?;
    if !destructive && hash(folder, name).ok() != Some(recorded.sql) {
        return Err(
            "its SQL files were changed by hand, which would be lost (--allow-destructive allows that)".to_owned(),
        );
    }
    recorded.changes.undone(schema).map_err(|tables| {
        format!(
            "according to {SCHEMA}, something else has changed {} since",
            tables.join(", ")
        )
    })
}

/// Writes down what a migration, whose SQL files are written, changes.
pub(super) fn record(folder: &Path, name: &str, changes: &Changes) -> Result<(), Failure> {
    let file = changes_file(folder, name);
    std::fs::create_dir_all(folder.join(CHANGES))?;
    let (sql, before, after) = (hash(folder, name)?, json(&changes.before)?, json(&changes.after)?);
    write(
        &file,
        &format!("{{\"sql\": \"{sql}\", \"before\":\n{before}, \"after\":\n{after}}}\n"),
    )
}

fn changes_file(folder: &Path, name: &str) -> PathBuf {
    folder.join(CHANGES).join(format!("{name}.json"))
}

/// The hash of a migration's SQL files.
fn hash(folder: &Path, name: &str) -> Result<String, Failure> {
    let mut hash = Sha256::new();
    for dialect in DIALECTS {
        for file in ["up.sql", "down.sql"] {
            let text = std::fs::read_to_string(folder.join(migrations::folder(dialect)).join(name).join(file))?;
            // Git may have checked the file out with other ends of lines.
            text.lines().for_each(|line| hash.update(format!("{line}\n")));
        }
    }
    Ok(hex::encode(hash.finalize()))
}

/// Removes the files of a migration.
fn remove(folder: &Path, name: &str) -> Result<(), Failure> {
    let unless_missing = |removed: std::io::Result<()>| match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    };
    for dialect in DIALECTS {
        unless_missing(std::fs::remove_dir_all(
            folder.join(migrations::folder(dialect)).join(name),
        ))?;
    }
    unless_missing(std::fs::remove_file(changes_file(folder, name)))?;
    Ok(())
}
