//! The companies that do business with this system.

use std::collections::{BTreeSet, HashMap};

use orm::prelude::*;

use super::group;
use super::{ResCountry, ResCountryState, ResCurrency, ResPartner, ResUsers};
use crate::account::AccountTax;

/// Company
#[model("res.company", role = company, order = "sequence, name")]
#[api]
#[access(everyone: read; group::ACCESS_RIGHTS: all)]
#[rule(group::PORTAL: env.companies.contains(id))]
#[rule(group::PUBLIC: env.companies.contains(id))]
#[rule(group::USER: env.companies.contains(id))]
#[rule(group::ACCESS_RIGHTS: true)]
#[audit]
#[unique(name, message = "There is a company with this name already.")]
pub struct ResCompany {
    /// Company Name
    #[field(copy = false)]
    pub name: String,
    /// Sequence
    #[field(default = 10)]
    pub sequence: i32,
    /// Active
    #[field(default = true)]
    pub active: bool,
    /// Partner
    ///
    /// The company's address.
    #[field(on_delete = restrict)]
    pub partner_id: Option<Many2one<ResPartner>>,
    /// Parent Company
    pub parent_id: Option<Many2one<ResCompany>>,
    /// Child Companies
    #[field(inverse = parent_id)]
    pub child_ids: One2many<ResCompany>,
    /// Currency
    #[field(on_delete = restrict)]
    pub currency_id: Option<Many2one<ResCurrency>>,
    /// Accepted Users
    #[field(relation = "res_company_users_rel", column = "cid", target_column = "user_id")]
    pub user_ids: Many2many<ResUsers>,
    /// Tax ID
    #[field(related = partner_id.vat, writable)]
    pub vat: Option<String>,
    /// Company ID
    ///
    /// Number in the register of companies.
    #[field(related = partner_id.company_registry, writable)]
    pub company_registry: Option<String>,
    /// Website Link
    #[field(related = partner_id.website, writable)]
    pub website: Option<String>,
    /// Street
    #[field(related = partner_id.street, writable)]
    pub street: Option<String>,
    /// Street2
    #[field(related = partner_id.street2, writable)]
    pub street2: Option<String>,
    /// Zip
    #[field(related = partner_id.zip, writable)]
    pub zip: Option<String>,
    /// City
    #[field(related = partner_id.city, writable)]
    pub city: Option<String>,
    /// State
    #[field(related = partner_id.state_id, writable)]
    pub state_id: Option<Many2one<ResCountryState>>,
    /// Country
    ///
    /// The country of the company's partner, unless given.
    #[field(compute, store, writable, depends(partner_id.country_id))]
    pub country_id: Option<Many2one<ResCountry>>,
    /// Country Code
    #[field(related = country_id.code)]
    pub country_code: Option<String>,
    /// Email
    #[field(copy = false)]
    pub email: Option<String>,
    /// Phone
    #[field(copy = false)]
    pub phone: Option<String>,
    /// Mobile
    #[field(copy = false)]
    pub mobile: Option<String>,
    /// Tax Calculation Rounding Method
    #[field(default = ResCompanyTaxCalculationRoundingMethod::RoundPerLine)]
    pub tax_calculation_rounding_method: Option<ResCompanyTaxCalculationRoundingMethod>,
    /// Default Sale Tax
    pub account_sale_tax_id: Option<Many2one<AccountTax>>,
    /// Default Purchase Tax
    pub account_purchase_tax_id: Option<Many2one<AccountTax>>,
    /// Online Signature
    ///
    /// Whether customers may confirm orders by signing them. New orders do not take this setting over yet.
    #[field(default = true)]
    pub portal_confirmation_sign: bool,
    /// Online Payment
    ///
    /// Whether customers may confirm orders by paying. New orders do not take this setting over yet.
    pub portal_confirmation_pay: bool,
    /// Default Quotation Validity (Days)
    #[field(default = 30)]
    pub quotation_validity_days: i32,
}

#[methods]
impl ResCompany {
    fn country_id(&self) -> Option<i64> {
        self.partner_id.as_ref()?.country_id.as_ref().map(Many2one::id)
    }
}

impl ResCompany {
    /// The currency of each company; for `None`, that of the caller's company. One statement.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn currencies(env: &mut Env<'_>, companies: impl IntoIterator<Item = Option<i64>>) -> Result<Vec<Option<i64>>> {
        let companies: Vec<Option<i64>> = companies.into_iter().map(|company| company.or(env.company)).collect();
        let wanted: BTreeSet<i64> = companies.iter().copied().flatten().collect();
        let loaded = Records::<ResCompany>::new(Vec::from_iter(wanted)).load(env, &[])?;
        let known: HashMap<i64, Option<i64>> = (loaded.iter())
            .map(|company| (company.id, company.currency_id.as_ref().map(Many2one::id)))
            .collect();
        let currency = |company: i64| known.get(&company).copied().flatten();
        Ok((companies.into_iter())
            .map(|company| company.and_then(currency))
            .collect())
    }

    /// Whether the company rounds the taxes of a document once, not line by line.
    pub fn rounds_globally(&self) -> bool {
        self.tax_calculation_rounding_method == Some(ResCompanyTaxCalculationRoundingMethod::RoundGlobally)
    }
}

/// When the taxes of a document are rounded to its currency.
#[derive(Selection)]
pub enum ResCompanyTaxCalculationRoundingMethod {
    /// Round per Line
    RoundPerLine,
    /// Round Globally
    RoundGlobally,
}
