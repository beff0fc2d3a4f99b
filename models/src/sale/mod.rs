//! Quotations and sales orders.

pub mod invoicing;
pub mod sale_order;
pub mod sale_order_line;

pub use sale_order::*;
pub use sale_order_line::*;
