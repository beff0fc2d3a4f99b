//! Invoices, as far as orders and partners refer to them.

use orm::prelude::*;

use super::group;
use crate::base::group as base;
use crate::base::{ResCompany, ResCurrency, ResPartner};

/// Journal Entry
#[model("account.move", order = "date desc, name desc, id desc")]
#[api]
#[access(base::PORTAL: read; group::READONLY: read; group::BILLING: all)]
#[rule(everyone: company_id.is_none() || env.companies.contains(company_id))]
#[rule(base::PORTAL: partner_id.child_of(env.user.commercial_partner_id))]
pub struct AccountMove {
    /// Number
    #[field(index, copy = false, default = "/")]
    pub name: String,
    /// Reference
    #[field(copy = false)]
    pub r#ref: Option<String>,
    /// Date
    #[field(index, copy = false, default = today)]
    pub date: Date,
    /// Partner
    #[field(on_delete = restrict, domain = company_id.is_none() || company_id == self.company_id)]
    pub partner_id: Option<Many2one<ResPartner>>,
    /// Company
    #[field(default = company)]
    pub company_id: Option<Many2one<ResCompany>>,
    /// Currency
    #[field(on_delete = restrict)]
    pub currency_id: Option<Many2one<ResCurrency>>,
    /// Total
    #[field(currency = currency_id, default = 0.0)]
    pub amount_total: Monetary,
}
