//! Prepares a database for a command: creates the tables of an empty database, checks or applies migrations, and loads
//! the demo data if requested.

use orm::Env;

use super::{demo, groups};
use crate::api::now;
use crate::application::Program;
use crate::auth::store;
use crate::config::DatabaseConfig;
use crate::failure::Failure;
use crate::migrations::{self, MigrationStatus};

/// The outcome of [`prepare`].
#[derive(Debug)]
pub(crate) struct Prepared {
    /// The database.
    pub(crate) database: DatabaseConfig,
    /// The number of migrations that were applied.
    pub(crate) applied: usize,
    /// Whether the demo data were loaded.
    pub(crate) demo: DemoOutcome,
    /// The number of users there are now.
    pub(crate) users: i64,
    /// The demo data were requested or other machines reach the server, and the demo user can log in with the demo
    /// password.
    pub(crate) demo_login: bool,
}

/// Whether the demo data were loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DemoOutcome {
    /// They were not requested.
    NotAsked,
    /// They were loaded: the number of records.
    Loaded(usize),
    /// They were requested but not loaded, since the database has users.
    Kept,
}

/// What [`prepare`] may do besides creating the tables of an empty database.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PrepareOptions {
    /// Load the demo data into a database without users.
    pub(crate) demo: bool,
    /// Apply missing migrations to a database that is behind.
    pub(crate) migrate: bool,
    /// Other machines will reach the server.
    pub(crate) exposed: bool,
}

/// Prepares the database. An empty one gets its tables, one with users the records of groups that are missing.
///
/// # Errors
/// When a migration is missing that the models need; when the database is ahead of the program, or behind it without [`PrepareOptions::migrate`], or cannot be read or changed.
pub(crate) fn prepare(
    database: &DatabaseConfig,
    program: &'static Program,
    start: PrepareOptions,
) -> Result<Prepared, Failure> {
    let PrepareOptions { demo, migrate, exposed } = start;
    migrations::refuse_missing(program)?;
    let state = MigrationStatus::of(program.application, &database.address)?;
    state.refuse_ahead()?;
    if !(state.empty || migrate) {
        state.refuse_behind()?;
    }
    let applied = match state.pending.is_empty() && !state.lacks_identity {
        true => 0,
        false => migrations::up(&database.address, program, false)?.len(),
    };
    let demo = match demo {
        false => DemoOutcome::NotAsked,
        true => demo::load(&database.address, program)?.map_or(DemoOutcome::Kept, DemoOutcome::Loaded),
    };
    let (users, _) =
        (database.address).transact(|session| store::count(session, &program.users, "").map_err(Failure::from))?;
    if users > 0 {
        database.address.transact(|session| {
            // Another server may be starting at the same time: one of the two waits here.
            session.lock_name("declarest groups")?;
            groups::create_missing(&mut Env::system(session, program, now()))
        })?;
    }
    let ask = demo != DemoOutcome::NotAsked || (exposed && program.application.demo.is_some());
    let demo_login = ask && demo::can_log_in(&database.address, program)?;
    Ok(Prepared {
        database: database.clone(),
        applied,
        demo,
        users,
        demo_login,
    })
}
