//! Groups of users, which rights are given to. So far, those of one group may do what others may not: change users and
//! groups.

use orm::error::{Code, Error};
use orm::prelude::*;

use super::ResUsers;

/// Access Groups
#[model("res.groups", role = group, order = "name")]
#[api]
#[display_name("{full_name}")]
#[unique(full_name, message = "There is a group of this name already.")]
pub struct ResGroups {
    /// Name
    pub name: String,
    /// Group Name
    ///
    /// With what the group is about: `Sales / Administrator`.
    #[field(compute, store, writable, depends(name))]
    pub full_name: String,
    /// Comment
    pub comment: Option<Text>,
    /// Color Index
    #[field(default = 0)]
    pub color: i32,
    /// Share Group
    ///
    /// For users from outside.
    pub share: bool,
    /// Users
    #[field(relation = "res_groups_users_rel", column = "gid", target_column = "uid")]
    pub users: Many2many<ResUsers>,
    /// Inherits
    ///
    /// Members of this group are members of those.
    #[field(relation = "res_groups_implied_rel", column = "gid", target_column = "hid")]
    pub implied_ids: Many2many<ResGroups>,
}

/// The group of those who may change other users and the groups.
pub const ADMINISTRATORS: &str = "Administration / Settings";

/// Refuses who is no administrator.
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

#[methods]
impl ResGroups {
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
