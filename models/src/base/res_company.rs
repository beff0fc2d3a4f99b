//! The companies that do business with this system.

use orm::prelude::*;

use super::{ResCurrency, ResPartner, ResUsers};
use crate::account::AccountTax;

/// Company
#[model("res.company", order = "sequence, name")]
#[api]
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
    /// What new orders ask of customers to confirm them.
    #[field(default = true)]
    pub portal_confirmation_sign: bool,
    /// Online Payment
    ///
    /// What new orders ask of customers to confirm them.
    pub portal_confirmation_pay: bool,
    /// Default Quotation Validity (Days)
    #[field(default = 30)]
    pub quotation_validity_days: i32,
}

impl ResCompany {
    /// Whether the company rounds the taxes of a document once, not line by line.
    pub fn rounds_globally(&self) -> bool {
        self.tax_calculation_rounding_method == Some(ResCompanyTaxCalculationRoundingMethod::RoundGlobally)
    }
}

/// When the taxes of a document are rounded to its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Selection)]
pub enum ResCompanyTaxCalculationRoundingMethod {
    /// Round per Line
    RoundPerLine,
    /// Round Globally
    RoundGlobally,
}
