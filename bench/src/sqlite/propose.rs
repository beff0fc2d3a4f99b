//! Reads the rows that the default values of a new order follow from.

use rusqlite::{Connection, OptionalExtension as _, Row, Statement};

use super::sql;
use crate::defaults::{Contacts, Customer, Defaults, Pricelist, Sold};
use crate::draft::Draft;
use crate::error::Result;
use crate::json;
use crate::store::Caller;

/// The prepared statements of the defaults.
#[derive(Debug)]
pub(super) struct DefaultsReader {
    customer: Statement<'static>,
    contacts: Statement<'static>,
    sales_team: Statement<'static>,
    team: Statement<'static>,
    pricelist: Statement<'static>,
    first_pricelist: Statement<'static>,
    company: Statement<'static>,
    products: Statement<'static>,
    text: String,
}

impl DefaultsReader {
    /// Prepares the statements.
    ///
    /// # Errors
    /// When the database does not have the schema that [`sql`] expects.
    pub(super) fn new(connection: &'static Connection) -> Result<Self> {
        Ok(DefaultsReader {
            customer: connection.prepare(sql::CUSTOMER)?,
            contacts: connection.prepare(sql::CONTACTS)?,
            sales_team: connection.prepare(sql::SALES_TEAM)?,
            team: connection.prepare(sql::TEAM)?,
            pricelist: connection.prepare(sql::PRICELIST)?,
            first_pricelist: connection.prepare(sql::FIRST_PRICELIST)?,
            company: connection.prepare(sql::COMPANY)?,
            products: connection.prepare(sql::PRODUCTS_SOLD)?,
            text: String::new(),
        })
    }

    /// The default values for `draft`.
    ///
    /// # Errors
    /// As [`Defaults::new`]; or when the database fails.
    pub(super) fn propose(&mut self, draft: &Draft, caller: Caller) -> Result<Defaults> {
        let (customer, company) = match self.customer(draft.partner, caller)? {
            Some((customer, company)) => (Some(customer), company),
            None => (None, None),
        };
        let sold = self.products(draft, caller)?;
        let mut contacts = Contacts::default();
        let mut rows = self.contacts.query([company])?;
        while let Some(row) = rows.next()? {
            contacts.add(row)?;
        }
        Defaults::new(draft, customer, &sold, &contacts)
    }

    /// The defaults from a customer, and the customer's company (`commercial_partner_id`).
    fn customer(&mut self, partner: i64, caller: Caller) -> Result<Option<(Customer, Option<i64>)>> {
        type Found = (Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>);
        let found = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?));
        let found: Option<Found> = self.customer.query_row([partner], found).optional()?;
        let Some((company, salesperson, team, pricelist, term)) = found else {
            return Ok(None);
        };
        let salesperson = salesperson.unwrap_or(caller.user);
        let own: Option<i64> = self.sales_team.query_row([salesperson], |row| row.get(0))?;
        let team = match own.or(team) {
            Some(team) => Some(team),
            None => (self.team.query_row((salesperson, caller.company), |row| row.get(0))).optional()?,
        };
        let list = |row: &Row<'_>| {
            Ok(Pricelist {
                id: row.get(0)?,
                currency: row.get(1)?,
                policy: row.get(2)?,
            })
        };
        let pricelist = match pricelist {
            Some(pricelist) => self.pricelist.query_row([pricelist], list).optional()?,
            None => self.first_pricelist.query_row([caller.company], list).optional()?,
        };
        let customer = Customer {
            salesperson,
            team,
            term,
            pricelist,
            home: self.company.query_row([caller.company], |row| row.get(0))?,
        };
        Ok(Some((customer, company)))
    }

    /// What each line takes from its product, read by one statement; `None` where the product does not exist.
    fn products(&mut self, draft: &Draft, caller: Caller) -> Result<Vec<Option<Sold>>> {
        json::ids(&mut self.text, draft.lines.iter().map(|line| line.product));
        let mut sold = vec![None; draft.lines.len()];
        let mut rows = self.products.query((self.text.as_str(), caller.company))?;
        while let Some(row) = rows.next()? {
            let at: usize = row.get(0)?;
            sold[at] = Some(Sold {
                unit: row.get(1)?,
                taxed: row.get(2)?,
            });
        }
        Ok(sold)
    }
}
