//! Pricelists: what products cost for whom.

use orm::prelude::*;

use super::ProductPricelistItem;
use super::pricing::Pricelist;
use crate::base::{ResCompany, ResCurrency};

/// Pricelist
#[model("product.pricelist", order = "sequence, id desc")]
#[api]
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
    /// The only one that sells by the list; empty: all.
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
    /// What prices follow from; its rules must be loaded. Without a currency of its own, prices are in `currency`.
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

/// What orders show of a pricelist's discounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Selection)]
pub enum ProductPricelistDiscountPolicy {
    /// Discount included in the price
    WithDiscount,
    /// Show public price & discount to the customer
    WithoutDiscount,
}
