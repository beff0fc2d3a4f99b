//! What sales add to partners: their orders, and a warning on new ones.

use std::collections::{BTreeSet, HashMap};

use orm::prelude::*;

use super::SaleOrder;
use crate::base::{ResPartner, ResPartnerWarn};
use crate::crm::group;

/// The fields of a partner that are about sales.
#[extend(ResPartner)]
#[access(group::MANAGER: read, create, write)]
pub struct PartnerSales {
    /// Sale Order Count
    ///
    /// Number of orders of the partner and of all contacts below it, archived ones included.
    #[field(compute, batch)]
    pub sale_order_count: i64,
    /// Sales Order
    #[field(inverse = partner_id)]
    pub sale_order_ids: One2many<SaleOrder>,
    /// Sales Warnings
    #[field(default = ResPartnerWarn::NoMessage)]
    pub sale_warn: Option<ResPartnerWarn>,
    /// Message for Sales Order
    pub sale_warn_msg: Option<Text>,
}

#[methods]
impl PartnerSales {
    fn sale_order_count(records: &[Self], env: &mut Env<'_>) -> Result<Vec<i64>> {
        let counts = orders_below(env, records.iter().map(|partner| partner.id))?;
        Ok((records.iter())
            .map(|partner| counts.get(&partner.id).copied().unwrap_or_default())
            .collect())
    }
}

/// The number of orders of each partner, including the orders of all contacts below it; partners without orders are
/// left out. One statement for the orders, and one for each level of contacts.
fn orders_below(env: &mut Env<'_>, partners: impl Iterator<Item = i64>) -> Result<HashMap<i64, i64>> {
    let mut all: BTreeSet<i64> = partners.collect();
    let mut above: HashMap<i64, i64> = HashMap::new();
    let mut level: Vec<i64> = all.iter().copied().collect();
    while !level.is_empty() {
        let below = Records::<ResPartner>::new(level).links(env, "child_ids")?;
        above.extend(below.iter().map(|(parent, child)| (*child, *parent)));
        level = below
            .into_iter()
            .map(|(_, child)| child)
            .filter(|child| all.insert(*child))
            .collect();
    }
    let mut counts = HashMap::new();
    for (partner, _) in Records::<ResPartner>::new(Vec::from_iter(all)).links(env, "sale_order_ids")? {
        for partner in std::iter::successors(Some(partner), |partner| above.get(partner).copied()) {
            *counts.entry(partner).or_default() += 1;
        }
    }
    Ok(counts)
}
