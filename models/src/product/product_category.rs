//! The tree of product categories.

use orm::prelude::*;

use crate::base::group;

/// Product Category
#[model("product.category", order = "complete_name")]
#[api]
#[access(group::USER: read; group::SETTINGS: all)]
#[display_name("{complete_name}")]
pub struct ProductCategory {
    /// Name
    #[field(index)]
    pub name: String,
    /// Complete Name
    ///
    /// The names from the top of the tree down to this one.
    #[field(compute, store, depends(name, parent_id.complete_name))]
    pub complete_name: String,
    /// Parent Category
    #[field(on_delete = cascade)]
    pub parent_id: Option<Many2one<ProductCategory>>,
    /// Parent Path
    ///
    /// The ids from the top of the tree down to this one: `1/2/`.
    #[field(index, compute, store, depends(parent_id.parent_path))]
    pub parent_path: String,
    /// Child Categories
    #[field(inverse = parent_id)]
    pub child_id: One2many<ProductCategory>,
}

#[methods]
impl ProductCategory {
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

impl ProductCategory {
    /// Ids of the category and of those above it, the nearest first.
    pub fn and_above(&self) -> Vec<i64> {
        self.parent_path.rsplit('/').filter_map(|id| id.parse().ok()).collect()
    }
}
