//! Runs migrations. All of one call run in one transaction: if one fails or is refused because of existing data, the
//! database stays as it was.

use std::collections::BTreeSet;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::migration::Result as MigrationResult;
use diesel::result::{Error as DieselError, QueryResult};
use diesel_migrations::MigrationHarness;
use orm::db::{Address, AnyConnection, Dialect, Session, install_extension};
use orm::def::Role;
use orm_schema::Note;

use super::compute::compute;
use super::embedded::EmbeddedMigration;
use super::state::{MigrationStatus, has_identity, tables};
use crate::application::{Application, Program};
use crate::failure::Failure;

/// A table with this many rows or more is large: rewriting it takes so long that somebody should choose the time.
const LARGE: usize = 100_000;

/// Applies the missing migrations, and returns them. A missing SQLite file is created.
///
/// # Errors
/// When the database is ahead or cannot be changed; when existing rows make a migration impossible; when it would lose
/// data or rewrite a large table, and `destructive` is false.
pub(crate) fn up(address: &Address, program: &Program, destructive: bool) -> Result<Vec<EmbeddedMigration>, Failure> {
    let application = program.application;
    MigrationStatus::of(application, address)?.refuse_ahead()?;
    in_transaction(address, |session| {
        // Read again, now with the lock: another server may have applied them in the meantime.
        let state = MigrationStatus::read(application, session)?;
        state.refuse_ahead()?;
        let mut fields = Vec::new();
        for migration in &state.pending {
            let notes = migration.notes(true)?;
            check_notes(session, migration, &notes, destructive, (application.name, "up"))?;
            run(session, migration, true)?;
            fields.extend(notes.into_iter().filter_map(|note| match note {
                Note::Compute(model, field) => Some((model, field)),
                Note::Loses(..)
                | Note::Rewrites(_)
                | Note::NeedsNoRows(..)
                | Note::NeedsValues(..)
                | Note::NeedsRule(..)
                | Note::NeedsExtension(_) => None,
            }));
        }
        session.batch(&program.users.tables(session.dialect()))?;
        if !has_identity(&tables(session)?) {
            session.batch(&program.users.identity_tables(session.dialect()))?;
        }
        compute(session, program, &fields)?;
        Ok(state.pending)
    })
}

/// Reverts the last `steps` migrations, and returns them.
///
/// # Errors
/// As [`up`]; when fewer migrations have been applied.
pub(crate) fn down(
    address: &Address,
    application: &'static Application,
    steps: usize,
    destructive: bool,
) -> Result<Vec<EmbeddedMigration>, Failure> {
    MigrationStatus::of(application, address)?.refuse_ahead()?;
    let models = (application.catalogue)();
    let users = models
        .iter()
        .find(|(def, _)| def.role == Some(Role::User))
        .map(|(def, _)| def.table);
    in_transaction(address, |session| {
        let mut state = MigrationStatus::read(application, session)?;
        state.refuse_ahead()?;
        let first = state.applied.len().checked_sub(steps);
        let first = first.ok_or_else(|| Failure::new(format!("only {} migrations ran", state.applied.len())))?;
        let mut last = state.applied.split_off(first);
        last.reverse();
        for migration in &last {
            let notes = migration.notes(false)?;
            check_notes(session, migration, &notes, destructive, (application.name, "down"))?;
            if users.is_some_and(|users| notes.contains(&Note::dropped(users))) {
                // Passwords and tokens refer to users; the other tables are made anew with them.
                session.batch(
                    "DROP TABLE IF EXISTS auth_token; DROP TABLE IF EXISTS auth_password; \
                     DROP TABLE IF EXISTS auth_failure; DROP TABLE IF EXISTS auth_event; DROP TABLE IF EXISTS auth_used; \
                     DROP TABLE IF EXISTS auth_secret",
                )?;
            }
            run(session, migration, false)?;
        }
        Ok(last)
    })
}

/// How often migrations are tried if each time they conflict with a server that is writing.
const TRIES: usize = 5;

/// Runs `job` on a connection of its own, in a transaction that excludes other migrations. On SQLite foreign keys are
/// off meanwhile, and are checked before the commit. After a conflict with another transaction, all of it runs again.
fn in_transaction<T>(address: &Address, job: impl Fn(&mut Session) -> Result<T, Failure>) -> Result<T, Failure> {
    let mut tries = TRIES;
    loop {
        let mut session = address.open(true)?;
        let done = try_in_transaction(&mut session, &job);
        tries -= 1;
        if done.is_ok() || tries == 0 || !session.gives_way() {
            return done;
        }
    }
}

fn try_in_transaction<T>(
    session: &mut Session,
    job: impl Fn(&mut Session) -> Result<T, Failure>,
) -> Result<T, Failure> {
    begin(session.diesel()).map_err(failed)?;
    let done = job(session).and_then(|done| match broken_reference(session)? {
        Some(table) => Err(Failure::new(format!(
            "after the migrations, {table} would refer to records that do not exist; nothing was changed"
        ))),
        None => Ok(done),
    });
    let ended = end(session.diesel(), done.is_ok()).map_err(failed);
    // The job's own error matters more than one of the rollback.
    done.and_then(|done| ended.map(|()| done))
}

/// Waits up to an hour for another program that writes to the same file, for example one that migrates it.
const WAIT_FOR_WRITERS: &str = "PRAGMA busy_timeout = 3600000";

fn begin(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Sqlite(sqlite) => {
            // Before the transaction: BEGIN waits for the lock, and `foreign_keys` cannot be changed after it.
            sqlite.batch_execute(WAIT_FOR_WRITERS)?;
            sqlite.batch_execute("PRAGMA foreign_keys = OFF")?;
            AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE")
        }
        AnyConnection::Postgres(postgres) => {
            AnsiTransactionManager::begin_transaction(postgres)?;
            // No time limits, since a large table takes long. One server migrates, others wait for its advisory lock.
            postgres.batch_execute(
                "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; \
                 SELECT pg_advisory_xact_lock(hashtext('declarest migrations'))",
            )
        }
    }
}

fn end(connection: &mut AnyConnection, keep: bool) -> QueryResult<()> {
    match (connection, keep) {
        (AnyConnection::Sqlite(sqlite), true) => AnsiTransactionManager::commit_transaction(sqlite),
        (AnyConnection::Sqlite(sqlite), false) => AnsiTransactionManager::rollback_transaction(sqlite),
        (AnyConnection::Postgres(postgres), true) => AnsiTransactionManager::commit_transaction(postgres),
        (AnyConnection::Postgres(postgres), false) => AnsiTransactionManager::rollback_transaction(postgres),
    }
}

/// On SQLite, a table with a broken foreign key. PostgreSQL enforces them itself, at the latest at the commit.
fn broken_reference(session: &mut Session) -> Result<Option<String>, Failure> {
    match session.dialect() {
        Dialect::Sqlite => Ok(session
            .texts("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1")?
            .pop()),
        Dialect::Postgres => Ok(None),
    }
}

fn run(session: &mut Session, migration: &EmbeddedMigration, up: bool) -> Result<(), Failure> {
    let ran = match session.diesel() {
        AnyConnection::Sqlite(connection) => run_on(connection, migration, up),
        AnyConnection::Postgres(connection) => run_on(connection, migration, up),
    };
    ran.map_err(|error| {
        // The session learns of the error, so that a conflict with another transaction makes all of it run again.
        let why = match error.downcast::<DieselError>() {
            Ok(error) => session.failed(*error).to_string(),
            Err(error) => error.to_string(),
        };
        Failure::new(format!("the migration {}: {why}; nothing was changed", migration.name))
    })
}

fn run_on<DB: diesel::backend::Backend>(
    connection: &mut impl MigrationHarness<DB>,
    migration: &EmbeddedMigration,
    up: bool,
) -> MigrationResult<()> {
    // `applied_migrations` creates Diesel's table of applied migrations if it is missing.
    let ran = connection.applied_migrations().and_then(|_| match up {
        true => connection.run_migration(migration),
        false => connection.revert_migration(migration),
    });
    ran.map(|_| ())
}

/// Checks a migration's notes against the existing rows. Refuses it if they make it impossible, or if it would lose
/// data or rewrite a large table and `destructive` is false. The error suggests the command `{name} migrate {way}`,
/// where `way` is `up` or `down`.
fn check_notes(
    session: &mut Session,
    migration: &EmbeddedMigration,
    notes: &[Note],
    destructive: bool,
    (name, way): (&str, &str),
) -> Result<(), Failure> {
    let (mut against, mut ways_out) = (Vec::new(), BTreeSet::new());
    for note in notes {
        match note {
            Note::Loses(table, what) if !destructive && rows(session, table, "", 1)? => {
                against.push(format!("it would lose data of {table}: {what}"));
            }
            Note::Rewrites(table) if !destructive && rows(session, table, "", LARGE)? => {
                against.push(format!(
                    "it would write every row of {table} anew, which has {LARGE} rows or more"
                ));
            }
            Note::NeedsNoRows(table, why) if rows(session, table, "", 1)? => {
                against.push(format!("{table} has rows, and {why}"));
                ways_out.insert(FILL);
            }
            Note::NeedsValues(table, column, why)
                if rows(session, table, &format!("WHERE \"{column}\" IS NULL"), 1)? =>
            {
                against.push(format!("{table}.{column} is empty in some rows, and {why}"));
                ways_out.insert(FILL);
            }
            Note::NeedsRule(table, rule, broken) => {
                if let Some(ids) = first_ids(session, broken)? {
                    against.push(format!(
                        "{table} has rows that break {rule} (ids {ids}), found by `{broken}`"
                    ));
                    ways_out.insert(CORRECT);
                }
            }
            Note::NeedsExtension(name) => install_extension(session, name).map_err(|error| {
                Failure::new(format!(
                    "the migration {} was not run: {error}; nothing was changed",
                    migration.name
                ))
            })?,
            Note::Loses(..) | Note::Rewrites(_) | Note::NeedsNoRows(..) | Note::NeedsValues(..) | Note::Compute(..) => {
            }
        }
    }
    let way_out = match ways_out.is_empty() {
        _ if against.is_empty() => return Ok(()),
        false => format!(
            "the ways out: {}; or write an UPDATE that does it into the migration's {way}.sql, and take the note's line out",
            Vec::from_iter(ways_out).join("; ")
        ),
        true => format!("if that is meant, run `{name} migrate {way} --allow-destructive`"),
    };
    Err(Failure::new(format!(
        "the migration {} was not run: {}; nothing was changed; {way_out}",
        migration.name,
        against.join("; ")
    )))
}

/// The ways out where rows lack a value, and where they break a rule.
const FILL: &str = "give the field a default; or make it optional, fill it, and make it required in a later migration";
const CORRECT: &str = "correct the rows that break the rule";

/// How many ids a message names.
const NAMED: usize = 10;

/// The first ids that a `SELECT` of ids finds, in words; `None` if it finds none.
fn first_ids(session: &mut Session, select: &str) -> Result<Option<String>, Failure> {
    let more = NAMED + 1;
    let sql =
        format!("SELECT CAST(\"id\" AS TEXT) AS \"text\" FROM ({select}) AS \"broken\" ORDER BY \"id\" LIMIT {more}");
    let mut ids = session.texts(&sql)?;
    if ids.len() > NAMED {
        ids[NAMED] = "and more".to_owned();
    }
    Ok((!ids.is_empty()).then(|| ids.join(", ")))
}

/// Whether a table has at least `least` rows that fulfil the condition (`WHERE …`, or empty).
fn rows(session: &mut Session, table: &str, condition: &str, least: usize) -> Result<bool, Failure> {
    let last = least - 1;
    let sql = format!("SELECT 'x' FROM \"{table}\" {condition} LIMIT 1 OFFSET {last}");
    Ok(!session.texts(&sql)?.is_empty())
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("the migrations could not be applied: {error}"))
}

#[cfg(test)]
mod tests {
    use harness::Database;

    use super::*;

    fn judged(session: &mut Session, notes: &[Note], destructive: bool) -> String {
        let migration = super::super::embedded(crate::tests::program().application, session.dialect()).remove(0);
        check_notes(session, &migration, notes, destructive, ("declarest", "up"))
            .map_or_else(|why| why.to_string(), |()| String::new())
    }

    #[test]
    fn what_stands_against_a_migration_is_judged_by_the_rows_that_are_there() {
        let database = Database::empty();
        let mut session = database.address().open(true).unwrap();
        session
            .batch("CREATE TABLE x_t (id INTEGER PRIMARY KEY, v TEXT)")
            .unwrap();
        let text = |text: &str| text.to_owned();
        let loses = [Note::Loses(text("x_t"), text("column v goes"))];
        let no_rows = [Note::NeedsNoRows(text("x_t"), text("w comes"))];
        let values = [Note::NeedsValues(text("x_t"), text("v"), text("it becomes required"))];
        let rewrites = [Note::Rewrites(text("x_t"))];
        for notes in [&loses, &no_rows, &values, &rewrites] {
            assert_eq!(judged(&mut session, notes, false), "");
        }
        session.batch("INSERT INTO x_t VALUES (1, 'x')").unwrap();
        assert!(judged(&mut session, &loses, false).contains("column v goes"));
        assert_eq!(judged(&mut session, &loses, true), "");
        let told = judged(&mut session, &no_rows, true);
        assert!(
            told.contains("x_t has rows, and w comes") && told.contains("the ways out"),
            "{told}"
        );
        assert_eq!(judged(&mut session, &values, false), "");
        session.batch("INSERT INTO x_t VALUES (2, NULL)").unwrap();
        assert!(judged(&mut session, &values, true).contains("x_t.v is empty in some rows"));
        assert_eq!(judged(&mut session, &rewrites, false), "");
        let find = |v: &str| text(&format!("SELECT \"id\" FROM \"x_t\" WHERE NOT (\"v\" <> '{v}')"));
        let rule = |v: &str| [Note::NeedsRule(text("x_t"), text("x_t_check_1"), find(v))];
        assert_eq!(judged(&mut session, &rule("y"), false), "");
        let told = judged(&mut session, &rule("x"), true);
        let expected = "x_t has rows that break x_t_check_1 (ids 1), found by `SELECT \"id\" FROM";
        assert!(told.contains(expected) && told.contains("correct the rows"), "{told}");
        let many = "WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) \
                    INSERT INTO x_t SELECT i, 'x' FROM n";
        session.batch(many).unwrap();
        assert!(judged(&mut session, &rewrites, false).contains("--allow-destructive"));
        assert!(judged(&mut session, &rule("x"), true).contains("8, 9, 10, 11, and more)"));
        assert_eq!(judged(&mut session, &rewrites, true), "");
    }
}
