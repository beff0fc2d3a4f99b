//! Taxes on sales and purchases.

use orm::method::Answer as _;
use orm::prelude::*;

use super::group;
use serde_json::Map;

use super::taxes::{self, Rounding, Tax};
use super::{AccountTaxGroup, AccountTaxGroupFilter};
use crate::base::{ResCompany, ResCountry, ResCurrency};

/// Tax
#[model("account.tax", order = "sequence, id")]
#[api]
#[access(crate::base::group::USER: read; group::MANAGER: all)]
#[rule(everyone: company_id.is_none() || env.companies.contains(company_id))]
#[audit]
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
    /// Per cent or an amount of money, depending on the tax computation.
    #[field(digits = (16, 4), default = 0.0)]
    pub amount: Decimal,
    /// Active
    #[field(default = true)]
    pub active: bool,
    /// Company
    #[field(on_delete = restrict, default = company, readonly)]
    pub company_id: Many2one<ResCompany>,
    /// Children Taxes
    ///
    /// The taxes that a group of taxes consists of.
    #[field(
        domain = company_id == self.company_id,
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
    /// Real amount to apply
    #[field(compute, store, digits = (16, 4), depends(amount))]
    pub real_amount: Decimal,
    /// Label on Invoices
    pub description: Option<String>,
    /// Included in Price
    pub price_include: bool,
    /// Affect Base of Subsequent Taxes
    pub include_base_amount: bool,
    /// Base Affected by Previous Taxes
    #[field(default = true)]
    pub is_base_affected: bool,
    /// Include in Analytic Cost
    pub analytic: bool,
    /// Tax Group
    ///
    /// The group in which the totals of a document show the tax.
    #[field(on_delete = restrict, default = method(first_group))]
    pub tax_group_id: Option<Many2one<AccountTaxGroup>>,
    /// Tax Exigibility
    ///
    /// When the tax is due.
    #[field(default = AccountTaxTaxExigibility::OnInvoice)]
    pub tax_exigibility: Option<AccountTaxTaxExigibility>,
    /// Country
    #[field(on_delete = restrict, default = company.country_id)]
    pub country_id: Many2one<ResCountry>,
}

#[methods]
impl AccountTax {
    fn first_group(env: &mut Env<'_>) -> Result<Option<i64>> {
        Records::<AccountTaxGroup>::first(env, AccountTaxGroupFilter::default(), "")
    }

    /// Compute these taxes on a price.
    ///
    /// Returns `total_excluded`, `total_included` and `taxes`, a list with the `id`, `tax_group_id`, `base` and
    /// `amount` of each tax. `quantity` is 1 unless given. Amounts are rounded to `currency`, which is that of the
    /// caller's company unless given, by the company's rounding method.
    #[action(readonly)]
    fn compute_all(
        taxes: &Records<Self>,
        env: &mut Env<'_>,
        price_unit: Decimal,
        quantity: Option<Decimal>,
        currency: Option<Records<ResCurrency>>,
    ) -> Result<Map<String, Json>> {
        let company = Records::<ResCompany>::new(Vec::from_iter(env.company)).load(env, &["currency_id"])?;
        let own = company.first().and_then(|company| company.currency_id.as_deref());
        let given = match currency {
            Some(currency) => currency.load(env, &[])?,
            None => Vec::new(),
        };
        let rounding = Rounding {
            unit: ResCurrency::smallest(given.first().or(own)),
            globally: company.first().is_some_and(ResCompany::rounds_globally),
        };
        let taxes = AccountTax::for_amounts(&taxes.load(env, &["children_tax_ids"])?);
        let taxed = taxes::compute_all(&taxes, price_unit, quantity.unwrap_or(Decimal::ONE), rounding);
        let wire = env.wire;
        let parts = taxed.taxes.into_iter().map(|tax| {
            Ok(Map::from_iter([
                ("id".to_owned(), tax.tax.into_json(wire)?),
                ("tax_group_id".to_owned(), tax.tax_group.into_json(wire)?),
                ("base".to_owned(), tax.base.into_json(wire)?),
                ("amount".to_owned(), tax.amount.into_json(wire)?),
            ]))
        });
        Ok(Map::from_iter([
            ("total_excluded".to_owned(), taxed.excluded.into_json(wire)?),
            ("total_included".to_owned(), taxed.included.into_json(wire)?),
            ("taxes".to_owned(), parts.collect::<Result<Vec<_>>>()?.into_json(wire)?),
        ]))
    }

    #[expect(clippy::misnamed_getters, reason = "all of the amount is charged")]
    fn real_amount(&self) -> Decimal {
        self.amount
    }
}

impl AccountTax {
    /// The taxes in the form that amounts are computed from. The children of groups must be loaded; a group within a
    /// group is ignored.
    pub fn for_amounts(taxes: &[AccountTax]) -> Vec<Tax> {
        let parts = |tax: &AccountTax| match tax.amount_type {
            AccountTaxAmountType::Group => tax.children_tax_ids.iter().map(|part| part.tax(Vec::new())).collect(),
            _ => Vec::new(),
        };
        taxes.iter().map(|tax| tax.tax(parts(tax))).collect()
    }

    fn tax(&self, children: Vec<Tax>) -> Tax {
        Tax {
            id: self.id,
            tax_group: self.tax_group_id.as_ref().map(Many2one::id),
            sequence: self.sequence,
            kind: self.amount_type,
            amount: self.amount,
            included: self.price_include,
            affects_next: self.include_base_amount,
            affected: self.is_base_affected,
            children,
        }
    }
}

/// When a tax is due.
#[derive(Selection)]
pub enum AccountTaxTaxExigibility {
    /// Based on Invoice
    OnInvoice,
    /// Based on Payment
    OnPayment,
}

/// What a tax is charged on.
#[derive(Selection)]
pub enum AccountTaxTypeTaxUse {
    /// Sales
    Sale,
    /// Purchases
    Purchase,
    /// None
    None,
}

/// The products that a tax is for.
#[derive(Selection)]
pub enum AccountTaxTaxScope {
    /// Services
    Service,
    /// Goods
    Consu,
}

/// How a tax is worked out.
#[derive(Selection)]
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
