//! What a product costs on a pricelist.
//!
//! The first rule that fits decides. Rules for a variant come before rules for a product, for a category and for all
//! products; among these the greater minimum quantity comes first, then the nearer category, then the newer rule.
//! Without a rule the price is the product's own. Amounts of money in a rule are for the product's own unit of measure.
//! Prices are not rounded unless a rule says so.

use std::cmp::Reverse;
use std::collections::HashMap;

use orm::field::{Date, DateTime, Decimal, percent_of, round_to};

use super::{
    ProductPricelistItemAppliedOn as AppliedOn, ProductPricelistItemBase as Base,
    ProductPricelistItemComputePrice as ComputePrice,
};
use crate::base::rates::Rates;
use crate::uom::conversion::{QuantityRounding, Unit};

/// Maximum number of pricelists in a chain in which each is based on the next.
pub const MOST_LISTS: usize = 16;

/// A pricelist.
#[derive(Debug, Clone)]
pub struct Pricelist {
    /// The currency of its prices.
    pub currency: i64,
    /// Its rules, in any order.
    pub rules: Vec<Rule>,
}

/// A rule of a pricelist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The rule.
    pub id: i64,
    /// Which products the rule is for.
    pub applied_on: AppliedOn,
    /// The category, if `applied_on` is `ProductCategory`; categories below it count, too.
    pub category: Option<i64>,
    /// The product template, if `applied_on` is `Product`.
    pub template: Option<i64>,
    /// The variant, if `applied_on` is `ProductVariant`.
    pub variant: Option<i64>,
    /// The rule applies from this quantity on, in the product's own unit.
    pub min_quantity: Decimal,
    /// The rule applies from this moment on.
    pub starts: Option<DateTime>,
    /// The rule applies until this moment.
    pub ends: Option<DateTime>,
    /// The kind of price that the rule starts from.
    pub base: Base,
    /// The other pricelist, if `base` is one.
    pub base_pricelist: Option<i64>,
    /// How the rule computes the price.
    pub compute: ComputePrice,
    /// The price, if `compute` is `Fixed`.
    pub fixed_price: Decimal,
    /// Per cent off the base price, if `compute` is `Percentage`.
    pub percent_price: Decimal,
    /// The formula, if `compute` is `Formula`.
    pub formula: Formula,
}

/// Computes a price from a base price: takes off the discount, rounds, adds the surcharge, and keeps the difference to
/// the base price within the margins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Formula {
    /// Per cent off.
    pub discount: Decimal,
    /// The discounted price is rounded to a multiple of this, before the surcharge; zero: it is not rounded.
    pub round: Decimal,
    /// Added after rounding, before the margins.
    pub surcharge: Decimal,
    /// The price is at least this much above its base; zero: no limit.
    pub min_margin: Decimal,
    /// The price is at most this much above its base; zero: no limit.
    pub max_margin: Decimal,
}

/// The properties of a variant from which its price is computed.
#[derive(Debug, Clone)]
pub struct Product {
    /// The variant.
    pub variant: i64,
    /// Id of the product template.
    pub template: i64,
    /// Ids of the product's category and of those above it, the nearest first.
    pub categories: Vec<i64>,
    /// The unit of its prices.
    pub unit: Unit,
    /// Sales price, with what the variant's attributes add.
    pub list_price: Decimal,
    /// Cost.
    pub cost: Decimal,
    /// The currency of both.
    pub currency: i64,
}

/// What a price is wanted for: a product, a quantity, a unit and a time.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The product.
    pub product: &'a Product,
    /// How much of it, in `unit`.
    pub quantity: Decimal,
    /// The unit of the quantity and of the price.
    pub unit: &'a Unit,
    /// The time for which the price is wanted.
    pub time: DateTime,
}

/// A price, and the rule that it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// For one unit; not rounded.
    pub price: Decimal,
    /// The rule that decided, if any.
    pub rule: Option<i64>,
}

/// Pricelists by id, with the rates to convert their prices by.
#[derive(Debug, Clone)]
pub struct Pricelists {
    /// The pricelists, with those that they are based on.
    pub lists: HashMap<i64, Pricelist>,
    /// The rates of the company that sells.
    pub rates: Rates,
}

impl Pricelist {
    /// The rule that decides what `wanted` costs.
    pub fn rule(&self, wanted: &Wanted<'_>) -> Option<&Rule> {
        let own = &wanted.product.unit;
        let quantity = wanted.unit.convert(wanted.quantity, own, QuantityRounding::Up);
        let quantity = quantity.unwrap_or(wanted.quantity);
        let fitting = self.rules.iter().filter(|rule| rule.fits(wanted, quantity));
        fitting.min_by_key(|rule| {
            let width = match rule.applied_on {
                AppliedOn::ProductVariant => 0,
                AppliedOn::Product => 1,
                AppliedOn::ProductCategory => 2,
                AppliedOn::Global => 3,
            };
            let distance = (wanted.product.categories.iter()).position(|category| Some(*category) == rule.category);
            (width, Reverse(rule.min_quantity), distance, Reverse(rule.id))
        })
    }
}

impl Rule {
    fn fits(&self, wanted: &Wanted<'_>, quantity: Decimal) -> bool {
        let product = wanted.product;
        let enough = self.min_quantity.is_zero() || quantity >= self.min_quantity;
        let in_time =
            self.starts.is_none_or(|starts| starts <= wanted.time) && self.ends.is_none_or(|ends| wanted.time <= ends);
        enough
            && in_time
            && match self.applied_on {
                AppliedOn::Global => true,
                AppliedOn::ProductCategory => self.category.is_some_and(|id| product.categories.contains(&id)),
                AppliedOn::Product => self.template == Some(product.template),
                AppliedOn::ProductVariant => self.variant == Some(product.variant),
            }
    }
}

impl Formula {
    /// The price computed from the price `base`; `money` converts the formula's amounts to the wanted unit.
    fn apply(&self, base: Decimal, money: impl Fn(Decimal) -> Decimal) -> Decimal {
        let discounted = base.saturating_sub(percent_of(base, self.discount));
        let mut price = round_to(discounted, self.round).saturating_add(money(self.surcharge));
        if !self.min_margin.is_zero() {
            price = price.max(base.saturating_add(money(self.min_margin)));
        }
        if !self.max_margin.is_zero() {
            price = price.min(base.saturating_add(money(self.max_margin)));
        }
        price
    }
}

impl Pricelists {
    /// The price of one unit of `wanted` on the pricelist `list`, in the list's currency; `None` if there is no such
    /// list, or if the chain of lists that it is based on is a cycle or too long.
    pub fn price(&self, list: i64, wanted: &Wanted<'_>) -> Option<Price> {
        self.price_within(list, wanted, MOST_LISTS)
    }

    /// The price that the rule for `wanted` starts from, which orders show as the full price beside a discount. In the
    /// currency of `list`.
    pub fn price_before_discount(&self, list: i64, wanted: &Wanted<'_>) -> Option<Decimal> {
        let pricelist = self.lists.get(&list)?;
        self.base_price(pricelist.rule(wanted), pricelist.currency, wanted, MOST_LISTS)
    }

    fn price_within(&self, list: i64, wanted: &Wanted<'_>, lists_left: usize) -> Option<Price> {
        let pricelist = self.lists.get(&list)?;
        let rule = pricelist.rule(wanted);
        let base = |rule| self.base_price(rule, pricelist.currency, wanted, lists_left);
        let money = |amount| wanted.of_own_unit(amount);
        let price = match rule {
            None => base(None)?,
            Some(rule) => match rule.compute {
                ComputePrice::Fixed => money(rule.fixed_price),
                ComputePrice::Percentage => {
                    let full = base(Some(rule))?;
                    full.saturating_sub(percent_of(full, rule.percent_price))
                }
                ComputePrice::Formula => rule.formula.apply(base(Some(rule))?, money),
            },
        };
        Some(Price {
            price,
            rule: rule.map(|rule| rule.id),
        })
    }

    /// The price that `rule` starts from, in `currency`; the sales price if there is no rule.
    fn base_price(
        &self,
        rule: Option<&Rule>,
        currency: i64,
        wanted: &Wanted<'_>,
        lists_left: usize,
    ) -> Option<Decimal> {
        let product = wanted.product;
        let (price, of) = match rule.map_or(Base::ListPrice, |rule| rule.base) {
            Base::ListPrice => (wanted.of_own_unit(product.list_price), product.currency),
            Base::StandardPrice => (wanted.of_own_unit(product.cost), product.currency),
            Base::Pricelist => match rule.and_then(|rule| rule.base_pricelist) {
                Some(list) => {
                    let price = self.price_within(list, wanted, lists_left.checked_sub(1)?)?;
                    (price.price, self.lists.get(&list)?.currency)
                }
                None => (wanted.of_own_unit(product.list_price), product.currency),
            },
        };
        Some(self.rates.convert(price, of, currency, wanted.day()))
    }
}

impl Wanted<'_> {
    /// Converts a price of the product's own unit to one of the wanted unit. If that is of another category, the price
    /// stays the same.
    fn of_own_unit(&self, price: Decimal) -> Decimal {
        self.product.unit.convert_price(price, self.unit).unwrap_or(price)
    }

    fn day(&self) -> Date {
        self.time.date()
    }
}

#[cfg(test)]
mod tests;
