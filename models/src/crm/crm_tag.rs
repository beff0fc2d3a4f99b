//! Tags of orders.

use orm::prelude::*;

use super::group;

/// CRM Tag
#[model("crm.tag")]
#[api]
#[access(group::SALESMAN: read, create, write; group::MANAGER: all)]
#[unique(name, message = "There is a tag of this name already.")]
pub struct CrmTag {
    /// Tag Name
    pub name: String,
    /// Color
    #[field(default = 0)]
    pub color: i32,
}
