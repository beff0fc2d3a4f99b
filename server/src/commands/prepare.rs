//! Makes a database ready for work: its tables, and the demo data where it is asked for.

use orm::db::{Address, Session};
use orm::registry::Registry;

use super::{demo, migrate};
use crate::auth::store;
use crate::config::DatabaseConfig;
use crate::failure::Failure;

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

/// Makes the database ready.
///
/// # Errors
/// With a sentence for the person who starts the program.
pub(crate) fn prepare(database: &DatabaseConfig, registry: &Registry, demo: bool) -> Result<Prepared, Failure> {
    let applied = migrate::migrate(&database.address)?;
    let (users, _) = transaction(&database.address, |session| Ok(store::users(session, "")?))?;
    let demo = match (demo, users) {
        (false, _) => Demo::NotAsked,
        (true, 0) => Demo::Loaded(demo::load(&database.address, registry)?),
        (true, _) => Demo::Kept,
    };
    let users = match demo {
        Demo::Loaded(_) => transaction(&database.address, |session| Ok(store::users(session, "")?))?.0,
        Demo::NotAsked | Demo::Kept => users,
    };
    let demo_login = demo != Demo::NotAsked && demo::can_log_in(&database.address)?;
    Ok(Prepared {
        database: database.clone(),
        applied,
        demo,
        users,
        demo_login,
    })
}

/// Runs `job` in a transaction of a connection of its own.
///
/// # Errors
/// What `job` answers, and what the database does.
pub(super) fn transaction<T>(
    address: &Address,
    job: impl FnOnce(&mut Session) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut session = address.session()?;
    within(&mut session, job)
}

/// Runs `job` in a transaction.
///
/// # Errors
/// As [`transaction`].
pub(super) fn within<T>(
    session: &mut Session,
    job: impl FnOnce(&mut Session) -> Result<T, Failure>,
) -> Result<T, Failure> {
    session.begin_write()?;
    match job(session) {
        Ok(value) => {
            session.batch("COMMIT")?;
            Ok(value)
        }
        Err(failure) => {
            // The reason matters more than whether the end of the transaction could be said.
            let _ = session.batch("ROLLBACK");
            Err(failure)
        }
    }
}
