//! What sales add to products: their text on quotations, and how they are invoiced.

use orm::prelude::*;

use crate::crm::group;
use crate::product::{ProductProduct, ProductTemplate};

/// The fields of a product that are about sales.
#[extend(ProductTemplate)]
#[access(group::MANAGER: all)]
pub struct ProductTemplateSales {
    /// Sales Description
    ///
    /// Goes on quotations below the product's name.
    pub description_sale: Option<Text>,
    /// Invoicing Policy
    #[field(default = ProductTemplateInvoicePolicy::Order)]
    pub invoice_policy: Option<ProductTemplateInvoicePolicy>,
    /// Track Service
    ///
    /// How the delivered quantity of a service is determined.
    #[field(default = ProductTemplateServiceType::Manual)]
    pub service_type: Option<ProductTemplateServiceType>,
    /// Re-Invoice Expenses
    #[field(default = ProductTemplateExpensePolicy::No)]
    pub expense_policy: Option<ProductTemplateExpensePolicy>,
    /// Message for Sales Order Line
    pub sale_line_warn_msg: Option<Text>,
    /// Sales Order Line
    #[field(default = ProductTemplateSaleLineWarn::NoMessage)]
    pub sale_line_warn: ProductTemplateSaleLineWarn,
}

/// A product variant as sales see it.
#[extend(ProductProduct)]
#[access(group::MANAGER: all)]
pub struct ProductSales {
    /// Its template, with the fields about sales.
    #[field(view)]
    pub product_tmpl_id: Many2one<ProductTemplateSales>,
}

/// Which quantity of an order is invoiced.
#[derive(Selection)]
pub enum ProductTemplateInvoicePolicy {
    /// Ordered quantities
    Order,
    /// Delivered quantities
    Delivery,
}

/// How the delivered quantity of a service is determined.
#[derive(Selection)]
pub enum ProductTemplateServiceType {
    /// Manually set quantities on order
    Manual,
}

/// What customers are charged for expenses.
#[derive(Selection)]
pub enum ProductTemplateExpensePolicy {
    /// No
    No,
    /// At cost
    Cost,
    /// Sales price
    SalesPrice,
}

/// Whether order lines with the product show a message, as a warning or to block them.
#[derive(Selection)]
pub enum ProductTemplateSaleLineWarn {
    /// No Message
    #[selection(value = "no-message")]
    NoMessage,
    /// Warning
    Warning,
    /// Blocking Message
    Block,
}
