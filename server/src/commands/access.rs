//! `declarest access explain`: what a user may do with a model or a record, and why.

use orm::Env;
use orm::method::explain;
use serde_json::Value;

use super::models_named;
use crate::api::now;
use crate::application::Program;
use crate::auth::store;
use crate::config::DatabaseConfig;
use crate::failure::Failure;

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
        let caller = store::user(session, &program.users, login)?;
        let caller = caller.ok_or_else(|| Failure::new(format!("there is no user `{login}`")))?;
        let mut env = Env::new(session, program, caller.user, caller.company, now());
        env.administrator = caller.administrator;
        let groups = caller.groups.iter().map(String::as_str);
        let mut env = env.under_rights(groups, caller.companies.clone())?;
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
