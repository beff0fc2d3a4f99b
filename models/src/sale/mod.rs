//! Quotations and sales orders.

pub mod invoicing;
mod proposals;
pub mod sale_order;
pub mod sale_order_line;
mod states;

pub use sale_order::*;
pub use sale_order_line::*;
