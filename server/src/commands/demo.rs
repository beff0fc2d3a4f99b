//! Fills an empty database with the demo data.

use models::demo::DEMO;
use orm::Env;
use orm::Runtime;
use orm::db::Address;
use serde_json::{Map, Value as Json};

use crate::api::now;
use crate::auth::{passwords, store};
use crate::failure::Failure;

/// The demo user that can log in.
pub(super) const LOGIN: &str = "admin";
/// Its password.
pub(super) const PASSWORD: &str = "admin@123";

/// Loads the demo data into a database without users, all or nothing, and answers how many records that were; `None` where
/// there are users.
///
/// # Errors
/// When the data do not fit the definitions, or the database refuses them.
pub(super) fn load(address: &Address, registry: &Runtime) -> Result<Option<usize>, Failure> {
    let rows = rows()?;
    address.transact(|session| {
        // Another server may be doing the same.
        if let Some(lock) = session.dialect().lock_name("declarest demo") {
            session.batch(&lock)?;
        }
        if store::users(session, LOGIN)?.0 > 0 {
            return Ok(None);
        }
        let mut env = Env::system(session, registry, now());
        let records = orm::write::load(&mut env, &rows, &mut |_, _| ())
            .map_err(|error| Failure::new(format!("the demo data: {error}")))?
            .records;
        let (_, admin) = store::users(session, LOGIN)?;
        let admin = admin.ok_or_else(|| Failure::new(format!("the demo data have no user `{LOGIN}`")))?;
        store::set_password(session, admin, &passwords::hash(PASSWORD)?)?;
        Ok(Some(records))
    })
}

/// The files as one: their records refer to each other.
fn rows() -> Result<Json, Failure> {
    let mut rows = Map::new();
    for (name, text) in DEMO {
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

/// Whether the demo user can log in: it may have another password meanwhile, or never have been there.
///
/// # Errors
/// When the database cannot be read.
pub(super) fn can_log_in(address: &Address) -> Result<bool, Failure> {
    let kept = address.transact(|session| store::password_of(session, LOGIN).map_err(Failure::from))?;
    Ok(kept.is_some_and(|(_, hash)| passwords::verify(PASSWORD, Some(&hash))))
}
