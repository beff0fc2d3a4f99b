//! Loads the demo data into an empty database.

use std::collections::HashMap;

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
/// A file may give further fields of the records of an earlier one.
fn rows(demo: Demo) -> Result<Json, Failure> {
    let mut rows = Map::new();
    for (name, text) in demo.files {
        let file: Map<String, Json> =
            serde_json::from_str(text).map_err(|error| Failure::new(format!("the demo data {name}: {error}")))?;
        for (model, records) in file {
            let joined = match rows.remove(&model) {
                None => records,
                Some(earlier) => with_fields(earlier, &records)
                    .map_err(|why| Failure::new(format!("the demo data {name}: {model}: {why}")))?,
            };
            rows.insert(model, joined);
        }
    }
    Ok(Json::Object(rows))
}

/// The records of an earlier file, with the fields that another file gives for all of them: those of an extension.
fn with_fields(mut earlier: Json, more: &Json) -> Result<Json, &'static str> {
    const FORM: &str =
        "a later file gives further fields of all records of an earlier one, in a table that begins with `id`";
    let rows = |table: &Json| -> Option<HashMap<Json, Vec<Json>>> {
        let rows = table["rows"].as_array()?.iter();
        rows.map(|row| {
            row.as_array()?
                .split_first()
                .map(|(id, cells)| (id.clone(), cells.to_vec()))
        })
        .collect()
    };
    let (Some(mut added), Some(("id", fields))) = (
        rows(more),
        names(more).split_first().map(|(id, rest)| (*id, rest.to_vec())),
    ) else {
        return Err(FORM);
    };
    let id = names(&earlier).iter().position(|name| *name == "id").ok_or(FORM)?;
    for row in earlier["rows"].as_array_mut().into_iter().flatten() {
        let cells = added
            .remove(&row[id])
            .filter(|cells| cells.len() == fields.len())
            .ok_or(FORM)?;
        row.as_array_mut().ok_or(FORM)?.extend(cells);
    }
    if !added.is_empty() {
        return Err(FORM);
    }
    let known = earlier["fields"].as_array_mut().ok_or(FORM)?;
    known.extend(fields.into_iter().map(Json::from));
    Ok(earlier)
}

/// The names of a table's fields.
fn names(table: &Json) -> Vec<&str> {
    table["fields"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .collect()
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
