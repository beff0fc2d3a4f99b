//! Generates orders for trying things out, from the customers and products in the database.
//!
//! The same database and number of orders give the same orders. They are created through the runtime like any others,
//! so that names, amounts and other computed values are right; one transaction for each batch keeps the use of memory
//! constant.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use orm::db::Session;
use orm::prelude::*;
use orm::typed::{Child, Filter, RelationFilter};
use orm::{Model, Runtime};

use super::{SaleOrder, SaleOrderCreate, SaleOrderLine, SaleOrderLineCreate, SaleOrderState};
use crate::base::{ResCompany, ResPartner, ResPartnerFilter, ResUsers, ResUsersFilter};
use crate::product::{ProductProduct, ProductProductFilter, ProductTemplateFilter};

/// Number of orders in one transaction.
const BATCH: u64 = 1_000;
/// The orders are spread over this many days from 2020-01-01: four years without the last days, in which the demo data
/// begin.
const DAYS: i64 = 4 * 365 - 7;

/// Ids of the records that orders are made from.
struct Stock {
    partners: Vec<i64>,
    products: Vec<i64>,
    users: Vec<i64>,
    company: i64,
    /// The highest id of an order. Random numbers start from it, so that the next run makes other orders.
    last: u64,
}

/// Adds `orders` orders; calls `progress` after each batch with the number created so far.
///
/// # Errors
/// When there is no company, no customer or no product to make orders from.
pub fn seed(session: &mut Session, runtime: &Runtime, orders: u64, progress: &mut dyn FnMut(u64)) -> Result<()> {
    let stock =
        session.transact(|session| Stock::read(&mut Env::system(session, runtime, NaiveDateTime::default())))?;
    let mut made = 0;
    while made < orders {
        let batch = BATCH.min(orders - made);
        session.transact(|session| -> Result<()> {
            let orders: Vec<SaleOrderCreate> = (made..made + batch).map(|index| stock.order(index, orders)).collect();
            // The clock of the batch stands at the date of its last order.
            let now = orders.last().and_then(|order| order.date_order).unwrap_or_default();
            let user = stock.users.first().copied().unwrap_or(1);
            let mut env = Env::new(session, runtime, user, Some(stock.company), now);
            Records::<SaleOrder>::create(&mut env, orders)?;
            Ok(())
        })?;
        made += batch;
        progress(made);
    }
    Ok(())
}

/// The ids of the records that match, in ascending order.
fn ids<M: Model>(env: &mut Env<'_>, filter: M::Filter) -> Result<Vec<i64>> {
    Ok(Records::<M>::select(env, filter, "id", None)?.ids().to_vec())
}

impl Stock {
    fn read(env: &mut Env<'_>) -> Result<Self> {
        let partners = ResPartnerFilter {
            customer_rank: Some(Filter::Gt(0)),
            ..Default::default()
        };
        let users = ResUsersFilter {
            share: Some(Filter::Eq(false)),
            ..Default::default()
        };
        let products = ProductProductFilter {
            product_tmpl_id: Some(Box::new(RelationFilter::Matches(ProductTemplateFilter {
                active: Some(Filter::Eq(true)),
                sale_ok: Some(Filter::Eq(true)),
                ..Default::default()
            }))),
            ..Default::default()
        };
        let stock = Stock {
            partners: ids::<ResPartner>(env, partners)?,
            products: ids::<ProductProduct>(env, products)?,
            users: ids::<ResUsers>(env, users)?,
            company: Records::<ResCompany>::first(env, Default::default(), "id")?.unwrap_or_default(),
            last: Records::<SaleOrder>::first(env, Default::default(), "id desc")?
                .and_then(|last| u64::try_from(last).ok())
                .unwrap_or_default(),
        };
        match stock.company == 0 || stock.partners.is_empty() || stock.products.is_empty() {
            false => Ok(stock),
            true => Err(Error::refused(
                "orders need a company, customers and products: start with the demo data once (`serve --demo`), which has some",
            )),
        }
    }

    /// The order with this index, of `orders` in all.
    fn order(&self, index: u64, orders: u64) -> SaleOrderCreate {
        let mut random = Random(self.last + index);
        let lines = 1 + random.below(5);
        SaleOrderCreate {
            date_order: Some(date(index, orders, &mut random)),
            state: Some(state(&mut random)),
            partner_id: *random.of(&self.partners),
            user_id: (!self.users.is_empty()).then(|| Some(*random.of(&self.users))),
            company_id: Some(self.company),
            order_line: (0..lines)
                .map(|_| Child::<SaleOrderLine>::create(self.line(&mut random)))
                .collect(),
            ..SaleOrderCreate::default()
        }
    }

    fn line(&self, random: &mut Random) -> SaleOrderLineCreate {
        let product = *random.of(&self.products);
        // Every fourth line has a discount of 5, 10 or 15 per cent.
        let discount = if random.below(4) == 0 {
            5 + 5 * random.below(3)
        } else {
            0
        };
        SaleOrderLineCreate {
            product_id: Some(product),
            product_uom_qty: Some(Decimal::from(1 + random.below(12))),
            discount: Some(Decimal::from(discount)),
            ..SaleOrderLineCreate::default()
        }
    }
}

/// The date of an order. The time is divided into equal shares, one for each index, so that later orders have later
/// dates; the date is at a random second of the share.
fn date(index: u64, orders: u64, random: &mut Random) -> NaiveDateTime {
    let first = NaiveDate::from_ymd_opt(2020, 1, 1)
        .unwrap_or_default()
        .and_time(Default::default());
    let seconds = u128::from(DAYS.unsigned_abs()) * 86_400;
    let share = (seconds / u128::from(orders)).max(1);
    let offset = seconds * u128::from(index) / u128::from(orders) + u128::from(random.below(share as u64));
    first + TimeDelta::seconds(offset as i64)
}

fn state(random: &mut Random) -> SaleOrderState {
    match random.below(10) {
        0 => SaleOrderState::Draft,
        1 => SaleOrderState::Sent,
        2 => SaleOrderState::Cancel,
        3 | 4 => SaleOrderState::Done,
        _ => SaleOrderState::Sale,
    }
}

/// The generator SplitMix64: it is small, and its numbers never change with a library's version.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is not 0.
    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// One of `items`, which are not empty.
    fn of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[(self.next() % items.len() as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_spread_over_the_years_before_the_demo_data() {
        for orders in [1, 20, 20_000] {
            let dates: Vec<NaiveDateTime> = (0..orders)
                .map(|index| date(index, orders, &mut Random(index)))
                .collect();
            assert!(dates.is_sorted(), "{orders}");
            assert!(
                dates
                    .iter()
                    .all(|date| (2020..=2023).contains(&chrono::Datelike::year(date)))
            );
            assert!(dates.iter().all(|date| date.to_string().as_str() < "2023-12-30"));
        }
    }
}
