//! `declarest token list` and `declarest token revoke ID`.

use super::prepare::{PrepareOptions, prepare};
use crate::api::now;
use crate::application::Program;
use crate::auth::{by_command, token_store};
use crate::config::DatabaseConfig;
use crate::failure::Failure;

/// Prints the access tokens of one login or of all, without the tokens themselves, which are not stored.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn list(database: &DatabaseConfig, program: &'static Program, login: Option<&str>) -> Result<(), Failure> {
    prepare(database, program, PrepareOptions::default())?;
    let found = database
        .address
        .transact(|session| token_store::of_login(session, &program.users, login).map_err(Failure::from))?;
    for (token, login) in found {
        println!("{} {token}", login.escape_debug());
    }
    Ok(())
}

/// Ends the access token with this public id.
///
/// # Errors
/// When there is none, or by a coincidence two.
pub(crate) fn revoke(database: &DatabaseConfig, program: &'static Program, id: &str) -> Result<(), Failure> {
    prepare(database, program, PrepareOptions::default())?;
    database.address.transact(|session| -> Result<(), Failure> {
        match token_store::with_id(session, id)?.as_slice() {
            [token] => Ok(by_command::revoke(session, token, now())?),
            [] => Err(Failure::new(
                "there is no access token with this id; `token list` shows the ids",
            )),
            _ => Err(Failure::new("several access tokens have this id; nothing was changed")),
        }
    })?;
    println!("the access token {} is no longer valid", id.escape_debug());
    Ok(())
}
