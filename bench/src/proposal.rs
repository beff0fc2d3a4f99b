//! What an order proposes from its customer and its products, as the models do, once the database has said what is known
//! of them: addresses, salesperson, team, pricelist, payment term, currency, units.

use std::collections::{HashMap, HashSet};

use crate::draft::{Draft, DraftLine};
use crate::error::{Error, Result};
use crate::row::Row;

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

/// What a customer stands for.
#[derive(Debug)]
pub(crate) struct Customer {
    pub(crate) salesperson: i64,
    pub(crate) team: Option<i64>,
    pub(crate) term: Option<i64>,
    pub(crate) pricelist: Option<Pricelist>,
    /// The currency of the caller's company.
    pub(crate) home: Option<i64>,
}

/// A pricelist.
#[derive(Debug)]
pub(crate) struct Pricelist {
    pub(crate) id: i64,
    pub(crate) currency: Option<i64>,
    /// `without_discount` shows discounts.
    pub(crate) policy: String,
}

/// What is known of a product.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sold {
    pub(crate) unit: Option<i64>,
    /// The caller's company charges taxes on it.
    pub(crate) taxed: bool,
}

/// Everybody who belongs to some companies.
#[derive(Debug, Default)]
pub(crate) struct Contacts {
    all: HashMap<i64, Contact>,
    /// By whom they are below of, in the model's order.
    below: HashMap<i64, Vec<i64>>,
}

#[derive(Debug)]
struct Contact {
    parent: Option<i64>,
    kind: Option<String>,
    is_company: bool,
}

impl Proposal {
    /// Of an order of this customer, whose products are `sold`.
    ///
    /// # Errors
    /// When the customer or a product does not exist, or taxes, discounts or another currency would have to be computed.
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
        Ok(Proposal {
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
    /// Adds one. They come in the model's order. Columns: id, parent, type, whether it is a company.
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

    /// The partner's nearest contact of a kind; else the nearest plain one; else the partner.
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
