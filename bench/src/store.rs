//! The requests that the baseline answers, and the trait of the two databases that answer them.

use crate::draft::{Change, Draft};
use crate::error::Result;

/// Which part of a list is requested.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    /// The most records in the answer.
    pub(crate) limit: u32,
    /// How many records before them are skipped.
    pub(crate) offset: u32,
}

/// The customers' country, and how many of their orders are asked for.
#[derive(Debug)]
pub(crate) struct Country {
    /// The code of the country: `DE`.
    pub(crate) code: String,
    /// The most orders in the answer.
    pub(crate) limit: u32,
}

/// One request.
#[derive(Debug)]
pub(crate) enum Question {
    /// A list of orders with everything that the model's `#[read]` names.
    Orders(Page),
    /// One order, with the same.
    Order(i64),
    /// The latest orders of customers in a country, with name, customer and total.
    OrdersOf(Country),
    /// Number and total of the orders in a currency, by month.
    Months(i64),
    /// A list of partners.
    Partners(Page),
    /// One partner.
    Partner(i64),
    /// A new order.
    Create(Draft),
    /// A change of an order.
    Change(Change),
}

/// The user that a token belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    /// The user's id.
    pub(crate) user: i64,
    /// The user's company.
    pub(crate) company: i64,
}

/// A database, with the statements that answer requests.
pub(crate) trait Store: Send + Sync + 'static {
    /// Checks the token and answers with JSON.
    ///
    /// # Errors
    /// When the token is not valid, there is no such record, a value is invalid, or the database fails.
    fn answer(&self, token: &[u8], question: Question) -> impl Future<Output = Result<Vec<u8>>> + Send;
}
