//! Attributes of products, such as the color.

use orm::prelude::*;

use super::{ProductAttributeValue, ProductTemplateAttributeLine};
use crate::base::group;

/// Product Attribute
#[model("product.attribute", order = "sequence, id")]
#[api]
#[access(group::USER: read; group::SETTINGS: all)]
pub struct ProductAttribute {
    /// Attribute
    pub name: String,
    /// Values
    #[field(inverse = attribute_id, copy = true)]
    pub value_ids: One2many<ProductAttributeValue>,
    /// Sequence
    #[field(index, default = 10)]
    pub sequence: i32,
    /// Lines
    #[field(inverse = attribute_id)]
    pub attribute_line_ids: One2many<ProductTemplateAttributeLine>,
    /// Variants Creation Mode
    ///
    /// When the variants of a product with this attribute are created.
    #[field(default = ProductAttributeCreateVariant::Always)]
    pub create_variant: ProductAttributeCreateVariant,
    /// Display Type
    ///
    /// How the values are offered for choice.
    #[field(default = ProductAttributeDisplayType::Radio)]
    pub display_type: ProductAttributeDisplayType,
}

/// When variants are created.
#[derive(Selection)]
pub enum ProductAttributeCreateVariant {
    /// Instantly
    Always,
    /// Dynamically
    Dynamic,
    /// Never (option)
    NoVariant,
}

/// How the values of an attribute are offered.
#[derive(Selection)]
pub enum ProductAttributeDisplayType {
    /// Radio
    Radio,
    /// Pills
    Pills,
    /// Select
    Select,
    /// Color
    Color,
}
