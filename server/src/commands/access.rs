//! `declarest access …`: tells what a user may do and why, switches models and operations off and on for the API.

use orm::Env;
use orm::db::Session;
use orm::def::Role;
use orm::method::explain;
use orm::switch::{ENABLED, MODEL, OPERATION};
use serde_json::{Value, json};

use super::models_named;
use crate::api::now;
use crate::application::Program;
use crate::auth::{read_switches, store};
use crate::config::DatabaseConfig;
use crate::failure::Failure;
use crate::records::{first, make};

/// Prints for each operation whether the user may do it, with the rights and rules that say so.
///
/// # Errors
/// When there is no such user or model, or the database cannot be read.
pub(crate) fn run(
    database: &DatabaseConfig,
    program: &'static Program,
    login: &str,
    model: &str,
    record: Option<i64>,
) -> Result<(), Failure> {
    let explained = database.address.transact(|session| -> Result<Value, Failure> {
        let mut env = env_of(session, program, login)?;
        let named = [model.to_owned()];
        let model = models_named(program, &named)?.into_iter().next();
        let model = model.ok_or_else(|| Failure::new("no model is named".to_owned()))?;
        Ok(explain(&mut env, model, record)?)
    })?;
    for (operation, answer) in explained.as_object().into_iter().flatten() {
        let may = if answer["allowed"] == true { "yes" } else { "no" };
        println!("{operation}: {may}");
        for reason in answer["because"].as_array().into_iter().flatten() {
            println!("  {}", reason.as_str().unwrap_or_default());
        }
        for rule in answer["rules"].as_array().into_iter().flatten() {
            match rule.as_str() {
                Some(words) => println!("  rule {words}"),
                None => {
                    let holds = if rule["holds"] == true {
                        "holds"
                    } else {
                        "does not hold"
                    };
                    println!("  rule {}: {holds}", rule["rule"].as_str().unwrap_or_default());
                }
            }
        }
    }
    Ok(())
}

/// The environment of the user with this login, under his rights.
///
/// # Errors
/// When there is no such user, or the database cannot be read.
pub(super) fn env_of<'s>(session: &'s mut Session, program: &'static Program, login: &str) -> Result<Env<'s>, Failure> {
    let caller = store::user(session, &program.users, login)?;
    let caller = caller.ok_or_else(|| Failure::new(format!("there is no user `{login}`")))?;
    let mut env = Env::new(session, program, caller.user, caller.company, now());
    env.administrator = caller.administrator;
    let groups = caller.groups.iter().map(String::as_str);
    let switches = read_switches(program, &caller.switches);
    Ok(env.under_rights(groups, caller.companies.clone(), switches)?)
}

/// Switches a model, or one operation on it, off or on for everybody who uses the API.
///
/// # Errors
/// When there is no such model or operation, the application has no switches, or the database cannot be written.
pub(crate) fn switch(
    database: &DatabaseConfig,
    program: &'static Program,
    (model, operation): (&str, Option<&str>),
    enabled: bool,
) -> Result<(), Failure> {
    let switches = program.role(Role::Switch);
    let switches =
        switches.ok_or_else(|| Failure::new("no model of the application has `role = switch`".to_owned()))?;
    let domain = json!([[MODEL, "=", model], [OPERATION, "=", operation]]).to_string();
    database.address.transact(|session| -> Result<(), Failure> {
        let mut env = Env::system(session, program, now());
        match first(&mut env, switches, &[("domain", &domain)])? {
            Some(id) => orm::write::update(&mut env, switches, id, &json!({ENABLED: enabled})).map(|_| ())?,
            None => {
                let values = json!({MODEL: model, OPERATION: operation, ENABLED: enabled});
                make(&mut env, switches, &values)?;
            }
        }
        Ok(())
    })?;
    let of = operation.map_or_else(String::new, |operation| format!(" `{operation}` of"));
    println!("{}{of} {model}", if enabled { "switched on:" } else { "switched off:" });
    Ok(())
}
