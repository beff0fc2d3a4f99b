//! When an invoice is due.

use orm::prelude::*;

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
    /// Display terms on invoice
    #[field(default = true)]
    pub display_on_invoice: bool,
    /// Company
    pub company_id: Option<Many2one<ResCompany>>,
    /// Sequence
    #[field(default = 10)]
    pub sequence: i32,
}
