//! Makes a database ready for work: its tables, and the demo data where it is asked for.

use super::demo;
use crate::application::Program;
use crate::auth::store;
use crate::config::DatabaseConfig;
use crate::failure::Failure;
use crate::migrations::{self, State};

/// What was found and done.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// Which database.
    pub(crate) database: DatabaseConfig,
    /// Migrations that were applied.
    pub(crate) applied: usize,
    /// What became of the demo data.
    pub(crate) demo: Demo,
    /// How many users there are now.
    pub(crate) users: i64,
    /// Asked for the demo data, and the demo user can log in.
    pub(crate) demo_login: bool,
}

/// What became of the demo data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Demo {
    /// Nobody asked for it.
    NotAsked,
    /// So many records were loaded.
    Loaded(usize),
    /// The database has users: it was left as it is.
    Kept,
}

/// What may be done to a database at the start.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Start {
    /// Fill an empty database with the demo data.
    pub(crate) demo: bool,
    /// Bring a database that is behind up to date.
    pub(crate) migrate: bool,
}

/// Makes the database ready. An empty one gets its tables.
///
/// # Errors
/// With a sentence for the person who starts the program; when the database is behind it and may not be changed, or ahead.
pub(crate) fn prepare(database: &DatabaseConfig, program: &'static Program, start: Start) -> Result<Prepared, Failure> {
    let Start { demo, migrate } = start;
    let state = State::of(program.application, &database.address)?;
    state.refuse_ahead()?;
    if !(state.empty || migrate) {
        state.refuse_behind()?;
    }
    let applied = match state.pending.is_empty() {
        true => 0,
        false => migrations::up(&database.address, program, false)?.len(),
    };
    let demo = match demo {
        false => Demo::NotAsked,
        true => demo::load(&database.address, program)?.map_or(Demo::Kept, Demo::Loaded),
    };
    let (users, _) =
        (database.address).transact(|session| store::count(session, &program.users, "").map_err(Failure::from))?;
    let demo_login = demo != Demo::NotAsked && demo::can_log_in(&database.address, program)?;
    Ok(Prepared {
        database: database.clone(),
        applied,
        demo,
        users,
        demo_login,
    })
}
