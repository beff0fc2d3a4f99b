//! What the servers are asked, and who answers.

use crate::draft::{Change, Draft};
use crate::error::Result;

/// Part of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    /// At most so many records.
    pub(crate) limit: u32,
    /// Behind so many others.
    pub(crate) offset: u32,
}

/// One request.
#[derive(Debug)]
pub(crate) enum Question {
    /// A list of orders by their read tree.
    Orders(Page),
    /// One order by its read tree.
    Order(i64),
    /// A list of partners.
    Partners(Page),
    /// One partner.
    Partner(i64),
    /// A new order.
    Create(Draft),
    /// Another quantity of an order's line.
    Change(Change),
}

/// Who a token belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    /// The user's id.
    pub(crate) user: i64,
    /// The user's company.
    pub(crate) company: i64,
}

/// A database and the statements over it.
pub(crate) trait Store: Send + Sync + 'static {
    /// Checks the token and answers with JSON.
    ///
    /// # Errors
    /// When the token does not do, there is no such record, what is given does not do, or the database fails.
    fn answer(&self, token: &[u8], question: Question) -> impl Future<Output = Result<Vec<u8>>> + Send;
}
