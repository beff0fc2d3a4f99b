//! Prices of many products at once. The pricelists and rates that they need are loaded in a few statements, whatever
//! the number of products.

use std::collections::{BTreeSet, HashMap};

use orm::prelude::*;

use super::pricing::{Pricelist, Pricelists, Product, Wanted};
use super::{ProductPricelist, ProductPricelistDiscountPolicy, ProductProduct};
use crate::base::ResCurrencyRate;
use crate::base::rates::{Rate, Rates};
use crate::uom::UomUom;
use crate::uom::conversion::Unit;

/// Stands for no pricelist: a list without rules, on which products have their own prices.
const NO_LIST: i64 = 0;

/// What [`quotes`] finds a price for.
#[derive(Debug, Clone, Copy)]
pub struct Demand<'a> {
    /// The product; template, unit, category and attribute values must be loaded.
    pub product: &'a ProductProduct,
    /// The pricelist; if there is none, the product's own price is taken.
    pub pricelist: Option<i64>,
    /// The quantity, in `unit`.
    pub quantity: Decimal,
    /// The unit of the quantity and of the price; the product's own if there is none.
    pub unit: Option<&'a UomUom>,
    /// The time for which the price is wanted.
    pub time: DateTime,
    /// The company that sells.
    pub company: i64,
    /// The company's currency, in which the products' own prices are.
    pub currency: Option<i64>,
}

/// A price as an order shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote {
    /// For one unit, before the discount; not rounded.
    pub price: Decimal,
    /// Per cent off.
    pub discount: Decimal,
}

impl Quote {
    /// For a line without a product.
    pub const NOTHING: Quote = Quote::of(Decimal::ZERO);

    const fn of(price: Decimal) -> Self {
        Quote {
            price,
            discount: Decimal::ZERO,
        }
    }
}

/// The price and discount for each of `demands`, in their order.
///
/// # Errors
/// When the database cannot be read.
pub fn quotes(env: &mut Env<'_>, demands: &[Demand<'_>]) -> Result<Vec<Quote>> {
    let book = Book::load(env, demands)?;
    Ok(demands.iter().map(|demand| book.quote(demand)).collect())
}

/// Pricelists by id, with those that they are based on, and the rates between their currencies.
struct Book {
    lists: HashMap<i64, ProductPricelist>,
    rates: Vec<Rate>,
}

impl Book {
    fn load(env: &mut Env<'_>, demands: &[Demand<'_>]) -> Result<Self> {
        let mut lists: HashMap<i64, ProductPricelist> = HashMap::new();
        let mut wanted: BTreeSet<i64> = demands.iter().filter_map(|demand| demand.pricelist).collect();
        while !wanted.is_empty() {
            let ids: Vec<i64> = std::mem::take(&mut wanted).into_iter().collect();
            for list in Records::<ProductPricelist>::new(ids).load(env, &["item_ids"])? {
                let bases = list.item_ids.iter().filter_map(|item| item.base_pricelist_id.as_ref());
                wanted.extend(bases.map(Many2one::id));
                lists.insert(list.id, list);
            }
            wanted.retain(|list| !lists.contains_key(list));
        }
        let own = demands.iter().filter_map(|demand| demand.currency);
        let theirs = lists
            .values()
            .filter_map(|list| list.currency_id.as_ref().map(Many2one::id));
        let currencies: BTreeSet<i64> = own.chain(theirs).collect();
        let rates = match currencies.len() {
            0 | 1 => Vec::new(),
            _ => ResCurrencyRate::of(env, currencies)?,
        };
        Ok(Book { lists, rates })
    }

    fn quote(&self, demand: &Demand<'_>) -> Quote {
        let list = demand.pricelist.and_then(|list| self.lists.get(&list));
        let theirs = list.and_then(|list| list.currency_id.as_ref()).map(Many2one::id);
        let currency = demand.currency.or(theirs).unwrap_or_default();
        let product = demand.product.priced(currency);
        let unit = demand.unit.map_or(product.unit, UomUom::unit);
        let wanted = Wanted {
            product: &product,
            quantity: demand.quantity,
            unit: &unit,
            time: demand.time,
        };
        let pricelists = self.pricelists(demand.company, currency);
        let list_id = list.map_or(NO_LIST, |list| list.id);
        let price = pricelists
            .price(list_id, &wanted)
            .map(|found| (found.price, found.rule));
        let Some((price, Some(_))) = price else {
            return Quote::of(price.map_or(Decimal::ZERO, |(price, _)| price));
        };
        let shown = list.is_some_and(|list| list.discount_policy == ProductPricelistDiscountPolicy::WithoutDiscount);
        let full = pricelists.price_before_discount(list_id, &wanted);
        match full.filter(|full| shown && *full > price && *full > Decimal::ZERO) {
            // The discount that makes the full price the pricelist's price.
            Some(full) => Quote {
                price: full,
                discount: divide(full.saturating_sub(price).saturating_mul(Decimal::ONE_HUNDRED), full),
            },
            None => Quote::of(price),
        }
    }

    /// The pricelists with the rates of `company`; a list without a currency is in `currency`.
    fn pricelists(&self, company: i64, currency: i64) -> Pricelists {
        let own = Pricelist {
            currency,
            rules: Vec::new(),
        };
        let lists = self.lists.values().map(|list| (list.id, list.to_pricelist(currency)));
        Pricelists {
            lists: lists.chain([(NO_LIST, own)]).collect(),
            rates: Rates::new(company, self.rates.iter().copied()),
        }
    }
}

impl ProductProduct {
    /// The variant in the form that prices are computed from; its own prices are in `currency`.
    fn priced(&self, currency: i64) -> Product {
        let template = &*self.product_tmpl_id;
        Product {
            variant: self.id,
            template: template.id,
            categories: template.categ_id.and_above(),
            unit: template.uom_id.as_deref().map_or(Unit::ONE, UomUom::unit),
            list_price: ProductProduct::price_with_extras(
                template.list_price,
                &self.product_template_attribute_value_ids,
            ),
            cost: self.standard_price,
            currency,
        }
    }
}
