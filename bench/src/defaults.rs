//! The default values of a new order, computed as the models do it from rows of its customer and products: addresses,
//! salesperson, team, pricelist, payment term, currency, units of measure.

use std::collections::{HashMap, HashSet};

use crate::draft::{Draft, DraftLine};
use crate::error::{Error, Result};
use crate::row::Row;

/// Values for the columns of an order that its body does not give.
#[derive(Debug)]
pub(crate) struct Defaults {
    pub(crate) invoice: i64,
    pub(crate) delivery: i64,
    pub(crate) salesperson: i64,
    pub(crate) team: Option<i64>,
    pub(crate) pricelist: Option<i64>,
    pub(crate) term: Option<i64>,
    pub(crate) currency: Option<i64>,
    /// The unit of measure of each line's product.
    pub(crate) units: Vec<Option<i64>>,
}

/// The defaults that follow from an order's customer.
#[derive(Debug)]
pub(crate) struct Customer {
    pub(crate) salesperson: i64,
    pub(crate) team: Option<i64>,
    pub(crate) term: Option<i64>,
    pub(crate) pricelist: Option<Pricelist>,
    /// The currency of the caller's company, used if the pricelist has none.
    pub(crate) home: Option<i64>,
}

/// A pricelist.
#[derive(Debug)]
pub(crate) struct Pricelist {
    pub(crate) id: i64,
    pub(crate) currency: Option<i64>,
    /// `without_discount`: prices and discounts are shown separately.
    pub(crate) policy: String,
}

/// What a line takes from its product.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sold {
    pub(crate) unit: Option<i64>,
    /// Whether the caller's company charges taxes on it.
    pub(crate) taxed: bool,
}

/// All partners that belong to the companies of the customers (`commercial_partner_id`), as a hierarchy.
#[derive(Debug, Default)]
pub(crate) struct Contacts {
    all: HashMap<i64, Contact>,
    /// The children of each parent, in the model's order.
    below: HashMap<i64, Vec<i64>>,
}

#[derive(Debug)]
struct Contact {
    parent: Option<i64>,
    kind: Option<String>,
    is_company: bool,
}

impl Defaults {
    /// The defaults of `draft`. `sold` has one entry for each of its lines: `None` if the product does not exist.
    ///
    /// # Errors
    /// When the customer or a product does not exist, or the order would need taxes, discounts or a currency other than
    /// the company's, which the baseline does not compute.
    pub(crate) fn new(
        draft: &Draft,
        customer: Option<Customer>,
        sold: &[Option<Sold>],
        contacts: &Contacts,
    ) -> Result<Self> {
        let partner = draft.partner;
        let Some(customer) = customer else {
            return Err(Error::Invalid(format!("/partner_id: there is no partner {partner}")));
        };
        let unit = |(at, (line, sold)): (usize, (&DraftLine, &Option<Sold>))| match sold {
            Some(sold) if sold.taxed => Err(Error::Invalid("taxes are not known here".to_owned())),
            Some(sold) => Ok(sold.unit),
            None => Err(Error::Invalid(format!(
                "/order_line/{at}/2/product_id: there is no product {}",
                line.product
            ))),
        };
        let units = draft
            .lines
            .iter()
            .zip(sold)
            .enumerate()
            .map(unit)
            .collect::<Result<_>>()?;
        let foreign = customer.pricelist.as_ref().and_then(|list| list.currency);
        let discounts = (customer.pricelist.as_ref()).is_some_and(|list| list.policy == "without_discount");
        if discounts || foreign.is_some() && foreign != customer.home {
            return Err(Error::Invalid(
                "discounts and other currencies are not known here".to_owned(),
            ));
        }
        Ok(Defaults {
            invoice: contacts.address(partner, "invoice"),
            delivery: contacts.address(partner, "delivery"),
            salesperson: customer.salesperson,
            team: customer.team,
            pricelist: customer.pricelist.map(|list| list.id),
            term: customer.term,
            currency: foreign.or(customer.home),
            units,
        })
    }
}

impl Contacts {
    /// Adds a partner. Partners must be added in the model's order. Columns: id, parent, type, whether it is a company.
    pub(crate) fn add(&mut self, row: &impl Row) -> Result<()> {
        let (id, parent) = (row.id(0)?, row.int(1)?);
        let kind = row.text(2)?.map(|kind| String::from_utf8_lossy(kind).into_owned());
        let is_company = row.bool(3)?;
        if let Some(parent) = parent {
            self.below.entry(parent).or_default().push(id);
        }
        let contact = Contact {
            parent,
            kind,
            is_company,
        };
        self.all.insert(id, contact);
        Ok(())
    }

    /// The partner's address of a kind (`invoice`, `delivery`), as Odoo's `address_get` finds it: the nearest contact
    /// of that type, below the partner and then below its ancestors up to the first company; else the nearest of type
    /// `contact`; else the partner.
    fn address(&self, partner: i64, kind: &str) -> i64 {
        let (mut seen, mut plain, mut above) = (HashSet::new(), None, Some(partner));
        while let Some(top) = above {
            let mut waiting = vec![top];
            while let Some(id) = waiting.pop() {
                let Some(contact) = self.all.get(&id).filter(|_| seen.insert(id)) else {
                    continue;
                };
                match contact.kind.as_deref() {
                    Some(found) if found == kind => return id,
                    Some("contact") => plain = plain.or(Some(id)),
                    _ => {}
                }
                let below = self.below.get(&id).into_iter().flatten().rev().copied();
                waiting.extend(below.filter(|id| self.all.get(id).is_some_and(|contact| !contact.is_company)));
            }
            let person = self.all.get(&top).filter(|contact| !contact.is_company);
            above = person
                .and_then(|contact| contact.parent)
                .filter(|parent| !seen.contains(parent));
        }
        plain.unwrap_or(partner)
    }
}
