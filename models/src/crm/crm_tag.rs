//! Tags of orders.

use orm::prelude::*;

/// CRM Tag
#[model("crm.tag")]
#[api]
#[unique(name, message = "There is a tag of this name already.")]
pub struct CrmTag {
    /// Tag Name
    pub name: String,
    /// Color
    #[field(default = 0)]
    pub color: i32,
}
