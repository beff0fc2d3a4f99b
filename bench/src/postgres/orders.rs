//! Reads orders with their nested records in three round trips: the check of the token and the orders; their lines; the
//! products, attribute lines and taxes of the lines.

use tokio::try_join;
use tokio_postgres::Row;

use super::connection::Connection;
use super::queue::{Job, Jobs};
use super::sql;
use crate::error::{Error, Result};
use crate::row::{From, Row as _};
use crate::store::Page;
use crate::tree::{self, Tree};

/// A request that reads orders, with the token of the caller.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) token: Vec<u8>,
    pub(super) which: Which,
}

/// Which orders.
#[derive(Debug)]
pub(super) enum Which {
    Page(Page),
    One(i64),
}

/// Answers requests, one at a time, as long as the queue exists.
pub(super) async fn serve(connection: Connection, jobs: Jobs<Wanted>) {
    let mut tree = Tree::default();
    while let Some(next) = jobs.next(1).await {
        for Job { question, reply } in next {
            let answer = read(&connection, &mut tree, &question).await;
            if answer.is_err() {
                drop(connection.control("ROLLBACK").await); // if the connection is lost, the next request fails
            }
            reply.send(answer);
        }
    }
}

async fn read(connection: &Connection, tree: &mut Tree, wanted: &Wanted) -> Result<Vec<u8>> {
    let statements = &connection.statements;
    let orders = async {
        match wanted.which {
            Which::Page(Page { limit, offset }) => {
                let (limit, offset) = (i64::from(limit), i64::from(offset));
                connection.query(&statements.order_page, &[&limit, &offset]).await
            }
            Which::One(id) => connection.query(&statements.order_many, &[&vec![id]]).await,
        }
    };
    let begin = connection.control(sql::BEGIN_READ);
    let ((), _, orders) = try_join!(begin, connection.caller(&wanted.token), orders)?;
    tree.clear();
    add_orders(tree, &orders)?;
    let ids: Vec<i64> = tree.order_ids().collect();
    let lines = connection.query(&statements.lines, &[&ids]).await?;
    add_lines(connection, tree, &lines, "COMMIT").await?;
    match wanted.which {
        Which::Page(_) => Ok(tree.array()),
        Which::One(_) => tree.objects().pop().ok_or(Error::NotFound),
    }
}

/// The index of each id in a list, sorted by id.
struct Places(Vec<(i64, usize)>);

impl Places {
    fn new(ids: impl Iterator<Item = i64>) -> Self {
        let mut places: Vec<_> = ids.zip(0..).collect();
        places.sort_unstable();
        Places(places)
    }

    fn find(&self, id: i64) -> Result<usize> {
        let found = self.0.binary_search_by_key(&id, |(id, _)| *id);
        found
            .map(|at| self.0[at].1)
            .map_err(|_| Error::Database(format!("nobody asked for {id}")))
    }
}

/// Adds orders to the tree, with their to-one targets, which are columns of the same rows.
pub(super) fn add_orders(tree: &mut Tree, rows: &[Row]) -> Result<()> {
    const PARTNER: usize = 10; // the first column of each target
    const USER: usize = 13;
    const TERM: usize = 15;
    for row in rows {
        tree.order(row)?;
        if let Some(id) = row.int(PARTNER)? {
            tree.partners.put(id, |out| tree::partner(out, &From(PARTNER, row)))?;
        }
        if let Some(id) = row.int(USER)? {
            tree.users.put(id, |out| tree::named_only(out, &From(USER, row)))?;
        }
        if let Some(id) = row.int(TERM)? {
            tree.terms.put(id, |out| tree::named_only(out, &From(TERM, row)))?;
        }
    }
    Ok(())
}

/// Adds the lines of the tree's orders, then reads the records that belong to the lines. The statement `end` ends the
/// transaction in the same round trip.
pub(super) async fn add_lines(connection: &Connection, tree: &mut Tree, rows: &[Row], end: &str) -> Result<()> {
    let places = Places::new(tree.order_ids());
    for row in rows {
        tree.line(places.find(row.id(0)?)?, row)?;
    }
    tree.sort_lines();
    let products = tree.products.wanted().to_vec();
    let lines: Vec<i64> = tree.line_ids().collect();
    let statements = &connection.statements;
    let (products, attribute_lines, taxes, ()) = try_join!(
        async { connection.query(&statements.products, &[&products]).await },
        async { connection.query(&statements.attribute_lines, &[&products]).await },
        async { connection.query(&statements.taxes, &[&lines]).await },
        connection.control(end),
    )?;
    for row in &products {
        tree.products.put(row.id(0)?, |out| tree::product(out, row))?;
    }
    for row in &attribute_lines {
        tree.attribute_line(row)?;
    }
    let places = Places::new(lines.into_iter());
    for row in &taxes {
        tree.tax(row)?;
        tree.line_tax(places.find(row.id(2)?)?, row.id(0)?);
    }
    tree.sort_taxes();
    Ok(())
}
