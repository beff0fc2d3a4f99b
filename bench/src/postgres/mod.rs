//! The baseline over PostgreSQL. It uses few connections, each with its statements prepared, and sends statements
//! together when none needs the result of another.

mod change;
mod connection;
mod create;
mod orders;
mod queue;
mod row;
mod sql;
mod writer;

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::try_join;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Statement};

use crate::error::{Error, Result};
use crate::json::Array;
use crate::store::{Country, Page, Question, Store};
use crate::{found, partners};
use change::Changing;
use connection::{Connection, Statements};
use create::New;
use orders::{Wanted, Which};
use queue::Queue;

/// Connections for answers of one statement. The statement is its own snapshot and needs no transaction, so any number
/// of requests share such a connection.
const SHARED: usize = 2;
/// Connections for answers of several statements, in a transaction.
const READERS: usize = 4;
/// Connections that create orders, in groups.
const WRITERS: usize = 2;

/// Connections that update orders. Each runs one update at a time.
const CHANGERS: usize = 8;

/// A PostgreSQL database.
#[derive(Debug)]
pub(crate) struct Postgres {
    shared: Vec<Connection>,
    next: AtomicUsize,
    orders: Queue<Wanted>,
    writer: Queue<New>,
    changer: Queue<Changing>,
}

impl Postgres {
    /// Opens the connections.
    ///
    /// # Errors
    /// When the server cannot be reached or the database has another schema.
    pub(crate) async fn open(url: &str) -> Result<Self> {
        let mut shared = Vec::new();
        for _ in 0..SHARED {
            shared.push(Connection::open(url).await?);
        }
        Ok(Postgres {
            shared,
            next: AtomicUsize::new(0),
            orders: Queue::start(url, READERS, orders::serve).await?,
            writer: Queue::start(url, WRITERS, writer::serve).await?,
            changer: Queue::start(url, CHANGERS, change::serve).await?,
        })
    }

    fn shared(&self) -> &Connection {
        &self.shared[self.next.fetch_add(1, Ordering::Relaxed) % self.shared.len()]
    }

    async fn orders(&self, token: &[u8], which: Which) -> Result<Vec<u8>> {
        let token = token.to_vec();
        self.orders.ask(Wanted { token, which }).await
    }

    /// The rows of one statement, if the token is valid: both are asked at once.
    async fn rows(
        &self,
        token: &[u8],
        statement: fn(&Statements) -> &Statement,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>> {
        let connection = self.shared();
        let (_, rows) = try_join!(connection.caller(token), async {
            connection.query(statement(&connection.statements), values).await
        })?;
        Ok(rows)
    }

    async fn partners(&self, token: &[u8], page: Page) -> Result<Vec<u8>> {
        let (limit, offset) = (i64::from(page.limit), i64::from(page.offset));
        let rows = self.rows(token, |all| &all.partner_page, &[&limit, &offset]).await?;
        list(&rows, partners::LISTED, partners::listed)
    }

    async fn partner(&self, token: &[u8], id: i64) -> Result<Vec<u8>> {
        let rows = self.rows(token, |all| &all.partner, &[&id]).await?;
        partners::partner(rows.first().ok_or(Error::NotFound)?)
    }

    async fn orders_of(&self, token: &[u8], country: Country) -> Result<Vec<u8>> {
        let limit = i64::from(country.limit);
        let rows = self.rows(token, |all| &all.orders_of, &[&country.code, &limit]).await?;
        list(&rows, found::FOUND, found::order)
    }

    async fn months(&self, token: &[u8], currency: i64) -> Result<Vec<u8>> {
        let rows = self.rows(token, |all| &all.months, &[&currency]).await?;
        list(&rows, found::FOUND, found::month)
    }
}

/// The records of the rows, each written by `render` in about `bytes` bytes, as a JSON array.
fn list(rows: &[Row], bytes: usize, render: fn(&mut Vec<u8>, &Row) -> Result<()>) -> Result<Vec<u8>> {
    let mut list = Array::new(u32::try_from(rows.len()).unwrap_or(u32::MAX), bytes);
    rows.iter().try_for_each(|row| render(list.item(), row))?;
    Ok(list.finish())
}

impl Store for Postgres {
    async fn answer(&self, token: &[u8], question: Question) -> Result<Vec<u8>> {
        match question {
            Question::Orders(page) => self.orders(token, Which::Page(page)).await,
            Question::Order(id) => self.orders(token, Which::One(id)).await,
            Question::OrdersOf(country) => self.orders_of(token, country).await,
            Question::Months(currency) => self.months(token, currency).await,
            Question::Partners(page) => self.partners(token, page).await,
            Question::Partner(id) => self.partner(token, id).await,
            Question::Create(draft) => {
                let caller = self.shared().caller(token).await?;
                self.writer.ask((draft, caller)).await
            }
            Question::Change(change) => {
                let caller = self.shared().caller(token).await?;
                self.changer.ask((change, caller)).await
            }
        }
    }
}
