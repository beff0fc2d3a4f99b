//! What an order proposes from its customer and its products, as the models do: addresses, salesperson, team, pricelist,
//! payment term, currency, units.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension as _, Row, Statement};

use crate::error::{Error, Result};
use crate::reader::Caller;
use crate::{json, sql};

/// What stands in the columns of an order that its body does not give.
#[derive(Debug)]
pub(crate) struct Proposal {
    pub(crate) invoice: i64,
    pub(crate) delivery: i64,
    pub(crate) salesperson: i64,
    pub(crate) team: Option<i64>,
    pub(crate) pricelist: Option<i64>,
    pub(crate) term: Option<i64>,
    pub(crate) currency: Option<i64>,
    /// Of each line's product.
    pub(crate) units: Vec<Option<i64>>,
}

/// The prepared statements.
#[derive(Debug)]
pub(crate) struct Proposer {
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

#[derive(Debug)]
struct Contact {
    parent: Option<i64>,
    kind: Option<String>,
    is_company: bool,
    below: Vec<i64>,
}

impl Proposer {
    pub(crate) fn new(connection: &'static Connection) -> Result<Self> {
        Ok(Proposer {
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

    /// What an order of `partner` for these products proposes.
    ///
    /// # Errors
    /// When the partner or a product does not exist, or taxes, discounts or another currency would have to be computed.
    pub(crate) fn propose(&mut self, partner: i64, products: &[i64], caller: Caller) -> Result<Proposal> {
        let customer = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?));
        type Customer = (Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>);
        let found: Option<Customer> = self.customer.query_row([partner], customer).optional()?;
        let Some((above, salesperson, team, pricelist, term)) = found else {
            return Err(Error::Invalid(format!("/partner_id: there is no partner {partner}")));
        };
        let units = self.units(products, caller)?;
        let contacts = self.contacts(above)?;
        let salesperson = salesperson.unwrap_or(caller.user);
        let own: Option<i64> = self.sales_team.query_row([salesperson], |row| row.get(0))?;
        let team = match own.or(team) {
            Some(team) => Some(team),
            None => (self.team.query_row((salesperson, caller.company), |row| row.get(0))).optional()?,
        };
        let list = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let list: Option<(i64, Option<i64>, String)> = match pricelist {
            Some(pricelist) => self.pricelist.query_row([pricelist], list).optional()?,
            None => self.first_pricelist.query_row([caller.company], list).optional()?,
        };
        let home: Option<i64> = self.company.query_row([caller.company], |row| row.get(0))?;
        let (pricelist, foreign, policy) = match list {
            Some((list, currency, policy)) => (Some(list), currency, policy),
            None => (None, None, String::new()),
        };
        if policy == "without_discount" || foreign.is_some() && foreign != home {
            return Err(Error::Invalid(
                "discounts and other currencies are not known here".to_owned(),
            ));
        }
        Ok(Proposal {
            invoice: address(&contacts, partner, "invoice"),
            delivery: address(&contacts, partner, "delivery"),
            salesperson,
            team,
            pricelist,
            term,
            currency: foreign.or(home),
            units,
        })
    }

    /// The products' units, by one statement.
    fn units(&mut self, products: &[i64], caller: Caller) -> Result<Vec<Option<i64>>> {
        json::ids(&mut self.text, products.iter().copied());
        let mut units = vec![None; products.len()];
        let mut known = vec![false; products.len()];
        let mut rows = self.products.query((self.text.as_str(), caller.company))?;
        while let Some(row) = rows.next()? {
            let at: usize = row.get(0)?;
            if row.get(2)? {
                return Err(Error::Invalid("taxes are not known here".to_owned()));
            }
            (units[at], known[at]) = (row.get(1)?, true);
        }
        match known.iter().position(|known| !known) {
            Some(at) => Err(Error::Invalid(format!(
                "/order_line/{at}/2/product_id: there is no product {}",
                products[at]
            ))),
            None => Ok(units),
        }
    }

    fn contacts(&mut self, company: Option<i64>) -> Result<HashMap<i64, Contact>> {
        let mut order: Vec<(i64, Option<i64>)> = Vec::new();
        let mut contacts = HashMap::new();
        let mut rows = self.contacts.query([company])?;
        while let Some(row) = rows.next()? {
            let (id, parent) = (row.get(0)?, row.get(1)?);
            order.push((id, parent));
            let contact = Contact {
                parent,
                kind: row.get(2)?,
                is_company: row.get(3)?,
                below: Vec::new(),
            };
            contacts.insert(id, contact);
        }
        for (id, parent) in order {
            if let Some(parent) = parent.and_then(|parent| contacts.get_mut(&parent)) {
                parent.below.push(id);
            }
        }
        Ok(contacts)
    }
}

/// The nearest contact of a kind; else the nearest plain one; else the partner.
fn address(contacts: &HashMap<i64, Contact>, partner: i64, kind: &str) -> i64 {
    let (mut seen, mut plain, mut above) = (HashSet::new(), None, Some(partner));
    while let Some(top) = above {
        let mut waiting = vec![top];
        while let Some(id) = waiting.pop() {
            let Some(contact) = contacts.get(&id).filter(|_| seen.insert(id)) else {
                continue;
            };
            match contact.kind.as_deref() {
                Some(found) if found == kind => return id,
                Some("contact") => plain = plain.or(Some(id)),
                _ => {}
            }
            let below = contact.below.iter().rev().copied();
            waiting.extend(below.filter(|id| contacts.get(id).is_some_and(|contact| !contact.is_company)));
        }
        let person = contacts.get(&top).filter(|contact| !contact.is_company);
        above = person
            .and_then(|contact| contact.parent)
            .filter(|parent| !seen.contains(parent));
    }
    plain.unwrap_or(partner)
}
