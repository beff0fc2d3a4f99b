//! `declarest audit prune`: deletes old entries of the audit trail.

use chrono::NaiveDate;
use orm::Env;

use crate::api::now;
use crate::application::Program;
use crate::config::DatabaseConfig;
use crate::failure::Failure;

/// How many entries are deleted in one transaction: other writes wait no longer than for these.
const BATCH: i64 = 10_000;

/// Deletes the entries from before a day.
///
/// # Errors
/// When the application has no audit trail, or the database cannot be written.
pub(crate) fn prune(database: &DatabaseConfig, program: &'static Program, before: NaiveDate) -> Result<(), Failure> {
    let mut deleted = 0;
    loop {
        let some = database.address.transact(|session| -> Result<usize, Failure> {
            let mut env = Env::system(session, program, now());
            Ok(orm::write::prune_trail(&mut env, before.into(), BATCH)?)
        })?;
        if some == 0 {
            println!("{deleted} entries from before {before} are deleted");
            return Ok(());
        }
        deleted += some;
    }
}
