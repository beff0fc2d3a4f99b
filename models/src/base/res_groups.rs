//! Groups of users, which rights are given to.

use orm::prelude::*;

use super::ResUsers;

/// Access Groups
#[model("res.groups", order = "name")]
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

#[methods]
impl ResGroups {
    fn full_name(&self) -> String {
        self.name.clone()
    }
}
