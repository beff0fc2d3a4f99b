//! Values that orders propose for fields that are not given, computed for many orders at once.

use std::collections::BTreeSet;

use orm::prelude::*;

use super::SaleOrder;
use crate::base::contacts::Contacts;
use crate::base::rates::Rates;
use crate::base::{ResCompany, ResCurrencyRate, ResPartnerType};
use crate::crm::{CrmTeam, CrmTeamFilter};
use crate::product::{ProductPricelist, ProductPricelistFilter};

/// For each order, the customer's contact for documents of this kind.
pub(super) fn addresses(orders: &[SaleOrder], env: &mut Env<'_>, kind: ResPartnerType) -> Result<Vec<Option<i64>>> {
    let company = |order: &SaleOrder| order.partner_id.commercial_partner_id.as_ref().map(Many2one::id);
    let companies: BTreeSet<i64> = orders.iter().filter_map(company).collect();
    let contacts = Contacts::of(env, companies.into_iter().collect())?;
    let address = |order: &SaleOrder| Some(contacts.address(order.partner_id.id(), kind, Some(order.company_id.id())));
    Ok(orders.iter().map(address).collect())
}

/// For each order, the customer's pricelist; else the first one that the order's company may use.
pub(super) fn pricelists(orders: &[SaleOrder], env: &mut Env<'_>) -> Result<Vec<Option<i64>>> {
    let own = |order: &SaleOrder| {
        let theirs = order.partner_id.property_product_pricelist.as_deref()?;
        is_for(order, theirs.company_id.as_ref()).then_some(theirs.id)
    };
    if orders.iter().all(|order| own(order).is_some()) {
        return Ok(orders.iter().map(own).collect());
    }
    let lists = Records::<ProductPricelist>::search(env, ProductPricelistFilter::default())?.load(env, &[])?;
    let all: Vec<(i64, Option<i64>)> = (lists.iter())
        .map(|list| (list.id, list.company_id.as_ref().map(Many2one::id)))
        .collect();
    let list = |order| own(order).or_else(|| first_for(order, &all));
    Ok(orders.iter().map(list).collect())
}

/// For each order, the salesperson's team; else the customer's, the first one that the salesperson leads, or the first
/// one that the order's company may use.
pub(super) fn teams(orders: &[SaleOrder], env: &mut Env<'_>) -> Result<Vec<Option<i64>>> {
    let own = |order: &SaleOrder| {
        let theirs = order.user_id.as_ref().and_then(|user| user.sale_team_id.as_deref());
        let teams = theirs.into_iter().chain(order.partner_id.team_id.as_deref());
        let mut teams = teams.filter(|team| is_for(order, team.company_id.as_ref()));
        teams.next().map(|team| team.id)
    };
    if orders.iter().all(|order| own(order).is_some()) {
        return Ok(orders.iter().map(own).collect());
    }
    let teams = Records::<CrmTeam>::search(env, CrmTeamFilter::default())?.load(env, &[])?;
    let led_by = |order: &SaleOrder| {
        let user = order.user_id.as_ref().map(Many2one::id)?;
        let led = teams.iter().find(|team| {
            team.user_id.as_ref().map(Many2one::id) == Some(user) && is_for(order, team.company_id.as_ref())
        });
        led.map(|team| team.id)
    };
    let all: Vec<(i64, Option<i64>)> = (teams.iter())
        .map(|team| (team.id, team.company_id.as_ref().map(Many2one::id)))
        .collect();
    let team = |order| own(order).or_else(|| led_by(order)).or_else(|| first_for(order, &all));
    Ok(orders.iter().map(team).collect())
}

/// Whether the order may lead to a record of this company; one of no company is for all.
pub(super) fn is_for(order: &SaleOrder, company: Option<&Many2one<ResCompany>>) -> bool {
    company.is_none_or(|company| company.id() == order.company_id.id())
}

/// The first of these records that the order's company may use. A record is given as its id and the only company that
/// may use it (`None`: all companies).
fn first_for(order: &SaleOrder, records: &[(i64, Option<i64>)]) -> Option<i64> {
    let company = order.company_id.id();
    let usable = |(_, only): &&(i64, Option<i64>)| only.is_none_or(|only| only == company);
    records.iter().find(usable).map(|(id, _)| *id)
}

/// For each order, how many units of its currency one unit of its company's currency is worth on the order's date.
pub(super) fn currency_rates(orders: &[SaleOrder], env: &mut Env<'_>) -> Result<Vec<Decimal>> {
    let foreign = |order: &SaleOrder| {
        let own = order.company_id.currency_id.as_ref()?.id();
        let currency = order.currency_id.as_ref()?.id();
        (currency != own).then_some((own, currency))
    };
    let mut currencies: Vec<i64> = orders
        .iter()
        .filter_map(foreign)
        .flat_map(|(own, other)| [own, other])
        .collect();
    currencies.sort_unstable();
    currencies.dedup();
    if currencies.is_empty() {
        return Ok(vec![Decimal::ONE; orders.len()]);
    }
    let rates = ResCurrencyRate::of(env, currencies)?;
    let rate = |order: &SaleOrder| {
        let rates = Rates::new(order.company_id.id(), rates.iter().copied());
        let day = order.date_order.date();
        foreign(order).map_or(Decimal::ONE, |(own, other)| {
            rates.convert(Decimal::ONE, own, other, day)
        })
    };
    Ok(orders.iter().map(rate).collect())
}
