//! The attribute values of products, each with what it adds to the price.

use orm::prelude::*;

use super::{ProductAttribute, ProductAttributeValue, ProductProduct, ProductTemplate, ProductTemplateAttributeLine};
use crate::base::group;

/// Product Template Attribute Value
#[model(
    "product.template.attribute.value",
    order = "attribute_line_id, product_attribute_value_id, id"
)]
#[api]
#[access(group::USER: read; group::SETTINGS: all)]
#[rule(everyone: attribute_line_id.is_none() || attribute_line_id.product_tmpl_id.company_id.is_none()
    || env.companies.contains(attribute_line_id.product_tmpl_id.company_id))]
#[display_name("{attribute_id.name}: ", "{name}")]
#[unique(
    attribute_line_id,
    product_attribute_value_id,
    message = "The product's attribute has this value already."
)]
pub struct ProductTemplateAttributeValue {
    /// Active
    #[field(default = true)]
    pub ptav_active: bool,
    /// Value
    #[field(compute, store, depends(product_attribute_value_id.name))]
    pub name: Option<String>,
    /// Attribute Line
    #[field(on_delete = cascade)]
    pub attribute_line_id: Option<Many2one<ProductTemplateAttributeLine>>,
    /// Attribute Value
    #[field(on_delete = cascade)]
    pub product_attribute_value_id: Option<Many2one<ProductAttributeValue>>,
    /// Value Price Extra
    ///
    /// What the value adds to the sales price.
    #[field(digits = (16, 2), default = 0.0)]
    pub price_extra: Decimal,
    /// Product
    #[field(compute, store, depends(attribute_line_id.product_tmpl_id), on_delete = cascade)]
    pub product_tmpl_id: Option<Many2one<ProductTemplate>>,
    /// Attribute
    #[field(compute, store, depends(attribute_line_id.attribute_id), on_delete = restrict)]
    pub attribute_id: Option<Many2one<ProductAttribute>>,
    /// Related Variants
    #[field(
        relation = "product_variant_combination",
        column = "product_template_attribute_value_id",
        target_column = "product_product_id",
        copy = false
    )]
    pub ptav_product_variant_ids: Many2many<ProductProduct>,
    /// Color
    #[field(default = 0)]
    pub color: i32,
}

#[methods]
impl ProductTemplateAttributeValue {
    fn name(&self) -> Option<String> {
        Some(self.product_attribute_value_id.as_ref()?.name.clone())
    }

    fn product_tmpl_id(&self) -> Option<i64> {
        Some(self.attribute_line_id.as_ref()?.product_tmpl_id.id())
    }

    fn attribute_id(&self) -> Option<i64> {
        Some(self.attribute_line_id.as_ref()?.attribute_id.id())
    }
}

impl ProductTemplateAttributeValue {
    /// Whether the value distinguishes variants: the product has other values of the attribute, too. The attribute line
    /// must be loaded.
    pub fn tells_apart(&self) -> bool {
        self.attribute_line_id.as_ref().is_none_or(|line| line.value_count > 1)
    }
}
