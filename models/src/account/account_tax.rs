//! Taxes on sales and purchases.

use orm::prelude::*;

use crate::base::{ResCompany, ResCountry};

/// Tax
#[model("account.tax", order = "sequence, id")]
#[api]
#[unique(
    name,
    company_id,
    type_tax_use,
    tax_scope,
    message = "The company has a tax of this kind and name already."
)]
pub struct AccountTax {
    /// Tax Name
    pub name: String,
    /// Tax Type
    ///
    /// Where the tax can be chosen; with `none` only as a part of another tax.
    #[field(default = AccountTaxTypeTaxUse::Sale)]
    pub type_tax_use: AccountTaxTypeTaxUse,
    /// Tax Scope
    ///
    /// Only for services or only for goods; empty: for both.
    pub tax_scope: Option<AccountTaxTaxScope>,
    /// Tax Computation
    #[field(default = AccountTaxAmountType::Percent)]
    pub amount_type: AccountTaxAmountType,
    /// Amount
    ///
    /// Per cent or money, as the computation says.
    #[field(digits = (16, 4), default = 0.0)]
    pub amount: Decimal,
    /// Active
    #[field(default = true)]
    pub active: bool,
    /// Company
    #[field(on_delete = restrict, default = company)]
    pub company_id: Many2one<ResCompany>,
    /// Children Taxes
    ///
    /// The parts of a group.
    #[field(
        relation = "account_tax_filiation_rel",
        column = "parent_tax",
        target_column = "child_tax"
    )]
    pub children_tax_ids: Many2many<AccountTax>,
    /// Sequence
    ///
    /// Taxes of a line are applied in this order.
    #[field(default = 1)]
    pub sequence: i32,
    /// Label on Invoices
    pub description: Option<String>,
    /// Included in Price
    pub price_include: bool,
    /// Affect Base of Subsequent Taxes
    pub include_base_amount: bool,
    /// Base Affected by Previous Taxes
    #[field(default = true)]
    pub is_base_affected: bool,
    /// Country
    #[field(on_delete = restrict)]
    pub country_id: Many2one<ResCountry>,
}

/// What a tax is charged on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Selection)]
pub enum AccountTaxTypeTaxUse {
    /// Sales
    Sale,
    /// Purchases
    Purchase,
    /// None
    None,
}

/// The products that a tax is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Selection)]
pub enum AccountTaxTaxScope {
    /// Services
    Service,
    /// Goods
    Consu,
}

/// How a tax is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Selection)]
pub enum AccountTaxAmountType {
    /// Group of Taxes
    Group,
    /// Fixed
    Fixed,
    /// Percentage of Price
    Percent,
    /// Percentage of Price Tax Included
    Division,
}
