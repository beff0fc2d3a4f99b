//! When an invoice is due.

use orm::prelude::*;

use super::AccountPaymentTermLine;
use super::installments::{Part, installments};
use super::taxes::Rounding;
use crate::base::ResCompany;

/// Payment Terms
#[model("account.payment.term", order = "sequence, id")]
#[api]
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

impl AccountPaymentTerm {
    /// The parts of `total` with their due dates, for a document of `date`; the term's lines must be loaded.
    pub fn installments(&self, total: Monetary, date: Date, rounding: Rounding) -> Vec<(Date, Monetary)> {
        let parts: Vec<Part> = self.line_ids.iter().map(AccountPaymentTermLine::part).collect();
        installments(&parts, total, date, rounding)
    }
}
