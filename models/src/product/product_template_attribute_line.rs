//! Attribute lines of products: which values of an attribute a product has.

use orm::prelude::*;

use super::{ProductAttribute, ProductAttributeValue, ProductTemplate, ProductTemplateAttributeValue};
use crate::base::group;

/// Product Template Attribute Line
#[model("product.template.attribute.line", order = "attribute_id, id")]
#[api]
#[access(group::USER: read; group::SETTINGS: all)]
#[rule(everyone: product_tmpl_id.company_id.is_none() || env.companies.contains(product_tmpl_id.company_id))]
#[display_name("{attribute_id}")]
pub struct ProductTemplateAttributeLine {
    /// Active
    #[field(default = true)]
    pub active: bool,
    /// Product Template
    #[field(on_delete = cascade)]
    pub product_tmpl_id: Many2one<ProductTemplate>,
    /// Attribute
    #[field(on_delete = restrict)]
    pub attribute_id: Many2one<ProductAttribute>,
    /// Values
    #[field(
        relation = "product_attribute_value_line_rel",
        column = "product_template_attribute_line_id",
        target_column = "product_attribute_value_id"
    )]
    pub value_ids: Many2many<ProductAttributeValue>,
    /// Value Count
    #[field(compute, store, depends(value_ids.id))]
    pub value_count: i32,
    /// Product Attribute Values
    #[field(inverse = attribute_line_id, copy = true)]
    pub product_template_value_ids: One2many<ProductTemplateAttributeValue>,
}

#[methods]
impl ProductTemplateAttributeLine {
    #[constrains(active, attribute_id, value_ids.attribute_id)]
    fn has_values_of_the_attribute(&self) -> Check {
        let attribute = self.attribute_id.id();
        match () {
            () if self.active && self.value_ids.is_empty() => {
                Err("an attribute of a product has a value at least: delete or archive the line instead".to_owned())
            }
            () if self.value_ids.iter().any(|value| value.attribute_id.id() != attribute) => {
                Err("its values are those of its attribute".to_owned())
            }
            () => Ok(()),
        }
    }

    fn value_count(&self) -> i32 {
        self.value_ids.len().try_into().unwrap_or(i32::MAX)
    }
}
