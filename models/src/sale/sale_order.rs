//! Quotations, and the orders that they become.

use orm::prelude::*;

use super::SaleOrderLine;
use crate::account::AccountPaymentTerm;
use crate::base::{ResCompany, ResCurrency, ResPartner, ResUsers};

/// Sales Order
///
/// A quotation until it is confirmed. Its amounts follow from its lines.
#[model("sale.order", order = "date_order desc, id desc")]
#[api]
#[read(
    id,
    name,
    date_order,
    create_date,
    amount_tax,
    amount_total,
    state,
    partner_id(id, name, city),
    user_id(id, name),
    payment_term_id(id, name),
    order_line(
        id,
        product_id(id, name, type, barcode, categ_id(id, name), attribute_line_ids(id, display_name)),
        name,
        product_uom_qty,
        price_unit,
        tax_id(id, name),
        price_subtotal,
    )
)]
pub struct SaleOrder {
    /// Order Reference
    #[field(index, copy = false, default = sequence("sale.order", prefix = "S", padding = 5))]
    pub name: String,
    /// Customer Reference
    #[field(copy = false)]
    pub client_order_ref: Option<String>,
    /// Source Document
    pub origin: Option<String>,
    /// Payment Reference
    ///
    /// What the customer's payment is recognised by.
    #[field(copy = false, label = "Payment Ref.")]
    pub reference: Option<String>,
    /// Status
    #[field(index, copy = false, default = SaleOrderState::Draft, readonly)]
    pub state: SaleOrderState,
    /// Order Date
    ///
    /// Of a quotation when it was made, of an order when it was confirmed.
    #[field(index, copy = false, default = now)]
    pub date_order: DateTime,
    /// Expiration
    #[field(copy = false)]
    pub validity_date: Option<Date>,
    /// Delivery Date
    ///
    /// Promised to the customer.
    #[field(copy = false)]
    pub commitment_date: Option<DateTime>,
    /// Customer
    #[field(on_delete = restrict)]
    pub partner_id: Many2one<ResPartner>,
    /// Invoice Address
    #[field(on_delete = restrict)]
    pub partner_invoice_id: Option<Many2one<ResPartner>>,
    /// Delivery Address
    #[field(on_delete = restrict)]
    pub partner_shipping_id: Option<Many2one<ResPartner>>,
    /// Salesperson
    #[field(default = user)]
    pub user_id: Option<Many2one<ResUsers>>,
    /// Company
    #[field(on_delete = restrict, default = company)]
    pub company_id: Many2one<ResCompany>,
    /// Payment Terms
    pub payment_term_id: Option<Many2one<AccountPaymentTerm>>,
    /// Currency
    ///
    /// Amounts are rounded to it; to two digits where it is empty.
    #[field(on_delete = restrict)]
    pub currency_id: Option<Many2one<ResCurrency>>,
    /// Order Lines
    #[field(inverse = order_id, copy = true)]
    pub order_line: One2many<SaleOrderLine>,
    /// Untaxed Amount
    #[field(compute, store, depends(order_line.price_subtotal), currency = currency_id)]
    pub amount_untaxed: Monetary,
    /// Taxes
    #[field(compute, store, depends(order_line.price_tax), currency = currency_id)]
    pub amount_tax: Monetary,
    /// Total
    #[field(compute, store, depends(order_line.price_total), currency = currency_id)]
    pub amount_total: Monetary,
    /// Terms and conditions
    pub note: Option<Html>,
    /// Online Signature
    ///
    /// The customer may confirm the order by signing.
    #[field(default = true)]
    pub require_signature: bool,
    /// Online Payment
    ///
    /// The customer may confirm the order by paying.
    #[field(default = true)]
    pub require_payment: bool,
    /// Signature
    #[field(copy = false)]
    pub signature: Option<Binary>,
    /// Signed By
    #[field(copy = false)]
    pub signed_by: Option<String>,
    /// Signed On
    #[field(copy = false)]
    pub signed_on: Option<DateTime>,
}

#[methods]
impl SaleOrder {
    fn amount_untaxed(&self) -> Monetary {
        self.order_line.iter().map(|line| line.price_subtotal).sum()
    }

    fn amount_tax(&self) -> Monetary {
        self.order_line.iter().map(|line| line.price_tax).sum()
    }

    fn amount_total(&self) -> Monetary {
        self.order_line.iter().map(|line| line.price_total).sum()
    }
}

/// How far an order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Selection)]
pub enum SaleOrderState {
    /// Quotation
    Draft,
    /// Quotation Sent
    Sent,
    /// Sales Order
    Sale,
    /// Locked
    Done,
    /// Cancelled
    Cancel,
}
