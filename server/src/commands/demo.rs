//! Loads the demo data into an empty database.

use orm::Env;
use orm::db::Address;
use serde_json::{Map, Value as Json};

use crate::api::now;
use crate::application::{Demo, Program};
use crate::auth::{passwords, store};
use crate::failure::Failure;

/// Loads the demo data into a database without users, in one transaction. Returns the number of records; `None` if
/// there are users already.
///
/// # Errors
/// When the application has no demo data, or they do not fit the definitions, or the database refuses them.
pub(super) fn load(address: &Address, program: &Program) -> Result<Option<usize>, Failure> {
    let demo = of(program)?;
    let rows = rows(demo)?;
    address.transact(|session| {
        // Another server may be loading the demo data at the same time: one of the two waits here.
        session.lock_name("declarest demo")?;
        if store::count(session, &program.users, demo.login)?.0 > 0 {
            return Ok(None);
        }
        let mut env = Env::system(session, program, now());
        let records = orm::write::load(&mut env, &rows, &mut |_, _| ())
            .map_err(|error| Failure::new(format!("the demo data: {error}")))?
            .records;
        let (_, admin) = store::count(session, &program.users, demo.login)?;
        let admin = admin.ok_or_else(|| Failure::new(format!("the demo data have no user `{}`", demo.login)))?;
        store::set_password(session, admin, &passwords::hash(demo.password)?)?;
        Ok(Some(records))
    })
}

/// The demo data of the application.
///
/// # Errors
/// When it has none.
fn of(program: &Program) -> Result<Demo, Failure> {
    let demo = program.application.demo;
    demo.ok_or_else(|| Failure::new(format!("{} has no demo data", program.application.name)))
}

/// Merges the files into one object `{model: rows}`: they are loaded together, since their records refer to each other.
fn rows(demo: Demo) -> Result<Json, Failure> {
    let mut rows = Map::new();
    for (name, text) in demo.files {
        let file: Map<String, Json> =
            serde_json::from_str(text).map_err(|error| Failure::new(format!("the demo data {name}: {error}")))?;
        for (model, records) in file {
            if rows.insert(model.clone(), records).is_some() {
                return Err(Failure::new(format!(
                    "the demo data {name}: {model} is in another file too"
                )));
            }
        }
    }
    Ok(Json::Object(rows))
}

/// Whether the demo user can log in with the demo password. The password may have been changed, or the database may
/// have other users only.
///
/// # Errors
/// When the database cannot be read.
pub(super) fn can_log_in(address: &Address, program: &Program) -> Result<bool, Failure> {
    let demo = of(program)?;
    let kept =
        address.transact(|session| store::password_of(session, &program.users, demo.login).map_err(Failure::from))?;
    Ok(kept.is_some_and(|(_, hash)| passwords::verify(demo.password, Some(&hash))))
}
