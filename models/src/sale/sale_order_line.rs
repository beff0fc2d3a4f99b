//! The lines of an order: what is sold, how much of it, at which price.

use orm::field::round;
use orm::prelude::*;

use super::SaleOrder;
use crate::account::AccountTax;
use crate::account::amounts::{self, LineAmounts};
use crate::base::ResCurrency;
use crate::product::ProductProduct;
use crate::uom::UomUom;

/// Sales Order Line
///
/// Sections and notes are lines without a product.
#[model("sale.order.line", order = "order_id, sequence, id")]
#[api]
#[display_name("{order_id.name} - ", "{name}")]
pub struct SaleOrderLine {
    /// Order Reference
    #[field(on_delete = cascade, copy = false)]
    pub order_id: Many2one<SaleOrder>,
    /// Sequence
    #[field(default = 10)]
    pub sequence: i32,
    /// Display Type
    ///
    /// What the line is where it is no product.
    pub display_type: Option<SaleOrderLineDisplayType>,
    /// Product
    #[field(on_delete = restrict)]
    pub product_id: Option<Many2one<ProductProduct>>,
    /// Description
    pub name: Text,
    /// Quantity
    #[field(digits = (16, 2), default = 1.0)]
    pub product_uom_qty: Decimal,
    /// Unit of Measure
    #[field(on_delete = restrict)]
    pub product_uom: Option<Many2one<UomUom>>,
    /// Unit Price
    #[field(digits = (16, 2), default = 0.0)]
    pub price_unit: Decimal,
    /// Discount (%)
    #[field(digits = (16, 2), default = 0.0)]
    pub discount: Decimal,
    /// Taxes
    #[field(
        relation = "account_tax_sale_order_line_rel",
        column = "sale_order_line_id",
        target_column = "account_tax_id"
    )]
    pub tax_id: Many2many<AccountTax>,
    /// Currency
    #[field(compute, store, depends(order_id.currency_id))]
    pub currency_id: Option<Many2one<ResCurrency>>,
    /// Subtotal
    ///
    /// Without taxes.
    #[field(
        compute,
        store,
        depends(
            product_uom_qty,
            price_unit,
            discount,
            order_id.currency_id.decimal_places,
        ),
        currency = currency_id
    )]
    pub price_subtotal: Monetary,
    /// Total Tax
    #[field(
        compute,
        store,
        depends(
            product_uom_qty,
            price_unit,
            discount,
            tax_id.amount,
            tax_id.amount_type,
            tax_id.price_include,
            order_id.currency_id.decimal_places,
        ),
        currency = currency_id
    )]
    pub price_tax: Monetary,
    /// Total
    ///
    /// With taxes.
    #[field(
        compute,
        store,
        depends(
            product_uom_qty,
            price_unit,
            discount,
            tax_id.amount,
            tax_id.amount_type,
            tax_id.price_include,
            order_id.currency_id.decimal_places,
        ),
        currency = currency_id
    )]
    pub price_total: Monetary,
    /// Price Reduce
    ///
    /// The unit price less the discount.
    #[field(compute, store, digits = (16, 2), depends(price_unit, discount))]
    pub price_reduce: Decimal,
    /// Price Reduce Tax excl
    ///
    /// What one unit comes to without taxes.
    #[field(
        compute,
        store,
        depends(
            product_uom_qty,
            price_unit,
            discount,
            order_id.currency_id.decimal_places,
        ),
        currency = currency_id
    )]
    pub price_reduce_taxexcl: Monetary,
    /// Price Reduce Tax incl
    ///
    /// What one unit comes to with taxes.
    #[field(
        compute,
        store,
        depends(
            product_uom_qty,
            price_unit,
            discount,
            tax_id.amount,
            tax_id.amount_type,
            tax_id.price_include,
            order_id.currency_id.decimal_places,
        ),
        currency = currency_id
    )]
    pub price_reduce_taxinc: Monetary,
    /// Delivery Quantity
    #[field(digits = (16, 2), default = 0.0, copy = false)]
    pub qty_delivered: Decimal,
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
    fn currency_id(&self) -> Option<i64> {
        self.order_id.currency_id.as_ref().map(Many2one::id)
    }

    fn price_subtotal(&self) -> Monetary {
        self.amounts(&[]).subtotal
    }

    fn price_tax(&self) -> Monetary {
        self.amounts(&self.tax_id).tax
    }

    fn price_total(&self) -> Monetary {
        self.amounts(&self.tax_id).total
    }

    fn price_reduce(&self) -> Decimal {
        round(self.price(), 2)
    }

    fn price_reduce_taxexcl(&self) -> Monetary {
        amounts::per_unit(self.amounts(&[]).subtotal, self.product_uom_qty, self.digits())
    }

    fn price_reduce_taxinc(&self) -> Monetary {
        amounts::per_unit(self.amounts(&self.tax_id).total, self.product_uom_qty, self.digits())
    }
}

impl SaleOrderLine {
    /// The unit price less the discount.
    fn price(&self) -> Decimal {
        amounts::discounted(self.price_unit, self.discount)
    }

    /// Digits of the order's currency.
    fn digits(&self) -> u8 {
        ResCurrency::digits(self.order_id.currency_id.as_deref())
    }

    /// What the line comes to with `taxes`.
    fn amounts(&self, taxes: &[AccountTax]) -> LineAmounts {
        amounts::line_amounts(
            self.product_uom_qty,
            self.price(),
            amounts::percent_rates(taxes),
            self.digits(),
        )
    }
}

/// Lines that are no products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Selection)]
pub enum SaleOrderLineDisplayType {
    /// Section
    #[selection(value = "line_section")]
    Section,
    /// Note
    #[selection(value = "line_note")]
    Note,
}
