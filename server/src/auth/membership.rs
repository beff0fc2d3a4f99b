//! SQL expressions for the groups and companies of a user, and for what is switched off: parts of the statement that looks up a token.

use orm::Runtime;
use orm::def::columns::has_column;
use orm::def::{Kind, ModelDef, Role};
use orm::env::Switches;
use orm::registry::{FieldInfo, Link, ModelInfo, Models};
use orm::switch::{ENABLED, MODEL, OPERATION};

use crate::failure::Failure;

/// Between two values of a list.
pub(super) const SEPARATOR: char = '\n';
/// Between the parts of a value.
const PART: char = '\t';
/// What is switched on.
const ON: &str = "on";

/// The full names of the groups that the user `u` belongs to, also by the groups' own field `implied_ids`, in one text.
///
/// # Errors
/// When the model with the role of groups has no column `full_name`, or users have no stored many2many to it.
pub(super) fn groups(runtime: &Runtime, users: &ModelInfo) -> Result<String, Failure> {
    let Some(groups) = runtime.role(Role::Group) else {
        return Ok("''".to_owned());
    };
    needs(groups.def, "full_name")?;
    let members = link(runtime, users, groups, |_| true)?.ok_or_else(|| {
        let why = format!("it needs a many2many to {}", groups.def.name);
        Failure::new(users.def.mistake(&why))
    })?;
    let implied = link(runtime, groups, groups, |info| info.def.name == "implied_ids")?;
    let implied = implied.map_or_else(String::new, |Link { table, own, other }| {
        format!(" UNION SELECT i.\"{other}\" FROM \"{table}\" i JOIN member ON i.\"{own}\" = member.id")
    });
    let Link { table, own, other } = members;
    Ok(format!(
        "(WITH RECURSIVE member(id) AS (SELECT r.\"{other}\" FROM \"{table}\" r WHERE r.\"{own}\" = u.id{implied}) \
         SELECT string_agg(g.\"full_name\", '{SEPARATOR}') FROM \"{}\" g JOIN member ON g.id = member.id)",
        groups.def.table
    ))
}

/// The ids of the companies that the user `u` works for, in one text.
///
/// # Errors
/// When the relation cannot be resolved: a defect.
pub(super) fn companies(runtime: &Runtime, users: &ModelInfo) -> Result<String, Failure> {
    let companies = match runtime.role(Role::Company) {
        Some(companies) => link(runtime, users, companies, |_| true)?,
        None => None,
    };
    Ok(companies.map_or_else(
        || "''".to_owned(),
        |Link { table, own, other }| {
            format!(
                "(SELECT string_agg(CAST(c.\"{other}\" AS TEXT), '{SEPARATOR}') FROM \"{table}\" c WHERE c.\"{own}\" = u.id)"
            )
        },
    ))
}

/// What administrators have switched off and on, in one text: [`SEPARATOR`] between the switches, and between the parts of
/// a switch [`PART`].
pub(super) fn switches(runtime: &Runtime) -> String {
    let Some(switches) = runtime.role(Role::Switch) else {
        return "''".to_owned();
    };
    let enabled = format!("CASE WHEN s.\"{ENABLED}\" THEN '{ON}' ELSE '' END");
    format!(
        "(SELECT string_agg(s.\"{MODEL}\" || '{PART}' || COALESCE(s.\"{OPERATION}\", '') || '{PART}' || {enabled}, \
         '{SEPARATOR}') FROM \"{}\" s)",
        switches.def.table
    )
}

/// The switches in such a text.
pub(crate) fn read_switches(models: &Models, text: &str) -> Switches {
    let mut switches = Switches::default();
    for switch in text.split(SEPARATOR) {
        if let [model, operation, enabled] = switch.split(PART).collect::<Vec<_>>()[..] {
            switches.add(models, model, operation, enabled == ON);
        }
    }
    switches
}

/// The table of a stored many2many from `model` to `target`.
fn link(
    runtime: &Runtime,
    model: &ModelInfo,
    target: &ModelInfo,
    wanted: impl Fn(&FieldInfo) -> bool,
) -> Result<Option<Link>, Failure> {
    let is_it = |field: &usize| {
        let info = &model.fields[*field];
        let many2many = info.is_x2many() && info.inverse.is_none() && !own_column(model, *field);
        many2many && info.def.stored && info.via.is_none() && info.target == Some(target.id) && wanted(info)
    };
    let field = (0..model.fields.len()).find(is_it);
    Ok(field.map(|field| runtime.link(model, field)).transpose()?)
}

pub(super) fn own_column(model: &ModelInfo, field: usize) -> bool {
    let info = &model.fields[field];
    info.via.is_none() && has_column(info.def)
}

/// Refuses a model without a text field `name` that has a column.
pub(super) fn needs(model: &ModelDef, name: &str) -> Result<(), Failure> {
    let field = model.position(name).map(|field| &model.fields[field]);
    match field.is_some_and(|field| has_column(field) && matches!(field.kind, Kind::Char { .. } | Kind::Text)) {
        true => Ok(()),
        false => Err(Failure::new(
            model.mistake(&format!("its role needs a field `{name}: String` with a column")),
        )),
    }
}
