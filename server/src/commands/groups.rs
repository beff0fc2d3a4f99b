//! The records of the groups to which the models give rights.

use orm::Env;
use orm::def::{Group, Role};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::records::{column, first, make};

/// Creates the records of the application's groups that are missing, each with those that it implies.
///
/// # Errors
/// When the database refuses one.
pub(super) fn create_missing(env: &mut Env<'_>) -> Result<(), Failure> {
    let runtime = env.runtime;
    let Some(model) = runtime.role(Role::Group) else {
        return Ok(());
    };
    let known = column(env, model, "full_name")?;
    let missing: Vec<&Group> = (runtime.groups().iter())
        .filter(|group| !known.contains(group.name))
        .collect();
    for group in &missing {
        let mut values = json!({"full_name": group.name});
        if model
            .field("name")
            .is_some_and(|field| !model.fields[field].def.readonly)
        {
            let name = group.name.rsplit_once(" / ").map_or(group.name, |(_, name)| name);
            values["name"] = name.into();
        }
        make(env, model, &values)?;
    }
    if model.field("implied_ids").is_none() {
        return Ok(());
    }
    for group in missing.iter().filter(|group| !group.implies.is_empty()) {
        let mut implied: Vec<Value> = Vec::new();
        for other in group.implies {
            implied.extend(first(env, model, &[("full_name", other.name)])?.map(Value::from));
        }
        if let Some(id) = first(env, model, &[("full_name", group.name)])? {
            orm::write::update(env, model, id, &json!({"implied_ids": [[6, 0, implied]]}))?;
        }
    }
    Ok(())
}
