//! Reads the default values of new orders and inserts their rows. Each statement serves a whole group of orders: values
//! are bound as one array for each column.

use std::time::{Duration, SystemTime};

use tokio::try_join;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::connection::Connection;
use crate::clock;
use crate::defaults::{Contacts, Customer, Defaults, Pricelist, Sold};
use crate::draft::Draft;
use crate::error::Result;
use crate::row::Row as _;
use crate::store::Caller;

/// A new order, and the user who creates it.
pub(super) type New = (Draft, Caller);

/// Begins a transaction, reads the default values of new orders, and takes an id for each order from the sequence.
pub(super) async fn propose(connection: &Connection, drafts: &[New]) -> Result<(Vec<Result<Defaults>>, Vec<i64>)> {
    let partners: Vec<i64> = drafts.iter().map(|(draft, _)| draft.partner).collect();
    let users: Vec<i64> = drafts.iter().map(|(_, caller)| caller.user).collect();
    let companies: Vec<i64> = drafts.iter().map(|(_, caller)| caller.company).collect();
    let lines = || {
        drafts
            .iter()
            .flat_map(|(draft, caller)| draft.lines.iter().map(move |line| (line, caller)))
    };
    let products: Vec<i64> = lines().map(|(line, _)| line.product).collect();
    let sellers: Vec<i64> = lines().map(|(_, caller)| caller.company).collect();
    let count = i64::try_from(drafts.len()).unwrap_or(i64::MAX);
    let statements = &connection.statements;
    let ((), customers, people, products, ids) = try_join!(
        connection.control("BEGIN"),
        async {
            connection
                .query(&statements.customers, &[&partners, &users, &companies])
                .await
        },
        async { connection.query(&statements.contacts, &[&partners]).await },
        async {
            connection
                .query(&statements.products_sold, &[&products, &sellers])
                .await
        },
        async { connection.query(&statements.order_ids, &[&count]).await },
    )?;
    let mut contacts = Contacts::default();
    people.iter().try_for_each(|row| contacts.add(row))?;
    let mut customers = placed(&customers, drafts.len(), customer)?.into_iter();
    let sold = placed(&products, lines().count(), sold)?;
    let mut sold = sold.as_slice();
    let propose = |(draft, _): &New| {
        let (own, others) = sold.split_at(draft.lines.len());
        sold = others;
        Defaults::new(draft, customers.next().flatten(), own, &contacts)
    };
    let proposed = drafts.iter().map(propose).collect();
    let ids = ids.iter().map(|row| row.id(0)).collect::<Result<_>>()?;
    Ok((proposed, ids))
}

/// Arranges rows by the index in their first column: `None` where there is no row for an index.
fn placed<T>(rows: &[Row], count: usize, read: impl Fn(&Row) -> Result<T>) -> Result<Vec<Option<T>>> {
    let mut all: Vec<Option<T>> = (0..count).map(|_| None).collect();
    for row in rows {
        let place = usize::try_from(row.id(0)?).ok().and_then(|place| all.get_mut(place));
        if let Some(place) = place {
            *place = Some(read(row)?);
        }
    }
    Ok(all)
}

fn customer(row: &Row) -> Result<Customer> {
    let pricelist = match row.int(4)? {
        Some(id) => Some(Pricelist {
            id,
            currency: row.int(5)?,
            policy: row.try_get(6)?,
        }),
        None => None,
    };
    Ok(Customer {
        salesperson: row.id(1)?,
        team: row.int(2)?,
        term: row.int(3)?,
        pricelist,
        home: row.int(7)?,
    })
}

fn sold(row: &Row) -> Result<Sold> {
    Ok(Sold {
        unit: row.int(1)?,
        taxed: row.bool(2)?,
    })
}

/// The rows of new orders and of their lines, as one array for each column.
#[derive(Debug, Default)]
pub(super) struct Created<'a> {
    orders: Orders<'a>,
    lines: Lines<'a>,
}

#[derive(Debug, Default)]
struct Orders<'a> {
    id: Vec<i64>,
    name: Vec<&'a str>,
    total: Vec<i64>,
    partner: Vec<i64>,
    company: Vec<i64>,
    creator: Vec<i64>,
    invoice: Vec<i64>,
    delivery: Vec<i64>,
    salesperson: Vec<i64>,
    team: Vec<Option<i64>>,
    pricelist: Vec<Option<i64>>,
    term: Vec<Option<i64>>,
    currency: Vec<Option<i64>>,
}

#[derive(Debug, Default)]
struct Lines<'a> {
    order: Vec<i64>,
    product: Vec<i64>,
    name: Vec<&'a str>,
    quantity: Vec<i64>,
    price: Vec<i64>,
    subtotal: Vec<i64>,
    each: Vec<i64>,
    creator: Vec<i64>,
    unit: Vec<Option<i64>>,
    company: Vec<i64>,
    customer: Vec<i64>,
    salesperson: Vec<i64>,
    currency: Vec<Option<i64>>,
}

impl<'a> Created<'a> {
    /// The rows of those orders that have no error. The ids are given to them in turn; ids that remain stay unused.
    pub(super) fn new(drafts: &'a [New], proposed: &[Result<Defaults>], ids: &[i64]) -> Self {
        let mut created = Created::default();
        let good = drafts
            .iter()
            .zip(proposed)
            .filter_map(|(new, proposed)| Some((new, proposed.as_ref().ok()?)));
        for ((new, proposal), id) in good.zip(ids) {
            created.add(*id, new, proposal);
        }
        created
    }

    fn add(&mut self, id: i64, (draft, caller): &'a New, proposal: &Defaults) {
        let Created { orders, lines } = self;
        orders.id.push(id);
        orders.name.push(&draft.name);
        orders.total.push(draft.total);
        orders.partner.push(draft.partner);
        orders.company.push(caller.company);
        orders.creator.push(caller.user);
        orders.invoice.push(proposal.invoice);
        orders.delivery.push(proposal.delivery);
        orders.salesperson.push(proposal.salesperson);
        orders.team.push(proposal.team);
        orders.pricelist.push(proposal.pricelist);
        orders.term.push(proposal.term);
        orders.currency.push(proposal.currency);
        for (line, unit) in draft.lines.iter().zip(&proposal.units) {
            lines.order.push(id);
            lines.product.push(line.product);
            lines.name.push(&line.name);
            lines.quantity.push(line.quantity);
            lines.price.push(line.price);
            lines.subtotal.push(line.subtotal);
            lines.each.push(line.each);
            lines.creator.push(caller.user);
            lines.unit.push(*unit);
            lines.company.push(caller.company);
            lines.customer.push(draft.partner);
            lines.salesperson.push(proposal.salesperson);
            lines.currency.push(proposal.currency);
        }
    }

    /// The ids of the orders.
    pub(super) fn ids(&self) -> &[i64] {
        &self.orders.id
    }

    /// Inserts the orders and their lines, with two statements that are sent together.
    pub(super) async fn insert(&self, connection: &Connection) -> Result<()> {
        let now = SystemTime::now();
        let (seconds, _) = clock::now();
        let second = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let Created { orders: o, lines: l } = self;
        let statements = &connection.statements;
        try_join!(
            async {
                let values: [&(dyn ToSql + Sync); 15] = [
                    &o.id,
                    &o.name,
                    &second,
                    &o.total,
                    &o.partner,
                    &o.company,
                    &o.creator,
                    &now,
                    &o.invoice,
                    &o.delivery,
                    &o.salesperson,
                    &o.team,
                    &o.pricelist,
                    &o.term,
                    &o.currency,
                ];
                connection.query(&statements.insert_orders, &values).await
            },
            async {
                let values: [&(dyn ToSql + Sync); 14] = [
                    &l.order,
                    &l.product,
                    &l.name,
                    &l.quantity,
                    &l.price,
                    &l.subtotal,
                    &l.each,
                    &l.creator,
                    &now,
                    &l.unit,
                    &l.company,
                    &l.customer,
                    &l.salesperson,
                    &l.currency,
                ];
                connection.query(&statements.insert_lines, &values).await
            },
        )?;
        Ok(())
    }
}
