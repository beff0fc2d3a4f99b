//! When an invoice is due.

use orm::prelude::*;

use super::group;
use super::installments::{Part, installments};
use super::taxes::Rounding;
use super::{AccountPaymentTermLine, AccountPaymentTermLineValue as Value};
use crate::base::ResCompany;

/// Payment Terms
#[model("account.payment.term", order = "sequence, id")]
#[api]
#[access(crate::base::group::USER: read; group::MANAGER: all)]
#[rule(everyone: company_id.is_none() || env.companies.contains(company_id))]
pub struct AccountPaymentTerm {
    /// Payment Terms
    pub name: String,
    /// Active
    #[field(default = true)]
    pub active: bool,
    /// Description on the Invoice
    pub note: Option<Html>,
    /// Terms
    #[field(inverse = payment_id, copy = true)]
    pub line_ids: One2many<AccountPaymentTermLine>,
    /// Display terms on invoice
    pub display_on_invoice: bool,
    /// Company
    pub company_id: Option<Many2one<ResCompany>>,
    /// Sequence
    #[field(default = 10)]
    pub sequence: i32,
}

#[methods]
impl AccountPaymentTerm {
    #[constrains(line_ids.value, line_ids.value_amount)]
    fn its_parts_add_up(&self) -> Check {
        let of = |value| self.line_ids.iter().filter(move |line| line.value == value);
        let percent = sum(of(Value::Percent).map(|line| line.value_amount));
        match () {
            () if self.line_ids.is_empty() => Ok(()),
            () if of(Value::Balance).count() != 1 => Err("one of its lines is the balance".to_owned()),
            () if percent > Decimal::ONE_HUNDRED => Err(format!("its lines come to {percent} per cent, more than 100")),
            () => Ok(()),
        }
    }
}

impl AccountPaymentTerm {
    /// The parts of `total` with their due dates, for a document of `date`; the term's lines must be loaded.
    pub fn installments(&self, total: Monetary, date: Date, rounding: Rounding) -> Vec<(Date, Monetary)> {
        let parts: Vec<Part> = self.line_ids.iter().map(AccountPaymentTermLine::part).collect();
        installments(&parts, total, date, rounding)
    }
}
