//! Inserts an order with its lines.

use rusqlite::{Connection, Statement, params};

use super::propose::DefaultsReader;
use super::sql;
use crate::clock;
use crate::defaults::Defaults;
use crate::draft::Draft;
use crate::error::Result;
use crate::store::Caller;

/// The prepared statements of a create.
#[derive(Debug)]
pub(super) struct Creator {
    proposer: DefaultsReader,
    order: Statement<'static>,
    line: Statement<'static>,
    connection: &'static Connection,
}

impl Creator {
    /// Prepares the statements.
    ///
    /// # Errors
    /// When the database does not have the schema that [`sql`] expects.
    pub(super) fn new(connection: &'static Connection) -> Result<Self> {
        Ok(Creator {
            proposer: DefaultsReader::new(connection)?,
            order: connection.prepare(sql::INSERT_ORDER)?,
            line: connection.prepare(sql::INSERT_LINE)?,
            connection,
        })
    }

    /// Inserts an order for `caller` and returns its id. Everything is checked before anything is inserted: an
    /// `Error::Invalid` leaves nothing to roll back.
    ///
    /// # Errors
    /// As [`DefaultsReader::propose`].
    pub(super) fn insert(&mut self, draft: &Draft, caller: Caller) -> Result<i64> {
        let Caller { user, company } = caller;
        let proposal = self.proposer.propose(draft, caller)?;
        let (seconds, micros) = clock::now();
        let (now, audit) = (clock::text(seconds, 0), clock::text(seconds, micros));
        let Defaults {
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

    /// Runs `BEGIN`, `COMMIT` or `ROLLBACK`.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn control(&self, statement: &str) -> Result<()> {
        Ok(self.connection.execute_batch(statement)?)
    }
}
