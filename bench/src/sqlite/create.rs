//! Inserts an order with its lines.

use rusqlite::{Connection, Statement, params};

use super::propose::Proposer;
use super::sql;
use crate::clock;
use crate::draft::Draft;
use crate::error::Result;
use crate::proposal::Proposal;
use crate::store::Caller;

/// The prepared statements of a create.
#[derive(Debug)]
pub(super) struct Creator {
    proposer: Proposer,
    order: Statement<'static>,
    line: Statement<'static>,
    connection: &'static Connection,
}

impl Creator {
    /// Prepares the statements.
    ///
    /// # Errors
    /// When the schema is another than [`sql`] knows.
    pub(super) fn new(connection: &'static Connection) -> Result<Self> {
        Ok(Creator {
            proposer: Proposer::new(connection)?,
            order: connection.prepare(sql::INSERT_ORDER)?,
            line: connection.prepare(sql::INSERT_LINE)?,
            connection,
        })
    }

    /// Inserts an order for `caller` and gives its id. Everything is checked before anything is inserted: an
    /// [`Error::Invalid`] leaves nothing behind.
    ///
    /// # Errors
    /// When the partner or a product does not exist, or the database fails.
    pub(super) fn insert(&mut self, draft: &Draft, caller: Caller) -> Result<i64> {
        let Caller { user, company } = caller;
        let proposal = self.proposer.propose(draft, caller)?;
        let (seconds, micros) = clock::now();
        let (now, audit) = (clock::text(seconds, 0), clock::text(seconds, micros));
        let Proposal {
            invoice,
            delivery,
            salesperson,
            team,
            pricelist,
            term,
            currency,
            ref units,
        } = proposal;
        self.order.execute(params![
            draft.name,
            now,
            draft.total,
            draft.partner,
            company,
            user,
            audit,
            invoice,
            delivery,
            salesperson,
            team,
            pricelist,
            term,
            currency
        ])?;
        let id = self.connection.last_insert_rowid();
        for (line, unit) in draft.lines.iter().zip(units) {
            let (product, name, quantity, price) = (line.product, &line.name, line.quantity, line.price);
            self.line.execute(params![
                id,
                product,
                name,
                quantity,
                price,
                line.subtotal,
                line.each,
                user,
                audit,
                unit,
                company,
                draft.partner,
                salesperson,
                currency
            ])?;
        }
        Ok(id)
    }

    /// Runs one statement of transaction control.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn control(&self, statement: &str) -> Result<()> {
        Ok(self.connection.execute_batch(statement)?)
    }
}
