//! The values that an attribute can have.

use orm::prelude::*;

use super::{ProductAttribute, ProductTemplateAttributeLine};
use crate::base::group;

/// Attribute Value
#[model("product.attribute.value", order = "attribute_id, sequence, id")]
#[api]
#[access(group::USER: read; group::SETTINGS: all)]
#[display_name("{attribute_id.name}: ", "{name}")]
#[unique(name, attribute_id, message = "The attribute has a value of this name already.")]
pub struct ProductAttributeValue {
    /// Value
    pub name: String,
    /// Sequence
    #[field(index, default = 10)]
    pub sequence: i32,
    /// Attribute
    #[field(on_delete = cascade)]
    pub attribute_id: Many2one<ProductAttribute>,
    /// Lines
    ///
    /// The attribute lines of the products that offer the value.
    #[field(
        relation = "product_attribute_value_line_rel",
        column = "product_attribute_value_id",
        target_column = "product_template_attribute_line_id",
        copy = false
    )]
    pub pav_attribute_line_ids: Many2many<ProductTemplateAttributeLine>,
    /// Is custom value
    ///
    /// The customer may enter a value of their own.
    pub is_custom: bool,
    /// Color
    ///
    /// As in HTML: `#c02020`.
    pub html_color: Option<String>,
    /// Color Index
    #[field(default = 0)]
    pub color: i32,
}

#[methods]
impl ProductAttributeValue {
    /// A value that a product offers cannot be deleted: it distinguishes variants, which may have been sold.
    #[ondelete(pav_attribute_line_ids.product_tmpl_id)]
    fn of_no_product(&self) -> Check {
        match self.pav_attribute_line_ids.first() {
            None => Ok(()),
            Some(line) => Err(format!("product.template {} comes in it", line.product_tmpl_id.id())),
        }
    }
}
