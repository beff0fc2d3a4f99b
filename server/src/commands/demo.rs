//! Fills an empty database with the demo data.

use models::demo::DEMO;
use orm::Env;
use orm::db::Address;
use orm::registry::Registry;

use super::prepare::transaction;
use crate::api::now;
use crate::auth::{passwords, store};
use crate::failure::Failure;

/// The demo user that can log in.
pub(super) const LOGIN: &str = "admin";
/// Its password.
pub(super) const PASSWORD: &str = "admin@123";

/// Loads the demo data, all or nothing, and answers how many records that were.
///
/// # Errors
/// When the data do not fit the definitions, or the database refuses them.
pub(super) fn load(address: &Address, registry: &Registry) -> Result<usize, Failure> {
    let hash = passwords::hash(PASSWORD)?;
    transaction(address, |session| {
        let mut records = 0;
        for (name, text) in DEMO {
            let wrong = |error: &dyn std::fmt::Display| Failure::new(format!("the demo data {name}: {error}"));
            let rows = serde_json::from_str(text).map_err(|error| wrong(&error))?;
            let mut env = Env {
                session,
                registry,
                user: 1,
                company: None,
                now: now(),
            };
            records += orm::write::load(&mut env, &rows, &mut |_, _| ())
                .map_err(|error| wrong(&error))?
                .records;
        }
        let (_, admin) = store::users(session, LOGIN)?;
        let admin = admin.ok_or_else(|| Failure::new(format!("the demo data have no user `{LOGIN}`")))?;
        store::set_password(session, admin, &hash)?;
        Ok(records)
    })
}

/// Whether the demo user can log in: it may have another password meanwhile, or never have been there.
///
/// # Errors
/// When the database cannot be read.
pub(super) fn can_log_in(address: &Address) -> Result<bool, Failure> {
    let kept = transaction(address, |session| Ok(store::password_of(session, LOGIN)?))?;
    Ok(kept.is_some_and(|(_, hash)| passwords::verify(PASSWORD, Some(&hash))))
}
