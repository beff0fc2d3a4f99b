//! Updates the quantity of an order's line, or its customer's reference.

use rusqlite::{Connection, OptionalExtension as _, Statement, params};

use super::sql;
use crate::clock;
use crate::draft::{Change, Changed, amounts};
use crate::error::{Error, Result};
use crate::store::Caller;

/// The prepared statements of an update.
#[derive(Debug)]
pub(super) struct Changer {
    price: Statement<'static>,
    line: Statement<'static>,
    order: Statement<'static>,
    reference: Statement<'static>,
}

impl Changer {
    /// Prepares the statements.
    ///
    /// # Errors
    /// When the database does not have the schema that [`sql`] expects.
    pub(super) fn new(connection: &'static Connection) -> Result<Self> {
        Ok(Changer {
            price: connection.prepare(sql::PRICE)?,
            line: connection.prepare(sql::CHANGE_LINE)?,
            order: connection.prepare(sql::CHANGE_ORDER)?,
            reference: connection.prepare(sql::CHANGE_REFERENCE)?,
        })
    }

    /// Updates an order for `caller`: its reference, or a line and the totals. Returns the order's id.
    ///
    /// # Errors
    /// When there is no such order, or no such line without discount and taxes, or the database fails.
    pub(super) fn change(&mut self, change: &Change, caller: Caller) -> Result<i64> {
        let order = change.order;
        let (seconds, micros) = clock::now();
        let (user, now) = (caller.user, clock::text(seconds, micros));
        let (line, quantity) = match &change.to {
            Changed::Reference(reference) => {
                return match self.reference.execute(params![order, reference, user, now])? {
                    0 => Err(Error::NotFound),
                    _ => Ok(order),
                };
            }
            Changed::Quantity { line, quantity } => (*line, *quantity),
        };
        let price = self.price.query_row([order, line], |row| row.get(0)).optional()?;
        let (subtotal, each) = amounts(quantity, price.ok_or(Error::NotFound)?)?;
        self.line.execute(params![line, quantity, subtotal, each, user, now])?;
        self.order.execute(params![order, user, now])?;
        Ok(order)
    }
}
