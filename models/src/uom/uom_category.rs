//! Categories of units, such as weight, length or time. Units of one category convert into each other.

use orm::prelude::*;

use super::UomUom;
use crate::base::group;

/// Product UoM Category
#[model("uom.category")]
#[api]
#[access(group::USER: read; group::SETTINGS: all)]
pub struct UomCategory {
    /// Unit of Measure Category
    pub name: String,
    /// Uom
    #[field(inverse = category_id)]
    pub uom_ids: One2many<UomUom>,
}
