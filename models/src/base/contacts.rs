//! Finds the contact of a partner that documents of a kind, such as invoices, are sent to.
//!
//! The search goes outwards: first the partner and the contacts below it, then its parent and the contacts below that,
//! up to the company. The first one with the wanted address type is taken; if there is none, the first one of type
//! `Contact`; if there is none either, the partner itself. Companies below a partner are left out, since they have
//! addresses of their own.

use std::collections::{HashMap, HashSet};

use orm::prelude::*;
use orm::typed::{Filter, RelationFilter};

use super::{ResPartner, ResPartnerFilter, ResPartnerType};

/// The contacts of one or more companies, by id.
#[derive(Debug, Default)]
pub struct Contacts {
    contacts: HashMap<i64, Contact>,
}

#[derive(Debug)]
struct Contact {
    parent: Option<i64>,
    kind: Option<ResPartnerType>,
    is_company: bool,
    /// The only company whose documents may lead to it.
    company: Option<i64>,
    /// The children, in the model's order.
    below: Vec<i64>,
}

impl Contacts {
    /// Loads the active contacts whose commercial entity is one of `companies`. Two statements.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn of(env: &mut Env<'_>, companies: Vec<i64>) -> Result<Self> {
        let filter = ResPartnerFilter {
            commercial_partner_id: Some(Box::new(RelationFilter::Id(Filter::In(companies)))),
            ..ResPartnerFilter::default()
        };
        let around = Records::<ResPartner>::search(env, filter)?.load(env, &[])?;
        Ok(Contacts::new(&around))
    }

    fn new(partners: &[ResPartner]) -> Self {
        let mut contacts = Contacts::default();
        for partner in partners {
            let contact = Contact {
                parent: partner.parent_id.as_ref().map(Many2one::id),
                kind: partner.r#type,
                is_company: partner.is_company,
                company: partner.company_id.as_ref().map(Many2one::id),
                below: Vec::new(),
            };
            contacts.contacts.insert(partner.id, contact);
        }
        for partner in partners {
            let parent = partner.parent_id.as_ref().map(Many2one::id);
            if let Some(parent) = parent.and_then(|parent| contacts.contacts.get_mut(&parent)) {
                parent.below.push(partner.id);
            }
        }
        contacts
    }

    /// The contact of `partner` for documents of this `kind`, of a company or, with `None`, of any.
    pub fn address(&self, partner: i64, kind: ResPartnerType, company: Option<i64>) -> i64 {
        let (mut seen, mut plain) = (HashSet::new(), None);
        let mut above = Some(partner);
        while let Some(top) = above {
            let mut waiting = vec![top];
            while let Some(id) = waiting.pop() {
                let Some(contact) = self.contacts.get(&id).filter(|_| seen.insert(id)) else {
                    continue;
                };
                let is_usable = company.is_none() || contact.company.is_none() || contact.company == company;
                if contact.kind == Some(kind) && is_usable {
                    return id;
                }
                if contact.kind == Some(ResPartnerType::Contact) && is_usable {
                    plain = plain.or(Some(id));
                }
                let is_company = |id: &i64| self.contacts.get(id).is_some_and(|contact| contact.is_company);
                waiting.extend(contact.below.iter().rev().filter(|id| !is_company(id)));
            }
            let top = self.contacts.get(&top).filter(|contact| !contact.is_company);
            // Parents never form a cycle; if they did, the loop would still end.
            above = top
                .and_then(|contact| contact.parent)
                .filter(|parent| !seen.contains(parent));
        }
        plain.unwrap_or(partner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A company 1 with a delivery address 2 and an employee 3, who has an invoice address 4; 5 is a company below 1.
    fn contacts() -> Contacts {
        let contact = |parent: Option<i64>, kind, is_company, below: &[i64]| Contact {
            parent,
            kind: Some(kind),
            is_company,
            company: None,
            below: below.to_vec(),
        };
        Contacts {
            contacts: HashMap::from([
                (1, contact(None, ResPartnerType::Contact, true, &[5, 2, 3])),
                (2, contact(Some(1), ResPartnerType::Delivery, false, &[])),
                (3, contact(Some(1), ResPartnerType::Contact, false, &[4])),
                (4, contact(Some(3), ResPartnerType::Invoice, false, &[])),
                (5, contact(Some(1), ResPartnerType::Invoice, true, &[])),
            ]),
        }
    }

    #[test]
    fn the_nearest_address_of_a_kind_is_found() {
        let address = |partner, kind| contacts().address(partner, kind, None);
        assert_eq!(address(1, ResPartnerType::Delivery), 2);
        assert_eq!(
            address(1, ResPartnerType::Invoice),
            4,
            "companies below have addresses of their own"
        );
        assert_eq!(address(3, ResPartnerType::Delivery), 2, "of the company above");
        assert_eq!(address(4, ResPartnerType::Invoice), 4);
        assert_eq!(
            address(2, ResPartnerType::Other),
            1,
            "none: the nearest plain contact on the way"
        );
        assert_eq!(address(9, ResPartnerType::Invoice), 9, "unknown");
    }
}
