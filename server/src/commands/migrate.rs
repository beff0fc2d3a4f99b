//! `declarest migrate diff|up|down|status|check`

mod amend;

use std::path::Path;

use chrono::{NaiveDateTime, TimeDelta, Utc};
use orm::Runtime;
use orm::db::{Address, Dialect};
use orm_schema::{Changes, Migration, Renames, Schema, Steps};

use crate::application::{Application, Program};
use crate::config::DatabaseConfig;
use crate::failure::Failure;
use crate::migrations::{self, MigrationStatus, SCHEMA};

pub(crate) use amend::amend;

/// The databases that migrations are written for, each into a folder of its own.
const DIALECTS: [Dialect; 2] = [Dialect::Sqlite, Dialect::Postgres];
/// The format of the time before a migration's name.
const STAMP: &str = "%Y%m%d%H%M%S";

/// Writes `{folder}/{sqlite,postgres}/<time>_<name>/{up,down}.sql`: the migration from the schema in `schema.json`,
/// which the existing migrations result in, to the schema of the definitions. Then it updates `schema.json`.
///
/// # Errors
/// When the migration would lose data and `destructive` is false: then nothing is written. When a file cannot be read
/// or written.
pub(crate) fn diff(registry: &Runtime, folder: &Path, name: &str, destructive: bool) -> Result<(), Failure> {
    check_name(name)?;
    let (old, new) = (committed(folder)?, Schema::of(registry));
    let migration = between(registry, &old, &new, destructive)?;
    if migration.is_empty() {
        if old == new {
            println!("{NOTHING}");
            return Ok(());
        }
        println!("no table changes");
        return write(&folder.join(SCHEMA), &json(&new)?);
    }
    store(folder, name, &migration, &old, &new)
}

const NOTHING: &str = "the migrations give what the models ask for: nothing to write";

fn check_name(name: &str) -> Result<(), Failure> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    match !name.is_empty() && name.chars().all(fits) {
        true => Ok(()),
        false => Err(Failure::new(format!(
            "{name:?} is no name for a migration: use letters, digits and `_`"
        ))),
    }
}

/// The migration from `old` to `new`, the schema of the definitions.
///
/// # Errors
/// When one migration cannot do it, or it would lose data and `destructive` is false.
fn between(registry: &Runtime, old: &Schema, new: &Schema, destructive: bool) -> Result<Migration, Failure> {
    let migration = Migration::between(old, new, &Renames::of(registry)).map_err(Failure::new)?;
    let losses: Vec<String> = migration.sqlite.up.losses().map(|note| format!("\n  {note}")).collect();
    match losses.is_empty() || destructive {
        true => Ok(migration),
        false => Err(Failure::new(format!(
            "the migration would lose data; nothing was written:{}\nsay `renamed_from = \"…\"` where something only has another \
             name, or --allow-destructive where that is meant",
            losses.concat()
        ))),
    }
}

/// Writes the files of a migration from `old` to `new`, what is needed to amend it, and `schema.json`.
fn store(folder: &Path, name: &str, migration: &Migration, old: &Schema, new: &Schema) -> Result<(), Failure> {
    let name = format!("{}_{name}", stamp(folder)?);
    for dialect in DIALECTS {
        let place = folder.join(migrations::folder(dialect)).join(&name);
        std::fs::create_dir_all(&place)?;
        let Steps { up, down } = migration.steps(dialect);
        write(&place.join("up.sql"), &up.sql())?;
        write(&place.join("down.sql"), &down.sql())?;
        for note in &up.notes {
            println!("  {note}");
        }
    }
    amend::record(folder, &name, &Changes::between(old, new))?;
    write(&folder.join(SCHEMA), &json(new)?)
}

fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error| Failure::new(format!("{}: {error}", file.display()));
    std::fs::write(file, text).map_err(failed)?;
    println!("{}", file.display());
    Ok(())
}

fn json(schema: &Schema) -> Result<String, Failure> {
    schema.json().map_err(Failure::new)
}

/// The schema that the migrations in a folder result in, from its `schema.json`; empty if the folder has no migrations.
fn committed(folder: &Path) -> Result<Schema, Failure> {
    let file = folder.join(SCHEMA);
    match std::fs::read_to_string(&file) {
        Ok(text) => Schema::read(&text).map_err(|why| Failure::new(format!("{}: {why}", file.display()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && last(folder).is_none() => Ok(Schema::default()),
        Err(error) => Err(Failure::new(format!("{}: {error}", file.display()))),
    }
}

/// The name of the last migration in a folder: `20260101000000_models`.
fn last(folder: &Path) -> Option<String> {
    let folders = DIALECTS.map(|dialect| std::fs::read_dir(folder.join(migrations::folder(dialect))));
    let entries = folders.into_iter().flatten().flatten().flatten();
    let migrations = entries.filter(|entry| entry.path().is_dir());
    migrations
        .filter_map(|entry| entry.file_name().into_string().ok())
        .max()
}

/// The time for a new migration: now or, so that it is the last one in any case, one second after the last migration's.
fn stamp(folder: &Path) -> Result<String, Failure> {
    let now = Utc::now().format(STAMP).to_string();
    let last = last(folder).unwrap_or_default();
    match last.split('_').next().filter(|last| **last >= *now) {
        None => Ok(now),
        Some(last) => {
            let time = NaiveDateTime::parse_from_str(last, STAMP);
            let time =
                time.map_err(|_| Failure::new(format!("{last}_… is no migration's name: a time stands first")))?;
            Ok((time + TimeDelta::seconds(1)).format(STAMP).to_string())
        }
    }
}

/// Checks that the program's migrations result in the schema of its definitions: `schema.json` by comparison, the
/// statements by running them on a temporary SQLite database.
///
/// # Errors
/// When they do not, with the differences and what to do.
pub(crate) fn check(program: &Program) -> Result<(), Failure> {
    migrations::refuse_missing(program)?;
    // The SQL files may have been edited by hand, so that they no longer agree with schema.json.
    let folder = std::env::temp_dir().join(format!("declarest-check-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let compared = compare(program, &folder);
    std::fs::remove_dir_all(&folder)?;
    let differing = compared?;
    match differing.is_empty() {
        true => {
            println!("the migrations give what the models ask for");
            Ok(())
        }
        false => Err(Failure::new(format!(
            "the migrations make other tables than {SCHEMA} says:\n  {}",
            differing.join("\n  ")
        ))),
    }
}

/// Compares an SQLite file made by all migrations with one made from the definitions at once. Lists what only the
/// former has (`-`) and what only the latter has (`+`).
fn compare(program: &Program, folder: &Path) -> Result<Vec<String>, Failure> {
    let (migrated, fresh) = (folder.join("migrated.db"), folder.join("fresh.db"));
    let (migrated, fresh) = (Address::Sqlite(migrated.into()), Address::Sqlite(fresh.into()));
    migrations::up(&migrated, program, true)?;
    let mut session = fresh.open(true)?;
    session.batch(&orm_schema::everything(program, Dialect::Sqlite))?;
    let models = Schema::of(program);
    let wanted = |table: &str| models.has(table);
    let fresh = orm_schema::introspect(&mut session, wanted)?;
    let migrated = orm_schema::introspect(&mut migrated.open(false)?, wanted)?;
    let gone = migrated.difference(&fresh).map(|line| format!("- {line}"));
    let missing = fresh.difference(&migrated).map(|line| format!("+ {line}"));
    Ok(gone.chain(missing).collect())
}

/// Applies the missing migrations.
///
/// # Errors
/// As [`migrations::up`].
pub(crate) fn up(database: &DatabaseConfig, program: &Program, destructive: bool) -> Result<(), Failure> {
    let applied = migrations::up(&database.address, program, destructive)?;
    match applied.is_empty() {
        true => println!("{} is up to date", database.name),
        false => println!("{}: applied {}", database.name, migrations::names(&applied)),
    }
    Ok(())
}

/// Reverts the last `steps` migrations.
///
/// # Errors
/// As [`migrations::down`].
pub(crate) fn down(
    database: &DatabaseConfig,
    application: &'static Application,
    steps: usize,
    destructive: bool,
) -> Result<(), Failure> {
    let reverted = migrations::down(&database.address, application, steps, destructive)?;
    println!("{}: took back {}", database.name, migrations::names(&reverted));
    Ok(())
}

/// Prints for each migration whether the database has it.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn status(database: &DatabaseConfig, application: &'static Application) -> Result<(), Failure> {
    let state = MigrationStatus::of(application, &database.address)?;
    println!("{database}");
    for known in migrations::embedded(application, database.address.dialect()) {
        let applied = state.applied.contains(&known);
        println!("  {} {}", if applied { "applied" } else { "pending" }, known.name);
    }
    for version in &state.unknown {
        println!("  unknown {version}: of a newer version of the program");
    }
    Ok(())
}
