//! Quotations, and the orders that they become.
//!
//! What was agreed stays: a stored computed field of an order or a line depends (`depends`) only on the order and its
//! lines. Rates, prices and other data of other records are read (`loads`) when the document is written, and later
//! changes of them change no order.

use orm::prelude::*;

use super::{SaleOrderLine, defaults, invoicing, states};
use crate::account::amounts::{Line, document};
use crate::account::group as account;
use crate::account::taxes::Rounding;
use crate::account::{AccountMove, AccountPaymentTerm};
use crate::base::group as base;
use crate::base::{ResCompany, ResCurrency, ResPartner, ResPartnerType, ResUsers};
use crate::crm::group;
use crate::crm::{CrmTag, CrmTeam};
use crate::product::ProductPricelist;

/// Sales Order
///
/// A quotation until it is confirmed. Its amounts are computed from its lines. Prices, rates and other data of other
/// records are taken when the order is written; changing them later does not change the order.
#[model("sale.order", order = "date_order desc, id desc")]
#[api]
#[access(base::PORTAL: read; account::READONLY: read; account::BILLING: read, write; group::SALESMAN: read, create, write; group::MANAGER: all)]
#[rule(everyone: env.companies.contains(company_id))]
#[rule(base::PORTAL, read, write, delete: partner_id.child_of(env.user.commercial_partner_id))]
#[rule(group::SALESMAN: user_id == env.user || user_id.is_none())]
#[rule(group::ALL_DOCUMENTS: true)]
#[index(create_date)]
#[index(name)]
#[audit(
    state,
    partner_id,
    user_id,
    company_id,
    pricelist_id,
    payment_term_id,
    amount_untaxed,
    amount_tax,
    amount_total
)]
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
    #[field(index = "trigram", copy = false, default = sequence("sale.order", prefix = "S", padding = 5))]
    pub name: String,
    /// Customer Reference
    #[field(copy = false)]
    pub client_order_ref: Option<String>,
    /// Source Document
    pub origin: Option<String>,
    /// Payment Reference
    ///
    /// The reference by which the customer's payment is recognised.
    #[field(copy = false, label = "Payment Ref.")]
    pub reference: Option<String>,
    /// Status
    #[field(index, copy = false, default = SaleOrderState::Draft, readonly)]
    pub state: SaleOrderState,
    /// Order Date
    ///
    /// The date when a quotation was created, or an order confirmed.
    #[field(index, copy = false, default = now)]
    pub date_order: DateTime,
    /// Expiration
    #[field(copy = false)]
    pub validity_date: Option<Date>,
    /// Delivery Date
    ///
    /// The delivery date promised to the customer.
    #[field(copy = false)]
    pub commitment_date: Option<DateTime>,
    /// Customer
    #[field(on_delete = restrict, domain = company_id.is_none() || company_id == self.company_id)]
    pub partner_id: Many2one<ResPartner>,
    /// Invoice Address
    ///
    /// The customer's contact for invoices, unless given.
    #[field(
        on_delete = restrict,
        domain = company_id.is_none() || company_id == self.company_id,
        compute = invoice_addresses,
        batch,
        store,
        writable,
        depends(partner_id)
    )]
    pub partner_invoice_id: Option<Many2one<ResPartner>>,
    /// Delivery Address
    ///
    /// The customer's contact for deliveries, unless given.
    #[field(
        on_delete = restrict,
        domain = company_id.is_none() || company_id == self.company_id,
        compute = delivery_addresses,
        batch,
        store,
        writable,
        depends(partner_id)
    )]
    pub partner_shipping_id: Option<Many2one<ResPartner>>,
    /// Salesperson
    ///
    /// Unless given, the salesperson of the customer or its company, else the user who creates the order.
    #[field(
        compute = salespersons,
        batch,
        store,
        writable,
        loads(partner_id.user_id, partner_id.commercial_partner_id.user_id)
    )]
    pub user_id: Option<Many2one<ResUsers>>,
    /// Sales Team
    ///
    /// Unless given, the salesperson's team, else the customer's, the one that the salesperson leads, or the first one
    /// of the company.
    #[field(
        domain = company_id.is_none() || company_id == self.company_id,
        compute = teams,
        batch,
        store,
        writable,
        depends(user_id, partner_id),
        loads(user_id.sale_team_id, partner_id.team_id, company_id)
    )]
    pub team_id: Option<Many2one<CrmTeam>>,
    /// Tags
    #[field(relation = "sale_order_tag_rel", column = "order_id", target_column = "tag_id")]
    pub tag_ids: Many2many<CrmTag>,
    /// Company
    #[field(on_delete = restrict, default = company)]
    pub company_id: Many2one<ResCompany>,
    /// Pricelist
    ///
    /// Unless given, the customer's pricelist, else the first one of the company.
    #[field(
        on_delete = restrict,
        domain = company_id.is_none() || company_id == self.company_id,
        compute = pricelists,
        batch,
        store,
        writable,
        depends(partner_id, company_id),
        loads(partner_id.property_product_pricelist)
    )]
    pub pricelist_id: Option<Many2one<ProductPricelist>>,
    /// Payment Terms
    ///
    /// The customer's payment terms, unless given.
    #[field(
        domain = company_id.is_none() || company_id == self.company_id,
        compute,
        store,
        writable,
        depends(partner_id),
        loads(partner_id.property_payment_term_id)
    )]
    pub payment_term_id: Option<Many2one<AccountPaymentTerm>>,
    /// Currency
    ///
    /// The pricelist's currency, else the company's. Amounts are rounded to it, or to two decimal places if it is
    /// empty.
    #[field(
        on_delete = restrict,
        compute,
        store,
        depends(pricelist_id, company_id),
        loads(pricelist_id.currency_id, company_id.currency_id)
    )]
    pub currency_id: Option<Many2one<ResCurrency>>,
    /// Currency Rate
    ///
    /// How many units of the order's currency one unit of the company's currency was worth on the order's date.
    #[field(
        digits = (12, 6),
        compute = currency_rates,
        batch,
        store,
        depends(currency_id, date_order, company_id),
        loads(company_id.currency_id)
    )]
    pub currency_rate: Decimal,
    /// Order Lines
    #[field(inverse = order_id, copy = true)]
    pub order_line: One2many<SaleOrderLine>,
    /// Untaxed Amount
    #[field(compute, store, depends(order_line.price_subtotal), currency = currency_id)]
    pub amount_untaxed: Monetary,
    /// Taxes
    ///
    /// The sum of the taxes of the lines. If the company rounds globally, it is rounded only once, except for lines
    /// whose taxes have changed since the lines were written: these keep their amount.
    #[field(
        compute,
        store,
        depends(
            order_line.price_tax,
            order_line.product_uom_qty,
            order_line.price_unit,
            order_line.discount,
            order_line.tax_id,
            currency_id,
            company_id,
        ),
        loads(order_line.tax_id.children_tax_ids),
        currency = currency_id
    )]
    pub amount_tax: Monetary,
    /// Total
    #[field(compute, store, depends(amount_untaxed, amount_tax), currency = currency_id)]
    pub amount_total: Monetary,
    /// Amount Before Discount
    #[field(
        compute,
        depends(order_line.price_subtotal, order_line.price_unit, order_line.product_uom_qty, order_line.discount),
        currency = currency_id
    )]
    pub amount_undiscounted: Monetary,
    /// Is expired
    ///
    /// The quotation was sent, but not confirmed before its expiration date had passed.
    #[field(compute, batch, depends(state, validity_date))]
    pub is_expired: bool,
    /// Type Name
    #[field(compute, depends(state))]
    pub type_name: String,
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
    /// Meant to give access to the order to anyone who has the token. It can be set, but is never returned.
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
    fn invoice_addresses(orders: &[Self], env: &mut Env<'_>) -> Result<Vec<Option<i64>>> {
        defaults::addresses(orders, env, ResPartnerType::Invoice)
    }

    fn delivery_addresses(orders: &[Self], env: &mut Env<'_>) -> Result<Vec<Option<i64>>> {
        defaults::addresses(orders, env, ResPartnerType::Delivery)
    }

    fn salespersons(orders: &[Self], env: &mut Env<'_>) -> Result<Vec<Option<i64>>> {
        let salesperson = |order: &Self| {
            let (partner, company) = (&order.partner_id, order.partner_id.commercial_partner_id.as_deref());
            let theirs = partner.user_id.as_ref().or_else(|| company?.user_id.as_ref());
            Some(theirs.map_or(env.user, Many2one::id))
        };
        Ok(orders.iter().map(salesperson).collect())
    }

    fn teams(orders: &[Self], env: &mut Env<'_>) -> Result<Vec<Option<i64>>> {
        defaults::teams(orders, env)
    }

    fn pricelists(orders: &[Self], env: &mut Env<'_>) -> Result<Vec<Option<i64>>> {
        defaults::pricelists(orders, env)
    }

    fn payment_term_id(&self) -> Option<i64> {
        let theirs = self.partner_id.property_payment_term_id.as_deref()?;
        defaults::is_for(self, theirs.company_id.as_ref()).then_some(theirs.id)
    }

    fn currency_id(&self) -> Option<i64> {
        let listed = self.pricelist_id.as_ref().and_then(|list| list.currency_id.as_ref());
        listed.or(self.company_id.currency_id.as_ref()).map(Many2one::id)
    }

    fn currency_rates(orders: &[Self], env: &mut Env<'_>) -> Result<Vec<Decimal>> {
        defaults::currency_rates(orders, env)
    }

    fn amount_untaxed(&self) -> Monetary {
        sum(self.order_line.iter().map(|line| line.price_subtotal))
    }

    fn amount_tax(&self) -> Monetary {
        let rounding = self.rounding();
        match rounding.globally {
            true => {
                let (lines, agreed): (Vec<_>, Vec<_>) =
                    (self.order_line.iter().map(|line| (line.price_tax, line.line())))
                        .partition(|(price_tax, line)| line.amounts(rounding).tax == *price_tax);
                let lines: Vec<Line> = lines.into_iter().map(|(_, line)| line).collect();
                let agreed = sum(agreed.into_iter().map(|(price_tax, _)| price_tax));
                document(&lines, rounding).tax.saturating_add(agreed)
            }
            false => sum(self.order_line.iter().map(|line| line.price_tax)),
        }
    }

    fn amount_total(&self) -> Monetary {
        self.amount_untaxed.saturating_add(self.amount_tax)
    }

    fn amount_undiscounted(&self) -> Monetary {
        sum(self.order_line.iter().map(SaleOrderLine::undiscounted))
    }

    fn is_expired(orders: &[Self], env: &mut Env<'_>) -> Result<Vec<bool>> {
        let today = env.now.date();
        let late = |order: &Self| order.validity_date.is_some_and(|last| last < today);
        Ok((orders.iter())
            .map(|order| order.state == SaleOrderState::Sent && late(order))
            .collect())
    }

    fn type_name(&self) -> String {
        match self.state.is_confirmed() {
            true => "Sales Order".to_owned(),
            false => "Quotation".to_owned(),
        }
    }

    fn invoice_status(&self) -> Option<SaleOrderInvoiceStatus> {
        let lines = self.order_line.iter();
        let lines: Vec<SaleOrderInvoiceStatus> = lines
            .filter(|line| line.display_type.is_none() && !line.is_downpayment)
            .filter_map(|line| line.invoice_status)
            .collect();
        Some(invoicing::order_status(self.state, &lines))
    }

    /// Orders that were sent or confirmed must be cancelled before they can be deleted.
    #[ondelete(state)]
    fn only_drafts_and_cancelled_ones(&self) -> Check {
        match self.state {
            SaleOrderState::Draft | SaleOrderState::Cancel => Ok(()),
            _ => Err("it is sent or confirmed: cancel it first".to_owned()),
        }
    }

    /// Mark the quotations as sent.
    #[action]
    fn action_quotation_sent(orders: &Records<Self>, env: &mut Env<'_>) -> Result<bool> {
        states::send(orders, env)
    }

    /// Confirm the quotations: they become orders.
    #[action]
    fn action_confirm(orders: &Records<Self>, env: &mut Env<'_>) -> Result<bool> {
        states::confirm(orders, env)
    }

    /// Cancel the quotations or orders, unless they are locked.
    #[action]
    fn action_cancel(orders: &Records<Self>, env: &mut Env<'_>) -> Result<bool> {
        states::cancel(orders, env)
    }

    /// Make sent or cancelled orders quotations again; others stay as they are.
    #[action]
    fn action_draft(orders: &Records<Self>, env: &mut Env<'_>) -> Result<bool> {
        states::back_to_draft(orders, env)
    }

    /// Lock confirmed orders.
    #[action]
    fn action_done(orders: &Records<Self>, env: &mut Env<'_>) -> Result<bool> {
        states::lock(orders, env)
    }

    /// Unlock locked orders.
    #[action]
    fn action_unlock(orders: &Records<Self>, env: &mut Env<'_>) -> Result<bool> {
        states::unlock(orders, env)
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

/// The state of a quotation or an order.
#[derive(Selection)]
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

/// The invoice status of an order or a line.
#[derive(Selection)]
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
