//! Creates users: for the command `user create`, and for logins by an identity provider.

use orm::Env;
use orm::def::Role;
use orm::error::{Error, Result};
use orm::registry::FieldInfo;
use serde_json::json;

use crate::records::{first, make};

/// Creates a user, in the company with the lowest id if there is one, and in the groups with these full names. Returns
/// his id.
///
/// # Errors
/// When there is no such group; when the models refuse the user, for example his login.
pub(crate) fn insert(env: &mut Env<'_>, login: &str, name: &str, groups: &[String]) -> Result<i64> {
    let registry = env.registry;
    let users = registry.needed(Role::User)?;
    let mut values = json!({"login": login});
    if users.field("name").is_some() {
        values["name"] = name.into();
    }
    let leads = |field: &str, role: Role| {
        let target = users.field(field).and_then(|field| users.fields[field].target);
        target.is_some_and(|target| registry.model(target).def.role == Some(role))
    };
    if let Some(companies) = registry
        .role(Role::Company)
        .filter(|_| leads("company_id", Role::Company))
        && let Some(company) = first(env, companies, &[])?
    {
        values["company_id"] = company.into();
        if leads("company_ids", Role::Company) {
            values["company_ids"] = json!([[6, 0, [company]]]);
        }
    }
    if !groups.is_empty() {
        let model = registry.needed(Role::Group)?;
        let mut ids = Vec::new();
        for full_name in groups {
            let group = first(env, model, &[("full_name", full_name)])?;
            ids.push(group.ok_or_else(|| Error::internal(format!("there is no group {full_name:?}")))?);
        }
        let is_membership = |info: &&FieldInfo| info.target == Some(model.id) && info.is_x2many();
        if let Some(membership) = users.fields.iter().find(is_membership) {
            values[membership.def.name] = json!([[6, 0, ids]]);
        }
    }
    make(env, users, &values)
}
