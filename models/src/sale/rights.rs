//! What the groups of sales may do with the models of other areas. (Those that sales add fields to have it there.)

use orm::prelude::*;

use crate::crm::group;
use crate::product::{
    ProductAttribute, ProductAttributeValue, ProductCategory, ProductPricelist, ProductPricelistItem,
    ProductTemplateAttributeLine, ProductTemplateAttributeValue,
};
use crate::uom::{UomCategory, UomUom};

/// Who sets sales up changes product categories.
#[extend(ProductCategory)]
#[access(group::MANAGER: all)]
pub struct ProductCategoryRights {}

/// Who sets sales up changes attributes.
#[extend(ProductAttribute)]
#[access(group::MANAGER: all)]
pub struct ProductAttributeRights {}

/// Who sets sales up changes the values of attributes.
#[extend(ProductAttributeValue)]
#[access(group::MANAGER: all)]
pub struct ProductAttributeValueRights {}

/// Who sets sales up gives products attributes.
#[extend(ProductTemplateAttributeLine)]
#[access(group::MANAGER: all)]
pub struct ProductTemplateAttributeLineRights {}

/// Who sets sales up gives products the values of attributes.
#[extend(ProductTemplateAttributeValue)]
#[access(group::MANAGER: all)]
pub struct ProductTemplateAttributeValueRights {}

/// Who sets sales up changes pricelists.
#[extend(ProductPricelist)]
#[access(group::MANAGER: all)]
pub struct ProductPricelistRights {}

/// Who sets sales up changes the rules of pricelists.
#[extend(ProductPricelistItem)]
#[access(group::MANAGER: all)]
pub struct ProductPricelistItemRights {}

/// Who sets sales up changes units of measure.
#[extend(UomUom)]
#[access(group::MANAGER: all)]
pub struct UomUomRights {}

/// Who sets sales up changes the categories of units.
#[extend(UomCategory)]
#[access(group::MANAGER: all)]
pub struct UomCategoryRights {}
