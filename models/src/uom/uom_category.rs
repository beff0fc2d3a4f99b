//! Kinds of units that convert into each other: weights, lengths, times.

use orm::prelude::*;

use super::UomUom;

/// Product UoM Category
#[model("uom.category")]
#[api]
pub struct UomCategory {
    /// Unit of Measure Category
    pub name: String,
    /// Uom
    #[field(inverse = category_id)]
    pub uom_ids: One2many<UomUom>,
}
