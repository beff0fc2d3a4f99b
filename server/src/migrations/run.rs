//! Runs migrations, all of a call in one transaction: one that fails, or that data stand against, leaves the former state.

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::result::QueryResult;
use diesel_migrations::MigrationHarness;
use orm::db::{Address, AnyConnection, Dialect, Session};
use orm_schema::Note;

use super::compute::compute;
use super::embedded::Known;
use super::state::State;
use crate::application::{Application, Program};
use crate::failure::Failure;

/// Rows of a table from which on it is large: to write all of them anew takes a while that somebody should choose.
const LARGE: usize = 100_000;

/// Applies what is missing, and answers what that was. A missing SQLite file is created.
///
/// # Errors
/// When the database is ahead or cannot be changed, or a migration would lose data or rewrite a large table and that is not
/// allowed.
pub(crate) fn up(address: &Address, program: &Program, destructive: bool) -> Result<Vec<Known>, Failure> {
    let application = program.application;
    State::of(application, address)?.refuse_ahead()?;
    in_transaction(address, |session| {
        // Another server may have been quicker.
        let state = State::read(application, session)?;
        state.refuse_ahead()?;
        let mut fields = Vec::new();
        for migration in &state.pending {
            let notes = migration.notes(true)?;
            judge(session, migration, &notes, destructive, (application.name, "up"))?;
            run(session, migration, true)?;
            fields.extend(notes.into_iter().filter_map(|note| match note {
                Note::Compute(model, field) => Some((model, field)),
                Note::Loses(..) | Note::Rewrites(_) | Note::NeedsNoRows(..) | Note::NeedsValues(..) => None,
            }));
        }
        session.batch(&program.users.tables(session.dialect()))?;
        compute(session, program, &fields)?;
        Ok(state.pending)
    })
}

/// Takes the last `steps` migrations back, and answers which they were.
///
/// # Errors
/// As [`up`]; when there are not so many.
pub(crate) fn down(
    address: &Address,
    application: &'static Application,
    steps: usize,
    destructive: bool,
) -> Result<Vec<Known>, Failure> {
    State::of(application, address)?.refuse_ahead()?;
    in_transaction(address, |session| {
        let mut state = State::read(application, session)?;
        state.refuse_ahead()?;
        let first = state.applied.len().checked_sub(steps);
        let first = first.ok_or_else(|| Failure::new(format!("only {} migrations ran", state.applied.len())))?;
        let mut last = state.applied.split_off(first);
        last.reverse();
        for migration in &last {
            judge(
                session,
                migration,
                &migration.notes(false)?,
                destructive,
                (application.name, "down"),
            )?;
            run(session, migration, false)?;
        }
        Ok(last)
    })
}

/// How often migrations run again that had to give way to a server which was writing.
const TRIES: usize = 5;

/// Runs `job` alone, by a connection of its own, in a transaction without foreign keys on SQLite: what it leaves is looked at
/// before the commit. It runs again where it had to give way to somebody who writes.
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
    end(session.diesel(), done.is_ok()).map_err(failed)?;
    done
}

/// How long to wait for another program that migrates the same file, in milliseconds.
const PATIENCE: &str = "PRAGMA busy_timeout = 3600000";

fn begin(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Sqlite(sqlite) => {
            // Both do nothing within a transaction.
            sqlite.batch_execute(PATIENCE)?;
            sqlite.batch_execute("PRAGMA foreign_keys = OFF")?;
            AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE")
        }
        AnyConnection::Postgres(postgres) => {
            AnsiTransactionManager::begin_transaction(postgres)?;
            // A large table may take its time; one server migrates, the others wait for it.
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

/// A table that refers to records that do not exist; PostgreSQL does not let it come so far.
fn broken_reference(session: &mut Session) -> Result<Option<String>, Failure> {
    match session.dialect() {
        Dialect::Sqlite => Ok(session
            .texts("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1")?
            .pop()),
        Dialect::Postgres => Ok(None),
    }
}

fn run(session: &mut Session, migration: &Known, up: bool) -> Result<(), Failure> {
    match session.diesel() {
        AnyConnection::Sqlite(connection) => run_on(connection, migration, up),
        AnyConnection::Postgres(connection) => run_on(connection, migration, up),
    }
}

fn run_on<DB: diesel::backend::Backend>(
    connection: &mut impl MigrationHarness<DB>,
    migration: &Known,
    up: bool,
) -> Result<(), Failure> {
    // Makes the table of notes where there is none yet.
    let ran = connection.applied_migrations().and_then(|_| match up {
        true => connection.run_migration(migration),
        false => connection.revert_migration(migration),
    });
    ran.map(|_| ()).map_err(|error| {
        Failure::new(format!(
            "the migration {}: {error}; nothing was changed",
            migration.name
        ))
    })
}

/// Refuses a migration that the data stand against.
fn judge(
    session: &mut Session,
    migration: &Known,
    notes: &[Note],
    destructive: bool,
    (name, way): (&str, &str),
) -> Result<(), Failure> {
    let (mut against, mut impossible) = (Vec::new(), false);
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
                impossible = true;
            }
            Note::NeedsValues(table, column, why)
                if rows(session, table, &format!("WHERE \"{column}\" IS NULL"), 1)? =>
            {
                against.push(format!("{table}.{column} is empty in some rows, and {why}"));
                impossible = true;
            }
            Note::Loses(..) | Note::Rewrites(_) | Note::NeedsNoRows(..) | Note::NeedsValues(..) | Note::Compute(..) => {
            }
        }
    }
    let way_out = match impossible {
        _ if against.is_empty() => return Ok(()),
        true => {
            "the ways out: give the field a default; or make it optional, fill it, and make it required in a later \
                 migration; or write an UPDATE that fills it into the migration's up.sql, and take the note's line out"
                .to_owned()
        }
        false => format!("if that is meant, run `{name} migrate {way} --allow-destructive`"),
    };
    Err(Failure::new(format!(
        "the migration {} was not run: {}; nothing was changed; {way_out}",
        migration.name,
        against.join("; ")
    )))
}

/// Whether a table has at least so many rows that fulfil a condition.
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
        let migration = super::super::known(crate::tests::program().application, session.dialect()).remove(0);
        judge(session, &migration, notes, destructive, ("declarest", "up"))
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
        let many = "WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) \
                    INSERT INTO x_t SELECT i, 'x' FROM n";
        session.batch(many).unwrap();
        assert!(judged(&mut session, &rewrites, false).contains("--allow-destructive"));
        assert_eq!(judged(&mut session, &rewrites, true), "");
    }
}
