//! Lines of payment terms: the parts of an amount, and when each is due.

use orm::prelude::*;

use super::AccountPaymentTerm;
use super::group;
use super::installments::{Due, Part};

/// Payment Terms Line
#[model("account.payment.term.line", order = "id")]
#[api]
#[access(crate::base::group::USER: read; group::MANAGER: all)]
#[rule(everyone: payment_id.company_id.is_none() || env.companies.contains(payment_id.company_id))]
#[display_name("{payment_id.name}")]
#[check(
    value != "percent" || value_amount >= 0 && value_amount <= 100,
    message = "a percentage is from 0 to 100"
)]
#[check(
    discount_percentage >= 0 && discount_percentage <= 100,
    message = "a discount is from 0 to 100 per cent"
)]
#[check(discount_days >= 0, message = "a discount ends after the document")]
pub struct AccountPaymentTermLine {
    /// Type
    #[field(default = AccountPaymentTermLineValue::Percent)]
    pub value: AccountPaymentTermLineValue,
    /// Value
    ///
    /// Per cent or an amount of money, depending on the type.
    #[field(digits = (16, 6), default = 0.0)]
    pub value_amount: Decimal,
    /// Months
    #[field(default = 0)]
    pub months: i32,
    /// Days
    #[field(default = 0)]
    pub days: i32,
    /// End of month
    ///
    /// Due at the end of the month that months and days lead to.
    pub end_month: bool,
    /// Days after End of month
    #[field(default = 0)]
    pub days_after: i32,
    /// Discount %
    ///
    /// Discount for early payment.
    #[field(digits = (16, 2), default = 0.0)]
    pub discount_percentage: Decimal,
    /// Discount Days
    ///
    /// Number of days after the document's date in which a payment counts as early.
    #[field(default = 0)]
    pub discount_days: i32,
    /// Payment Terms
    #[field(on_delete = cascade)]
    pub payment_id: Many2one<AccountPaymentTerm>,
}

impl AccountPaymentTermLine {
    /// The line in the form that the computation of installments uses.
    pub fn part(&self) -> Part {
        Part {
            value: self.value,
            amount: self.value_amount,
            due: Due {
                months: self.months,
                days: self.days,
                end_of_month: self.end_month,
                days_after: self.days_after,
            },
        }
    }
}

/// How the amount of a part is worked out.
#[derive(Selection)]
pub enum AccountPaymentTermLineValue {
    /// Balance
    Balance,
    /// Percent
    Percent,
    /// Fixed Amount
    Fixed,
}
