//! Tags of partners, which form a tree.

use orm::prelude::*;

use super::ResPartner;
use super::group;

/// Partner Tags
#[model("res.partner.category", order = "name")]
#[api]
#[access(group::USER: read; group::CONTACTS: all)]
#[display_name("{complete_name}")]
pub struct ResPartnerCategory {
    /// Tag Name
    pub name: String,
    /// Complete Name
    ///
    /// The names from the top of the tree down to this one.
    #[field(compute, store, depends(name, parent_id.complete_name))]
    pub complete_name: String,
    /// Color Index
    #[field(default = 0)]
    pub color: i32,
    /// Parent Category
    #[field(on_delete = cascade)]
    pub parent_id: Option<Many2one<ResPartnerCategory>>,
    /// Parent Path
    ///
    /// The ids from the top of the tree down to this one: `1/4/`.
    #[field(index, compute, store, depends(parent_id.parent_path))]
    pub parent_path: String,
    /// Child Tags
    #[field(inverse = parent_id)]
    pub child_ids: One2many<ResPartnerCategory>,
    /// Active
    #[field(default = true)]
    pub active: bool,
    /// Partners
    #[field(
        relation = "res_partner_res_partner_category_rel",
        column = "category_id",
        target_column = "partner_id",
        copy = false
    )]
    pub partner_ids: Many2many<ResPartner>,
}

#[methods]
impl ResPartnerCategory {
    fn complete_name(&self) -> String {
        match &self.parent_id {
            Some(parent) => format!("{} / {}", parent.complete_name, self.name),
            None => self.name.clone(),
        }
    }

    fn parent_path(&self) -> String {
        let above = self.parent_id.as_ref().map_or("", |parent| &parent.parent_path);
        format!("{above}{}/", self.id)
    }
}
