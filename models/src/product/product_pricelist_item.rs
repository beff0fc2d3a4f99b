//! The rules of pricelists.

use orm::prelude::*;

use super::chains;
use super::pricing::{Formula, Rule};
use super::{ProductCategory, ProductPricelist, ProductProduct, ProductTemplate};
use crate::base::group;

/// Pricelist Rule
///
/// The first rule that fits decides: rules for a variant come before rules for a product, for a category and for all
/// products; among these, the greater minimum quantity comes first.
#[model(
    "product.pricelist.item",
    order = "applied_on, min_quantity desc, categ_id desc, id desc"
)]
#[api]
#[access(group::USER: read; group::CONTACTS: read; group::SETTINGS: all)]
#[rule(everyone: pricelist_id.company_id.is_none() || env.companies.contains(pricelist_id.company_id))]
#[audit]
#[check(date_start < date_end, message = "a rule starts before it ends")]
#[check(
    price_max_margin == 0 || price_min_margin <= price_max_margin,
    message = "the least margin is not above the greatest"
)]
#[check(
    applied_on != "2_product_category" || categ_id.is_some(),
    message = "a rule for a category names it"
)]
#[check(
    applied_on != "1_product" || product_tmpl_id.is_some(),
    message = "a rule for a product names it"
)]
#[check(
    applied_on != "0_product_variant" || product_id.is_some(),
    message = "a rule for a variant names it"
)]
#[check(
    base != "pricelist" || base_pricelist_id.is_some(),
    message = "a rule that is based on another pricelist names it"
)]
#[display_name("{pricelist_id.name}")]
pub struct ProductPricelistItem {
    /// Name
    ///
    /// What the rule is for: `Category: All / Saleable`.
    #[field(
        compute,
        depends(
            applied_on,
            categ_id.complete_name,
            product_tmpl_id.default_code,
            product_tmpl_id.name,
            product_id.combination_name,
            product_id.product_tmpl_id.name,
        )
    )]
    pub name: String,
    /// Product
    #[field(on_delete = cascade)]
    pub product_tmpl_id: Option<Many2one<ProductTemplate>>,
    /// Product Variant
    #[field(on_delete = cascade)]
    pub product_id: Option<Many2one<ProductProduct>>,
    /// Product Category
    ///
    /// The category that the rule is for, with all categories below it.
    #[field(on_delete = cascade)]
    pub categ_id: Option<Many2one<ProductCategory>>,
    /// Min. Quantity
    ///
    /// The rule applies from this quantity on, in the product's own unit of measure.
    #[field(digits = (16, 2), default = 0.0)]
    pub min_quantity: Decimal,
    /// Apply On
    #[field(default = ProductPricelistItemAppliedOn::Global)]
    pub applied_on: ProductPricelistItemAppliedOn,
    /// Based on
    #[field(default = ProductPricelistItemBase::ListPrice)]
    pub base: ProductPricelistItemBase,
    /// Other Pricelist
    #[field(on_delete = restrict)]
    pub base_pricelist_id: Option<Many2one<ProductPricelist>>,
    /// Pricelist
    #[field(on_delete = cascade)]
    pub pricelist_id: Many2one<ProductPricelist>,
    /// Price Surcharge
    ///
    /// Added after discount and rounding.
    #[field(digits = (16, 2), default = 0.0)]
    pub price_surcharge: Decimal,
    /// Price Discount
    ///
    /// Per cent off the base price.
    #[field(digits = (16, 2), default = 0.0)]
    pub price_discount: Decimal,
    /// Price Rounding
    ///
    /// The discounted price is rounded to a multiple of this; 0: it is not rounded.
    #[field(digits = (16, 2), default = 0.0)]
    pub price_round: Decimal,
    /// Min. Price Margin
    ///
    /// The price is at least this much above the base price; 0: no limit.
    #[field(digits = (16, 2), default = 0.0)]
    pub price_min_margin: Decimal,
    /// Max. Price Margin
    ///
    /// The price is at most this much above the base price; 0: no limit.
    #[field(digits = (16, 2), default = 0.0)]
    pub price_max_margin: Decimal,
    /// Active
    #[field(default = true)]
    pub active: bool,
    /// Start Date
    pub date_start: Option<DateTime>,
    /// End Date
    pub date_end: Option<DateTime>,
    /// Compute Price
    #[field(index, default = ProductPricelistItemComputePrice::Fixed)]
    pub compute_price: ProductPricelistItemComputePrice,
    /// Fixed Price
    #[field(digits = (16, 2), default = 0.0)]
    pub fixed_price: Decimal,
    /// Percentage Price
    #[field(digits = (16, 2), default = 0.0)]
    pub percent_price: Decimal,
}

#[methods]
impl ProductPricelistItem {
    fn name(&self) -> String {
        use ProductPricelistItemAppliedOn::{Global, Product, ProductCategory, ProductVariant};
        let wanted = match self.applied_on {
            Global => None,
            ProductCategory => (self.categ_id.as_ref()).map(|category| format!("Category: {}", category.complete_name)),
            Product => (self.product_tmpl_id.as_ref()).map(|product| format!("Product: {}", product.title())),
            ProductVariant => (self.product_id.as_ref()).map(|variant| format!("Variant: {}", variant.title())),
        };
        wanted.unwrap_or_else(|| "All Products".to_owned())
    }

    #[constrains(base, base_pricelist_id, pricelist_id)]
    fn builds_on_no_circle(rules: &[Self], env: &mut Env<'_>) -> Result<()> {
        chains::end(rules, env)
    }
}

impl ProductPricelistItem {
    /// The rule in the form that prices are computed from.
    pub fn to_rule(&self) -> Rule {
        Rule {
            id: self.id,
            applied_on: self.applied_on,
            category: self.categ_id.as_ref().map(Many2one::id),
            template: self.product_tmpl_id.as_ref().map(Many2one::id),
            variant: self.product_id.as_ref().map(Many2one::id),
            min_quantity: self.min_quantity,
            starts: self.date_start,
            ends: self.date_end,
            base: self.base,
            base_pricelist: self.base_pricelist_id.as_ref().map(Many2one::id),
            compute: self.compute_price,
            fixed_price: self.fixed_price,
            percent_price: self.percent_price,
            formula: Formula {
                discount: self.price_discount,
                round: self.price_round,
                surcharge: self.price_surcharge,
                min_margin: self.price_min_margin,
                max_margin: self.price_max_margin,
            },
        }
    }
}

/// Which products a rule is for; the more specific rule comes first.
#[derive(Selection)]
pub enum ProductPricelistItemAppliedOn {
    /// All Products
    #[selection(value = "3_global")]
    Global,
    /// Product Category
    #[selection(value = "2_product_category")]
    ProductCategory,
    /// Product
    #[selection(value = "1_product")]
    Product,
    /// Product Variant
    #[selection(value = "0_product_variant")]
    ProductVariant,
}

/// The kind of price that a rule starts from.
#[derive(Selection)]
pub enum ProductPricelistItemBase {
    /// Sales Price
    ListPrice,
    /// Cost
    StandardPrice,
    /// Other Pricelist
    Pricelist,
}

/// How a rule computes the price.
#[derive(Selection)]
pub enum ProductPricelistItemComputePrice {
    /// Fixed Price
    Fixed,
    /// Discount
    Percentage,
    /// Formula
    Formula,
}
