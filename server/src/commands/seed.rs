//! `declarest seed --orders N`: orders to try things on, over the customers and products that are there.
//!
//! The same database and number give the same orders. They go through the runtime like any others, a batch a
//! transaction, so that names, amounts and whatever else is computed are right, and memory stays flat.

use std::time::Instant;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use indicatif::{ProgressBar, ProgressStyle};
use models::sale::{SaleOrder, SaleOrderCreate, SaleOrderLine, SaleOrderLineCreate, SaleOrderState};
use orm::Env;
use orm::Runtime;
use orm::db::{Row, Session, Statement};
use orm::field::Decimal;
use orm::typed::Child;

use super::prepare::{Start, prepare};
use crate::config::DatabaseConfig;
use crate::failure::Failure;

/// Orders of one transaction.
const BATCH: u64 = 1_000;
/// Days from 2020-01-01 over which the orders spread: four years but the last days, where the demo data begin.
const DAYS: i64 = 4 * 365 - 7;

/// What orders are made of.
struct Stock {
    partners: Vec<i64>,
    products: Vec<i64>,
    users: Vec<i64>,
    company: i64,
    /// How far numbers have come: other orders on the next run.
    last: u64,
}

/// Adds `orders` orders.
///
/// # Errors
/// When there are no customers or products to make them of.
pub(crate) fn run(database: &DatabaseConfig, registry: &Runtime, orders: u64) -> Result<(), Failure> {
    let started = Instant::now();
    prepare(database, registry, Start::default())?;
    let mut session = database.address.open(false)?;
    let stock = Stock::read(&mut session)?;
    let bar = ProgressBar::new(orders);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} orders, {per_sec}, {eta} left") {
        bar.set_style(style);
    }
    let mut made = 0;
    while made < orders {
        let batch = BATCH.min(orders - made);
        session.transact(|session| -> orm::Result<()> {
            let orders: Vec<SaleOrderCreate> = (made..made + batch).map(|index| stock.order(index, orders)).collect();
            // They are entered when the last of them is made.
            let now = orders.last().and_then(|order| order.date_order).unwrap_or_default();
            let user = stock.users.first().copied().unwrap_or(1);
            let mut env = Env::new(session, registry, user, Some(stock.company), now);
            orm::Records::<SaleOrder>::create(&mut env, orders)?;
            Ok(())
        })?;
        made += batch;
        bar.inc(batch);
    }
    bar.finish_and_clear();
    // Plans are made for as many rows as there are now.
    session.batch(session.dialect().analyze())?;
    println!(
        "{made} orders added to {} in {:.1} s",
        database.name,
        started.elapsed().as_secs_f64()
    );
    Ok(())
}

impl Stock {
    fn read(session: &mut Session) -> Result<Self, Failure> {
        let id = |row: &Row<'_, '_, '_>| Ok(row.int(0)?.unwrap_or_default());
        let partners = rows(
            session,
            "SELECT id FROM res_partner WHERE customer_rank > 0 AND active ORDER BY id",
            id,
        )?;
        let users = rows(
            session,
            "SELECT id FROM res_users WHERE active AND NOT share ORDER BY id",
            id,
        )?;
        let companies = rows(session, "SELECT id FROM res_company ORDER BY id LIMIT 1", id)?;
        let last = rows(session, "SELECT max(id) FROM sale_order", id)?;
        let products = rows(
            session,
            "SELECT p.id FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id \
             WHERE p.active AND t.active AND t.sale_ok ORDER BY p.id",
            id,
        )?;
        match companies.first() {
            Some(company) if !partners.is_empty() && !products.is_empty() => Ok(Stock {
                partners,
                products,
                users,
                company: *company,
                last: last
                    .first()
                    .and_then(|last| u64::try_from(*last).ok())
                    .unwrap_or_default(),
            }),
            _ => Err(Failure::new(
                "orders need a company, customers and products: start `declarest serve --demo` once, which makes some",
            )),
        }
    }

    /// The order with this index of so many.
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

/// All rows of a statement.
fn rows<T>(
    session: &mut Session,
    sql: &str,
    read: impl Fn(&Row<'_, '_, '_>) -> orm::Result<T>,
) -> Result<Vec<T>, Failure> {
    let mut all = Vec::new();
    session.query(
        &Statement {
            text: sql.to_owned(),
            binds: Vec::new(),
        },
        |row| {
            all.push(read(row)?);
            Ok(())
        },
    )?;
    Ok(all)
}

/// Later orders have later dates: within the index's share of the time, at a random second.
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

/// SplitMix64: small, and the same for ever.
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
