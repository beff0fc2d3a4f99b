//! `declarest user create LOGIN` and `declarest user set-password LOGIN`

use std::io::{BufRead, IsTerminal, stdin};
use std::process::{Command, Stdio};

use models::base::ADMINISTRATORS;
use orm::Env;
use orm::Runtime;
use orm::db::{Bind, Session, Statement};
use serde_json::{Value, json};

use super::prepare::{Start, prepare};
use crate::api::now;
use crate::auth::{passwords, store};
use crate::config::DatabaseConfig;
use crate::failure::Failure;

/// The user that stands for the program itself: what is done by nobody is done by it. Nobody can log in as it.
const SYSTEM: &str = "__system__";

/// Makes a user who can log in; the first one is an administrator.
///
/// # Errors
/// When there is one with this login, or the password is empty.
pub(crate) fn create(
    database: &DatabaseConfig,
    registry: &Runtime,
    login: &str,
    name: &str,
    administrator: bool,
) -> Result<(), Failure> {
    prepare(database, registry, Start::default())?;
    let hash = passwords::hash(&password()?)?;
    let id = database.address.transact(|session| {
        let (users, taken) = store::users(session, login)?;
        if taken.is_some() {
            return Err(Failure::new(format!(
                "there is a user `{login}` already; `declarest user set-password {login}` sets a password"
            )));
        }
        let mut env = Env::system(session, registry, now());
        if users == 0 {
            system_user(&mut env)?;
        }
        let id = insert(&mut env, login, name, administrator || users == 0)?;
        store::set_password(session, id, &hash)?;
        Ok(id)
    })?;
    println!("user {id} `{login}` can log in to the database {}", database.name);
    Ok(())
}

/// Sets a user's password.
///
/// # Errors
/// When there is no such user, or the password is empty.
pub(crate) fn set_password(database: &DatabaseConfig, registry: &Runtime, login: &str) -> Result<(), Failure> {
    prepare(database, registry, Start::default())?;
    let hash = passwords::hash(&password()?)?;
    database.address.transact(|session| -> Result<(), Failure> {
        let (_, id) = store::users(session, login)?;
        let id = id.ok_or_else(|| Failure::new(format!("there is no user `{login}`")))?;
        Ok(store::set_password(session, id, &hash)?)
    })?;
    println!("the password of `{login}` is set");
    Ok(())
}

/// Inserts the user, in the first company where there is one.
fn insert(env: &mut Env<'_>, login: &str, name: &str, administrator: bool) -> Result<i64, Failure> {
    let mut values = json!({"login": login, "name": name});
    if let Some(company) = first_company(env.session)? {
        values["company_id"] = company.into();
        values["company_ids"] = json!([[6, 0, [company]]]);
    }
    if administrator {
        values["groups_id"] = json!([[6, 0, [administrators(env)?]]]);
    }
    make(env, "res.users", &values)
}

/// The group of administrators, which is made where it is missing.
fn administrators(env: &mut Env<'_>) -> Result<i64, Failure> {
    let mut found = None;
    let statement = Statement {
        text: "SELECT id FROM res_groups WHERE full_name = ?".to_owned(),
        binds: vec![Bind::Text(Some(ADMINISTRATORS.to_owned()))],
    };
    env.session.query(&statement, |row| {
        found = row.int(0)?;
        Ok(())
    })?;
    match found {
        Some(id) => Ok(id),
        None => make(
            env,
            "res.groups",
            &json!({"name": "Settings", "full_name": ADMINISTRATORS}),
        ),
    }
}

/// Creates a record.
fn make(env: &mut Env<'_>, model: &str, values: &Value) -> Result<i64, Failure> {
    let known = env.registry.find(model);
    let known = known.ok_or_else(|| Failure::new(format!("the catalogue has no {model}")))?;
    let answer = orm::write::create(env, known, values)?;
    let answer: Value = serde_json::from_slice(&answer).map_err(|error| Failure::new(error.to_string()))?;
    let id = answer["id"].as_i64();
    id.ok_or_else(|| Failure::new(format!("the new record of {model} has no id")))
}

fn first_company(session: &mut Session) -> Result<Option<i64>, Failure> {
    let mut first = None;
    let statement = Statement {
        text: "SELECT min(id) FROM res_company".to_owned(),
        binds: Vec::new(),
    };
    session.query(&statement, |row| {
        first = row.int(0)?;
        Ok(())
    })?;
    Ok(first)
}

fn system_user(env: &mut Env<'_>) -> Result<(), Failure> {
    let rows = json!({
        "res.partner": {"fields": ["id", "name", "active", "partner_share"], "rows": [[1, "System", false, false]]},
        "res.users": {"fields": ["id", "partner_id", "login", "active"], "rows": [[1, 1, SYSTEM, false]]},
    });
    orm::write::load(env, &rows, &mut |_, _| ())?;
    Ok(())
}

/// The first line of the standard input; a terminal does not show it.
fn password() -> Result<String, Failure> {
    let terminal = stdin().is_terminal();
    if terminal {
        eprint!("Password: ");
        echo(false);
    }
    let mut line = String::new();
    let read = stdin().lock().read_line(&mut line);
    if terminal {
        echo(true);
        eprintln!();
    }
    read.map_err(|error| Failure::new(format!("the password cannot be read: {error}")))?;
    match line.trim_end_matches(['\r', '\n']) {
        "" => Err(Failure::new("the password is empty; write it to the standard input")),
        password => Ok(password.to_owned()),
    }
}

/// Whether the terminal shows what is typed. A terminal that cannot be told shows it.
fn echo(on: bool) {
    let _ = Command::new("stty")
        .arg(if on { "echo" } else { "-echo" })
        .stdin(Stdio::inherit())
        .status();
}
