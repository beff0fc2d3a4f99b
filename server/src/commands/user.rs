//! `declarest user …`: creates, lists and archives users, sets passwords, prints what happened.

use std::io::{BufRead, IsTerminal, stdin};

use orm::Env;
use orm::db::Session;
use orm::def::Role;
use orm::env::Limits;
use orm::query::{self, Request};
use serde_json::{Value, json};

use super::groups;
use super::prepare::{PrepareOptions, prepare};
use crate::api::now;
use crate::application::{Application, Program};
use crate::auth::{by_command, events, new_user, passwords, store};
use crate::config::DatabaseConfig;
use crate::failure::Failure;
use crate::records::{first, make, read};

/// Creates a user who can log in, with the password from the standard input. The first user is an administrator, and
/// before it the application's first records are loaded.
///
/// # Errors
/// When a user has this login, or the password is empty.
pub(crate) fn create(
    database: &DatabaseConfig,
    program: &'static Program,
    login: &str,
    name: &str,
    administrator: bool,
) -> Result<(), Failure> {
    prepare(database, program, PrepareOptions::default())?;
    let hash = passwords::hash(&password()?)?;
    let id = database.address.transact(|session| {
        let (users, taken) = store::count(session, &program.users, login)?;
        if taken.is_some() {
            return Err(Failure::new(format!(
                "there is a user `{login}` already; `{} user set-password {login}` sets a password",
                program.application.name
            )));
        }
        let mut env = Env::system(session, program, now());
        if users == 0 {
            first_records(&mut env, program.application)?;
        }
        groups::create_missing(&mut env)?;
        let groups = match administrator || users == 0 {
            true => administrators(&mut env, program.application)?,
            false => Vec::new(),
        };
        let id = new_user::insert(&mut env, login, name, &groups)?;
        by_command::set_password(session, id, &hash, now())?;
        Ok(id)
    })?;
    println!("user {id} `{login}` can log in to the database {}", database.name);
    Ok(())
}

/// Sets a user's password, which is read from the standard input.
///
/// # Errors
/// When there is no such user, or the password is empty.
pub(crate) fn set_password(database: &DatabaseConfig, program: &'static Program, login: &str) -> Result<(), Failure> {
    prepare(database, program, PrepareOptions::default())?;
    let hash = passwords::hash(&password()?)?;
    database.address.transact(|session| -> Result<(), Failure> {
        let id = with_login(session, program, login)?;
        Ok(by_command::set_password(session, id, &hash, now())?)
    })?;
    println!("the password of `{login}` is set");
    Ok(())
}

/// Prints all users, archived ones included.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn list(database: &DatabaseConfig, program: &'static Program) -> Result<(), Failure> {
    prepare(database, program, PrepareOptions::default())?;
    let users = program.needed(Role::User)?;
    let fields: Vec<&str> = ["id", "login", "name", "active"]
        .into_iter()
        .filter(|field| users.field(field).is_some())
        .collect();
    let found: Value = database.address.transact(|session| {
        let mut env = Env::system(session, program, now());
        let parameters = [
            ("fields", fields.join(",")),
            ("order", "id".to_owned()),
            ("active_test", "false".to_owned()),
        ];
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value));
        let request = Request::parse(program, users, &parameters, &Limits::default(), env.wire)?;
        read(&query::list(&mut env, users, &request)?)
    })?;
    for user in found.as_array().into_iter().flatten() {
        let text = |field: &str| user[field].as_str().unwrap_or_default().escape_debug().to_string();
        let archived = if user["active"] == false { " (archived)" } else { "" };
        println!("{} {} {}{archived}", user["id"], text("login"), text("name"));
    }
    Ok(())
}

/// Archives a user, whose tokens end.
///
/// # Errors
/// When there is no such user, users cannot be archived, or the models forbid it for this one.
pub(crate) fn archive(database: &DatabaseConfig, program: &'static Program, login: &str) -> Result<(), Failure> {
    prepare(database, program, PrepareOptions::default())?;
    let users = program.needed(Role::User)?;
    let Some(active) = users.active.map(|field| users.fields[field].def.name) else {
        return Err(Failure::new(format!(
            "{} has no field `active`: users cannot be archived",
            users.def.name
        )));
    };
    database.address.transact(|session| -> Result<(), Failure> {
        let id = with_login(session, program, login)?;
        by_command::log_out(session, id, now())?;
        let mut env = Env::system(session, program, now());
        orm::write::update(&mut env, users, id, &json!({ active: false }))?;
        Ok(())
    })?;
    println!("`{login}` is archived and cannot log in any more");
    Ok(())
}

/// Prints the last events, of one login or of all, the oldest one first.
///
/// # Errors
/// When the database cannot be read.
pub(crate) fn log(
    database: &DatabaseConfig,
    program: &'static Program,
    login: Option<&str>,
    most: u32,
) -> Result<(), Failure> {
    prepare(database, program, PrepareOptions::default())?;
    let found = database
        .address
        .transact(|session| events::last(session, &program.users, login, most).map_err(Failure::from))?;
    for event in found {
        println!("{event}");
    }
    Ok(())
}

/// The id of the user with this login, who may be archived.
///
/// # Errors
/// When there is none.
fn with_login(session: &mut Session, program: &Program, login: &str) -> Result<i64, Failure> {
    let (_, id) = store::count(session, &program.users, login)?;
    id.ok_or_else(|| Failure::new(format!("there is no user `{login}`")))
}

/// The full name of the administrators' group, which is created if it is missing; none without such a group.
fn administrators(env: &mut Env<'_>, application: &Application) -> Result<Vec<String>, Failure> {
    let Some((name, full_name)) = application.administrators else {
        return Ok(Vec::new());
    };
    let groups = env.registry.needed(Role::Group)?;
    if first(env, groups, &[("full_name", full_name)])?.is_none() {
        make(env, groups, &json!({"name": name, "full_name": full_name}))?;
    }
    Ok(vec![full_name.to_owned()])
}

/// Loads the records that a database begins with.
fn first_records(env: &mut Env<'_>, application: &Application) -> Result<(), Failure> {
    orm::write::load(env, &read(application.first_records.as_bytes())?, &mut |_, _| ())?;
    Ok(())
}

/// Reads the password: the first line of the standard input. A terminal does not show it.
fn password() -> Result<String, Failure> {
    let read = match stdin().is_terminal() {
        true => rpassword::prompt_password("Password: "),
        false => stdin().lock().lines().next().unwrap_or_else(|| Ok(String::new())),
    };
    let password = read.map_err(|error| Failure::new(format!("the password cannot be read: {error}")))?;
    match password.as_str() {
        "" => Err(Failure::new("the password is empty; write it to the standard input")),
        long if long.len() > passwords::LONGEST => Err(Failure::new(format!(
            "the password is longer than {} bytes",
            passwords::LONGEST
        ))),
        _ => Ok(password),
    }
}
