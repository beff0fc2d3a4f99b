//! Quotations, and the orders that they become.

use orm::prelude::*;

use super::{SaleOrderLine, invoicing};
use crate::account::amounts::{Line, document};
use crate::account::taxes::Rounding;
use crate::account::{AccountMove, AccountPaymentTerm};
use crate::arithmetic::sum;
use crate::base::{ResCompany, ResCurrency, ResPartner, ResUsers};
use crate::crm::{CrmTag, CrmTeam};
use crate::product::ProductPricelist;

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
    /// Sales Team
    pub team_id: Option<Many2one<CrmTeam>>,
    /// Tags
    #[field(relation = "sale_order_tag_rel", column = "order_id", target_column = "tag_id")]
    pub tag_ids: Many2many<CrmTag>,
    /// Company
    #[field(on_delete = restrict, default = company)]
    pub company_id: Many2one<ResCompany>,
    /// Pricelist
    #[field(on_delete = restrict)]
    pub pricelist_id: Option<Many2one<ProductPricelist>>,
    /// Payment Terms
    pub payment_term_id: Option<Many2one<AccountPaymentTerm>>,
    /// Currency
    ///
    /// Amounts are rounded to it; to two digits where it is empty.
    #[field(on_delete = restrict)]
    pub currency_id: Option<Many2one<ResCurrency>>,
    /// Currency Rate
    ///
    /// How many units of the order's currency one unit of the company's currency was worth on the order's date.
    #[field(digits = (18, 10), default = 1.0, readonly, copy = false)]
    pub currency_rate: Decimal,
    /// Order Lines
    #[field(inverse = order_id, copy = true)]
    pub order_line: One2many<SaleOrderLine>,
    /// Untaxed Amount
    #[field(compute, store, depends(order_line.price_subtotal), currency = currency_id)]
    pub amount_untaxed: Monetary,
    /// Taxes
    ///
    /// The sum of the lines; rounded once where the company rounds globally.
    #[field(
        compute,
        store,
        depends(
            order_line.price_tax,
            order_line.product_uom_qty,
            order_line.price_unit,
            order_line.discount,
            order_line.tax_id.amount,
            order_line.tax_id.children_tax_ids.amount,
            currency_id.rounding,
            company_id.tax_calculation_rounding_method,
        ),
        currency = currency_id
    )]
    pub amount_tax: Monetary,
    /// Total
    #[field(compute, store, depends(amount_untaxed, amount_tax), currency = currency_id)]
    pub amount_total: Monetary,
    /// Invoices
    #[field(
        relation = "sale_order_invoice_rel",
        column = "order_id",
        target_column = "move_id",
        readonly,
        copy = false
    )]
    pub invoice_ids: Many2many<AccountMove>,
    /// Invoice Status
    #[field(compute, store, depends(state, order_line.invoice_status, order_line.display_type, order_line.is_downpayment))]
    pub invoice_status: Option<SaleOrderInvoiceStatus>,
    /// Terms and conditions
    pub note: Option<Html>,
    /// Security Token
    ///
    /// Opens the order to whoever has it.
    #[field(secret, copy = false)]
    pub access_token: Option<String>,
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
        sum(self.order_line.iter().map(|line| line.price_subtotal))
    }

    fn amount_tax(&self) -> Monetary {
        let rounding = self.rounding();
        match rounding.globally {
            true => {
                let lines: Vec<Line> = self.order_line.iter().map(SaleOrderLine::line).collect();
                document(&lines, rounding).tax
            }
            false => sum(self.order_line.iter().map(|line| line.price_tax)),
        }
    }

    fn amount_total(&self) -> Monetary {
        self.amount_untaxed.saturating_add(self.amount_tax)
    }

    fn invoice_status(&self) -> Option<SaleOrderInvoiceStatus> {
        let lines = self.order_line.iter();
        let lines: Vec<SaleOrderInvoiceStatus> = lines
            .filter(|line| line.display_type.is_none() && !line.is_downpayment)
            .filter_map(|line| line.invoice_status)
            .collect();
        Some(invoicing::order_status(self.state, &lines))
    }
}

impl SaleOrder {
    /// How the order's amounts are rounded; currency and company must be loaded.
    pub fn rounding(&self) -> Rounding {
        Rounding {
            unit: ResCurrency::smallest(self.currency_id.as_deref()),
            globally: self.company_id.rounds_globally(),
        }
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

/// How far invoicing has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Selection)]
pub enum SaleOrderInvoiceStatus {
    /// Upselling Opportunity
    Upselling,
    /// Fully Invoiced
    Invoiced,
    /// To Invoice
    #[selection(value = "to invoice")]
    ToInvoice,
    /// Nothing to Invoice
    No,
}
