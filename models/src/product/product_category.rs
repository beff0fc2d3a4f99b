//! The tree of product categories.

use orm::prelude::*;

/// Product Category
#[model("product.category", order = "complete_name")]
#[api]
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
}
