//! Groups of users, to which models give rights (`#[access]`). Members of the group [`ADMINISTRATORS`] may do everything.

use orm::error::{Code, Error};
use orm::prelude::*;
use orm::typed::{Filter, RelationFilter};

use super::group;
use super::{ResUsers, ResUsersFilter};

/// Access Groups
#[model("res.groups", role = group, order = "name")]
#[api]
#[access(group::USER: read; group::ACCESS_RIGHTS: all)]
#[audit]
#[display_name("{full_name}")]
#[unique(full_name, message = "There is a group of this name already.")]
pub struct ResGroups {
    /// Name
    pub name: String,
    /// Group Name
    ///
    /// The name with its category in front, such as `Sales / Administrator`; the name alone, unless given.
    #[field(compute, store, writable, depends(name))]
    pub full_name: String,
    /// Comment
    pub comment: Option<Text>,
    /// Color Index
    #[field(default = 0)]
    pub color: i32,
    /// Share Group
    ///
    /// For external users, such as customers.
    pub share: bool,
    /// Users
    #[field(relation = "res_groups_users_rel", column = "gid", target_column = "uid")]
    pub users: Many2many<ResUsers>,
    /// Inherits
    ///
    /// Groups that the members of this group belong to as well.
    #[field(relation = "res_groups_implied_rel", column = "gid", target_column = "hid")]
    pub implied_ids: Many2many<ResGroups>,
}

/// Full name of the group whose members may do everything.
pub const ADMINISTRATORS: &str = "Administration / Settings";

/// Refuses callers who are not administrators.
///
/// # Errors
/// 403.
pub fn administers(env: &Env<'_>) -> Result<()> {
    match env.administrator {
        true => Ok(()),
        false => Err(Error::new(
            Code::AccessDenied,
            format!("only members of the group `{ADMINISTRATORS}` change other users and groups"),
        )),
    }
}

/// Refuses a change after which there is no administrator any more: nobody could make another one.
///
/// # Errors
/// 422.
pub fn an_administrator_is_left(env: &mut Env<'_>) -> Result<()> {
    let named = || ResGroupsFilter {
        full_name: Some(Filter::Eq(ADMINISTRATORS.to_owned())),
        ..ResGroupsFilter::default()
    };
    let implying = ResGroupsFilter {
        implied_ids: Some(Box::new(RelationFilter::Matches(named()))),
        ..ResGroupsFilter::default()
    };
    for group in [named(), implying] {
        let members = ResUsersFilter {
            active: Some(Filter::Eq(true)),
            groups_id: Some(Box::new(RelationFilter::Matches(group))),
            ..ResUsersFilter::default()
        };
        if Records::<ResUsers>::first(env, members, "id")?.is_some() {
            return Ok(());
        }
    }
    Err(Error::refused(
        "the last administrator stays one: make another one first",
    ))
}

#[methods]
impl ResGroups {
    #[constrains(users, implied_ids, only = update)]
    fn an_administrator_is_left(_: &[Self], env: &mut Env<'_>) -> Result<()> {
        an_administrator_is_left(env)
    }

    #[constrains(full_name, users, implied_ids)]
    fn is_changed_by_administrators(_: &[Self], env: &mut Env<'_>) -> Result<()> {
        administers(env)
    }

    #[ondelete]
    fn is_deleted_by_administrators(_: &[Self], env: &mut Env<'_>) -> Result<()> {
        administers(env)
    }

    fn full_name(&self) -> String {
        self.name.clone()
    }
}
