//! Pricelists: the prices of products for different customers.

use orm::prelude::*;

use super::ProductPricelistItem;
use super::pricing::Pricelist;
use crate::base::group;
use crate::base::{ResCompany, ResCurrency};

/// Pricelist
#[model("product.pricelist", order = "sequence, id desc")]
#[api]
#[access(group::USER: read; group::CONTACTS: read; group::SETTINGS: all)]
#[rule(everyone: company_id.is_none() || env.companies.contains(company_id))]
#[audit]
#[display_name("{name}", " ({currency_id.name})")]
pub struct ProductPricelist {
    /// Pricelist Name
    pub name: String,
    /// Active
    #[field(default = true)]
    pub active: bool,
    /// Sequence
    #[field(default = 16)]
    pub sequence: i32,
    /// Currency
    #[field(on_delete = restrict, default = company.currency_id)]
    pub currency_id: Option<Many2one<ResCurrency>>,
    /// Company
    ///
    /// The only company that uses the pricelist; empty for all companies.
    pub company_id: Option<Many2one<ResCompany>>,
    /// Discount Policy
    ///
    /// Whether orders show the full price and the discount, or one price.
    #[field(default = ProductPricelistDiscountPolicy::WithDiscount)]
    pub discount_policy: ProductPricelistDiscountPolicy,
    /// Pricelist Rules
    #[field(inverse = pricelist_id, copy = true)]
    pub item_ids: One2many<ProductPricelistItem>,
}

impl ProductPricelist {
    /// The pricelist in the form that prices are computed from; its rules must be loaded. If it has no currency of its
    /// own, its prices are in `currency`.
    pub fn to_pricelist(&self, currency: i64) -> Pricelist {
        Pricelist {
            currency: self.currency_id.as_ref().map_or(currency, Many2one::id),
            rules: (self.item_ids.iter())
                .filter(|item| item.active)
                .map(ProductPricelistItem::to_rule)
                .collect(),
        }
    }
}

/// Whether orders show the discounts of a pricelist.
#[derive(Selection)]
pub enum ProductPricelistDiscountPolicy {
    /// Discount included in the price
    WithDiscount,
    /// Show public price & discount to the customer
    WithoutDiscount,
}
