//! The lines of an order: what is sold, how much of it, at which price.

use orm::prelude::*;

use super::invoicing::Progress;
use super::{ProductSales, SaleOrder, SaleOrderInvoiceStatus, SaleOrderState};
use crate::account::AccountTax;
use crate::account::amounts::{self, Line};
use crate::account::group as account;
use crate::base::group as base;
use crate::base::{ResCompany, ResCurrency, ResPartner, ResUsers};
use crate::crm::group;
use crate::product::prices::{self, Demand, Quote};
use crate::product::{ProductPricelistDiscountPolicy, ProductTemplateAttributeValue};
use crate::uom::UomUom;

/// Sales Order Line
///
/// Sections and notes are lines without a product.
#[model("sale.order.line", order = "order_id, sequence, id")]
#[api]
#[access(base::PORTAL: read; account::READONLY: read; account::BILLING: read, write; group::SALESMAN: all)]
#[rule(everyone: company_id.is_none() || env.companies.contains(company_id))]
#[rule(base::PORTAL: order_id.partner_id.child_of(env.user.commercial_partner_id))]
#[rule(group::SALESMAN: order_id.user_id == env.user || order_id.user_id.is_none())]
#[rule(group::ALL_DOCUMENTS: true)]
#[index(create_date)]
#[display_name("{order_id.name} - ", "{name}")]
#[check(
    display_type.is_some() || product_id.is_some() && product_uom.is_some(),
    message = "a line that is no section or note has a product and a unit"
)]
#[check(
    display_type.is_none()
        || product_id.is_none() && product_uom.is_none() && price_unit == 0 && product_uom_qty == 0 && customer_lead == 0.0,
    message = "a section or note has no product, unit, price, quantity or lead time"
)]
pub struct SaleOrderLine {
    /// Order Reference
    #[field(on_delete = cascade, copy = false)]
    pub order_id: Many2one<SaleOrder>,
    /// Sequence
    #[field(default = 10)]
    pub sequence: i32,
    /// Display Type
    ///
    /// Section or note; empty for a line with a product.
    pub display_type: Option<SaleOrderLineDisplayType>,
    /// Product
    #[field(on_delete = restrict)]
    pub product_id: Option<Many2one<ProductSales>>,
    /// Description
    ///
    /// The product's name and sales description, unless given.
    #[field(
        compute = descriptions,
        batch,
        store,
        writable,
        depends(product_id),
        resets(product_id),
        loads(product_id.product_tmpl_id)
    )]
    pub name: Text,
    /// Quantity
    ///
    /// Unless given, 1; for sections and notes 0.
    #[field(digits = (16, 2), compute, store, writable, depends(display_type))]
    pub product_uom_qty: Decimal,
    /// Unit of Measure
    ///
    /// The product's unit of measure, unless given.
    #[field(
        on_delete = restrict,
        compute,
        store,
        writable,
        depends(product_id),
        resets(product_id),
        loads(product_id.product_tmpl_id)
    )]
    pub product_uom: Option<Many2one<UomUom>>,
    /// Unit Price
    ///
    /// The price on the order's pricelist for product, quantity and unit, unless given.
    #[field(
        digits = (16, 2),
        compute = prices,
        batch,
        store,
        writable,
        depends(product_id, product_uom, product_uom_qty),
        resets(product_id),
        loads(
            product_id.product_tmpl_id.uom_id,
            product_id.product_tmpl_id.categ_id,
            product_id.product_template_attribute_value_ids,
            order_id.company_id,
            order_id.pricelist_id,
            order_id.date_order,
        )
    )]
    pub price_unit: Decimal,
    /// Discount (%)
    ///
    /// The discount on the order's pricelist if the pricelist shows discounts, unless given.
    #[field(
        digits = (16, 2),
        compute = discounts,
        batch,
        store,
        writable,
        depends(product_id, product_uom, product_uom_qty),
        loads(
            product_id.product_tmpl_id.uom_id,
            product_id.product_tmpl_id.categ_id,
            product_id.product_template_attribute_value_ids,
            order_id.company_id,
            order_id.pricelist_id,
            order_id.date_order,
        )
    )]
    pub discount: Decimal,
    /// Taxes
    ///
    /// The product's taxes that belong to the order's company, unless given.
    #[field(
        compute,
        store,
        writable,
        depends(product_id),
        resets(product_id),
        loads(product_id.product_tmpl_id.taxes_id, order_id.company_id),
        domain = company_id == self.company_id,
        relation = "account_tax_sale_order_line_rel",
        column = "sale_order_line_id",
        target_column = "account_tax_id"
    )]
    pub tax_id: Many2many<AccountTax>,
    /// Company
    #[field(index, compute, store, depends(order_id.company_id))]
    pub company_id: Option<Many2one<ResCompany>>,
    /// Customer
    #[field(index, compute, store, depends(order_id.partner_id))]
    pub order_partner_id: Option<Many2one<ResPartner>>,
    /// Salesperson
    #[field(compute, store, depends(order_id.user_id))]
    pub salesman_id: Option<Many2one<ResUsers>>,
    /// Order Status
    #[field(compute, store, depends(order_id.state))]
    pub state: Option<SaleOrderState>,
    /// Extra Values
    ///
    /// Values of attributes that create no variants.
    #[field(
        relation = "product_template_attribute_value_sale_order_line_rel",
        column = "sale_order_line_id",
        target_column = "product_template_attribute_value_id"
    )]
    pub product_no_variant_attribute_value_ids: Many2many<ProductTemplateAttributeValue>,
    /// Currency
    #[field(compute, store, depends(order_id.currency_id))]
    pub currency_id: Option<Many2one<ResCurrency>>,
    /// Subtotal
    ///
    /// The amount of the line without taxes.
    #[field(
        compute,
        store,
        depends(product_uom_qty, price_unit, discount, tax_id, order_id.currency_id, order_id.company_id),
        loads(tax_id.children_tax_ids),
        currency = currency_id
    )]
    pub price_subtotal: Monetary,
    /// Total Tax
    #[field(
        compute,
        store,
        depends(product_uom_qty, price_unit, discount, tax_id, order_id.currency_id, order_id.company_id),
        loads(tax_id.children_tax_ids),
        currency = currency_id
    )]
    pub price_tax: Monetary,
    /// Total
    ///
    /// The amount of the line with taxes.
    #[field(compute, store, depends(price_subtotal, price_tax), currency = currency_id)]
    pub price_total: Monetary,
    /// Price Reduce
    ///
    /// The unit price less the discount.
    #[field(compute, store, digits = (16, 2), depends(price_unit, discount))]
    pub price_reduce: Decimal,
    /// Price Reduce Tax excl
    ///
    /// The price of one unit after the discount, without taxes.
    #[field(
        compute,
        store,
        depends(price_subtotal, product_uom_qty, order_id.currency_id),
        currency = currency_id
    )]
    pub price_reduce_taxexcl: Monetary,
    /// Price Reduce Tax incl
    ///
    /// The price of one unit after the discount, with taxes.
    #[field(
        compute,
        store,
        depends(price_total, product_uom_qty, order_id.currency_id),
        currency = currency_id
    )]
    pub price_reduce_taxinc: Monetary,
    /// Packaging Quantity
    #[field(default = 0.0)]
    pub product_packaging_qty: f64,
    /// Method to update delivered qty
    #[field(compute, store, depends(is_expense))]
    pub qty_delivered_method: Option<SaleOrderLineQtyDeliveredMethod>,
    /// Delivery Quantity
    #[field(digits = (16, 2), default = 0.0, copy = false)]
    pub qty_delivered: Decimal,
    /// Invoiced Quantity
    #[field(digits = (16, 2), default = 0.0, readonly, copy = false)]
    pub qty_invoiced: Decimal,
    /// Quantity To Invoice
    #[field(
        compute,
        store,
        digits = (16, 2),
        depends(
            qty_invoiced,
            qty_delivered,
            product_uom_qty,
            display_type,
            order_id.state,
            product_id,
        ),
        loads(product_id.product_tmpl_id)
    )]
    pub qty_to_invoice: Decimal,
    /// Untaxed Invoiced Amount
    #[field(default = 0.0, readonly, copy = false, currency = currency_id)]
    pub untaxed_amount_invoiced: Monetary,
    /// Untaxed Amount To Invoice
    #[field(
        compute,
        store,
        depends(
            price_subtotal,
            product_uom_qty,
            qty_delivered,
            untaxed_amount_invoiced,
            order_id.state,
            product_id,
        ),
        loads(product_id.product_tmpl_id, tax_id.children_tax_ids, order_id.currency_id, order_id.company_id),
        currency = currency_id
    )]
    pub untaxed_amount_to_invoice: Monetary,
    /// Invoice Status
    #[field(
        compute,
        store,
        depends(
            qty_invoiced,
            qty_delivered,
            product_uom_qty,
            is_downpayment,
            untaxed_amount_to_invoice,
            order_id.state,
            product_id,
        ),
        loads(product_id.product_tmpl_id)
    )]
    pub invoice_status: Option<SaleOrderInvoiceStatus>,
    /// Lead Time
    ///
    /// Days from the order's confirmation to its delivery.
    #[field(default = 0.0)]
    pub customer_lead: f64,
    /// Is expense
    pub is_expense: bool,
    /// Is a down payment
    pub is_downpayment: bool,
    /// Analytic
    ///
    /// Shares in per cent, by analytic account.
    pub analytic_distribution: Option<Json>,
}

#[methods]
impl SaleOrderLine {
    fn descriptions(lines: &[Self], env: &mut Env<'_>) -> Result<Vec<Option<Text>>> {
        let products = lines
            .iter()
            .filter_map(|line| line.product_id.as_ref().map(Many2one::id));
        let names = Records::<ProductSales>::new(products.collect::<Vec<i64>>()).display_names(env)?;
        let description = |line: &Self| {
            let product = line.product_id.as_deref()?;
            let name = names.get(&product.id)?;
            Some(match &product.product_tmpl_id.description_sale {
                Some(more) => format!("{name}\n{more}"),
                None => name.clone(),
            })
        };
        Ok(lines.iter().map(description).collect())
    }

    fn product_uom_qty(&self) -> Decimal {
        match self.display_type {
            Some(_) => Decimal::ZERO,
            None => Decimal::ONE,
        }
    }

    fn product_uom(&self) -> Option<i64> {
        let template = &self.product_id.as_deref()?.product_tmpl_id;
        template.uom_id.as_ref().map(Many2one::id)
    }

    fn prices(lines: &[Self], env: &mut Env<'_>) -> Result<Vec<Decimal>> {
        let quotes = Self::quotes(lines, env)?.into_iter();
        Ok(quotes.map(|quote| quote.price).collect())
    }

    fn discounts(lines: &[Self], env: &mut Env<'_>) -> Result<Vec<Decimal>> {
        let shows = |line: &Self| {
            let list = line.order_id.pricelist_id.as_deref();
            list.is_some_and(|list| list.discount_policy == ProductPricelistDiscountPolicy::WithoutDiscount)
        };
        if !lines.iter().any(shows) {
            return Ok(vec![Decimal::ZERO; lines.len()]);
        }
        let quotes = Self::quotes(lines, env)?.into_iter();
        Ok(quotes.map(|quote| quote.discount).collect())
    }

    fn tax_id(&self) -> Vec<i64> {
        let product = self.product_id.as_deref();
        let taxes = product.iter().flat_map(|product| &*product.product_tmpl_id.taxes_id);
        let company = self.order_id.company_id.id();
        taxes
            .filter(|tax| tax.company_id.id() == company)
            .map(|tax| tax.id)
            .collect()
    }

    fn currency_id(&self) -> Option<i64> {
        self.order_id.currency_id.as_ref().map(Many2one::id)
    }

    fn company_id(&self) -> Option<i64> {
        Some(self.order_id.company_id.id())
    }

    fn order_partner_id(&self) -> Option<i64> {
        Some(self.order_id.partner_id.id())
    }

    fn salesman_id(&self) -> Option<i64> {
        self.order_id.user_id.as_ref().map(Many2one::id)
    }

    fn state(&self) -> Option<SaleOrderState> {
        Some(self.order_id.state)
    }

    fn price_subtotal(&self) -> Monetary {
        self.line().amounts(self.order_id.rounding()).untaxed
    }

    fn price_tax(&self) -> Monetary {
        self.line().amounts(self.order_id.rounding()).tax
    }

    fn price_total(&self) -> Monetary {
        self.price_subtotal.saturating_add(self.price_tax)
    }

    fn price_reduce(&self) -> Decimal {
        round(amounts::discounted(self.price_unit, self.discount), 2)
    }

    fn price_reduce_taxexcl(&self) -> Monetary {
        self.per_unit(self.price_subtotal)
    }

    fn price_reduce_taxinc(&self) -> Monetary {
        self.per_unit(self.price_total)
    }

    fn qty_delivered_method(&self) -> Option<SaleOrderLineQtyDeliveredMethod> {
        Some(match self.is_expense {
            true => SaleOrderLineQtyDeliveredMethod::Analytic,
            false => SaleOrderLineQtyDeliveredMethod::Manual,
        })
    }

    fn qty_to_invoice(&self) -> Decimal {
        match self.display_type {
            Some(_) => Decimal::ZERO,
            None => self.progress().to_invoice(),
        }
    }

    fn untaxed_amount_to_invoice(&self) -> Monetary {
        let progress = self.progress();
        if !progress.state.is_confirmed() {
            return Decimal::ZERO;
        }
        let due = match progress.due() {
            all if all == self.product_uom_qty => self.price_subtotal,
            quantity => {
                (Line {
                    quantity,
                    ..self.line()
                })
                .amounts(self.order_id.rounding())
                .untaxed
            }
        };
        due.saturating_sub(self.untaxed_amount_invoiced)
    }

    /// Lines of a confirmed order cannot be deleted, so that what was agreed stays visible. Down payments are not part
    /// of that.
    #[ondelete(order_id.state)]
    fn none_once_confirmed(&self) -> Check {
        match self.order_id.state.is_confirmed() && !self.is_downpayment {
            true => Err("the order is confirmed: set the quantity to 0 instead".to_owned()),
            false => Ok(()),
        }
    }

    /// What was agreed on a locked order cannot be changed.
    #[constrains(
        product_id, name, product_uom_qty, product_uom, price_unit, tax_id,
        loads(order_id.state),
        only = update
    )]
    fn none_of_a_locked_order(&self) -> Check {
        match self.order_id.state {
            SaleOrderState::Done => Err("the order is locked: unlock it first (action_unlock)".to_owned()),
            _ => Ok(()),
        }
    }

    fn invoice_status(&self) -> Option<SaleOrderInvoiceStatus> {
        Some(self.progress().status(self.untaxed_amount_to_invoice))
    }
}

impl SaleOrderLine {
    /// The price and discount of each line; [`Quote::NOTHING`] for lines without a product.
    fn quotes(lines: &[Self], env: &mut Env<'_>) -> Result<Vec<Quote>> {
        let demands: Vec<Option<Demand<'_>>> = lines.iter().map(Self::demand).collect();
        let asked: Vec<Demand<'_>> = demands.iter().flatten().copied().collect();
        let mut quotes = prices::quotes(env, &asked)?.into_iter();
        let quote = |demand: &Option<Demand<'_>>| demand.and_then(|_| quotes.next()).unwrap_or(Quote::NOTHING);
        Ok(demands.iter().map(quote).collect())
    }

    fn demand(&self) -> Option<Demand<'_>> {
        let order = &*self.order_id;
        Some(Demand {
            product: self.product_id.as_deref()?,
            pricelist: order.pricelist_id.as_ref().map(Many2one::id),
            quantity: match self.product_uom_qty.is_zero() {
                true => Decimal::ONE,
                false => self.product_uom_qty,
            },
            unit: self.product_uom.as_deref(),
            time: order.date_order,
            company: order.company_id.id(),
            currency: order.company_id.currency_id.as_ref().map(Many2one::id),
        })
    }

    /// The line in the form that amounts are computed from; the taxes, and the children of tax groups, must be loaded.
    pub fn line(&self) -> Line {
        Line {
            quantity: self.product_uom_qty,
            price: self.price_unit,
            discount: self.discount,
            taxes: AccountTax::for_amounts(&self.tax_id),
        }
    }

    /// What the line would come to without its discount.
    pub fn undiscounted(&self) -> Monetary {
        match Decimal::ONE_HUNDRED.saturating_sub(self.discount) {
            rest if rest.is_zero() => self.price_unit.saturating_mul(self.product_uom_qty),
            rest => divide(self.price_subtotal.saturating_mul(Decimal::ONE_HUNDRED), rest),
        }
    }

    /// The line in the form that invoicing is computed from; order and product must be loaded.
    fn progress(&self) -> Progress {
        let product = self.product_id.as_deref();
        Progress {
            state: self.order_id.state,
            policy: product.and_then(|product| product.product_tmpl_id.invoice_policy),
            ordered: self.product_uom_qty,
            delivered: self.qty_delivered,
            invoiced: self.qty_invoiced,
            down_payment: self.is_downpayment,
        }
    }

    /// `amount` divided by the quantity, rounded to the order's currency.
    fn per_unit(&self, amount: Monetary) -> Monetary {
        let unit = ResCurrency::smallest(self.order_id.currency_id.as_deref());
        amounts::per_unit(amount, self.product_uom_qty, unit)
    }
}

/// What a line without a product is.
#[derive(Selection)]
pub enum SaleOrderLineDisplayType {
    /// Section
    #[selection(value = "line_section")]
    Section,
    /// Note
    #[selection(value = "line_note")]
    Note,
}

/// How the delivered quantity of a line is determined.
#[derive(Selection)]
pub enum SaleOrderLineQtyDeliveredMethod {
    /// Manual
    Manual,
    /// Analytic From Expenses
    Analytic,
}
