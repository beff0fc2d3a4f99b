//! Variants: what an order line names. What all variants share is their template's.

use orm::prelude::*;

use super::ProductTemplate;

/// Product Variant
#[model("product.product", order = "priority desc, default_code, name, id")]
#[api]
#[display_name("[{default_code}] ", "{name}")]
pub struct ProductProduct {
    /// Product Template
    #[field(delegate, on_delete = cascade)]
    pub product_tmpl_id: Many2one<ProductTemplate>,
    /// Internal Reference
    #[field(index)]
    pub default_code: Option<String>,
    /// Barcode
    #[field(index, copy = false)]
    pub barcode: Option<String>,
    /// Active
    #[field(default = true)]
    pub active: bool,
    /// Cost
    ///
    /// What one unit costs us.
    #[field(digits = (16, 2), default = 0.0)]
    pub standard_price: Decimal,
    /// Volume
    #[field(digits = (16, 2), default = 0.0)]
    pub volume: Decimal,
    /// Weight
    #[field(digits = (16, 2), default = 0.0)]
    pub weight: Decimal,
}
