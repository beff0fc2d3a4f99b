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

use crate::error::{Error, Result};
use crate::found::FoundList;
use crate::partners::{self, PartnerList};
use crate::store::{Country, Page, Question, Store};
use change::Changing;
use connection::Connection;
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

    async fn partners(&self, token: &[u8], page: Page) -> Result<Vec<u8>> {
        let connection = self.shared();
        let (limit, offset) = (i64::from(page.limit), i64::from(page.offset));
        let (_, rows) = try_join!(connection.caller(token), async {
            connection
                .query(&connection.statements.partner_page, &[&limit, &offset])
                .await
        })?;
        let mut list = PartnerList::new(page.limit);
        rows.iter().try_for_each(|row| list.add(row))?;
        Ok(list.finish())
    }

    async fn partner(&self, token: &[u8], id: i64) -> Result<Vec<u8>> {
        let connection = self.shared();
        let (_, rows) = try_join!(connection.caller(token), async {
            connection.query(&connection.statements.partner, &[&id]).await
        })?;
        partners::partner(rows.first().ok_or(Error::NotFound)?)
    }

    async fn orders_of(&self, token: &[u8], country: Country) -> Result<Vec<u8>> {
        let connection = self.shared();
        let limit = i64::from(country.limit);
        let (_, rows) = try_join!(connection.caller(token), async {
            connection
                .query(&connection.statements.orders_of, &[&country.code, &limit])
                .await
        })?;
        let mut list = FoundList::new(country.limit);
        rows.iter().try_for_each(|row| list.order(row))?;
        Ok(list.finish())
    }

    async fn months(&self, token: &[u8], currency: i64) -> Result<Vec<u8>> {
        let connection = self.shared();
        let (_, rows) = try_join!(connection.caller(token), async {
            connection.query(&connection.statements.months, &[&currency]).await
        })?;
        let mut list = FoundList::new(64);
        rows.iter().try_for_each(|row| list.month(row))?;
        Ok(list.finish())
    }
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
