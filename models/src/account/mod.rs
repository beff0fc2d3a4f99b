//! Taxes, payment terms, and the arithmetic of amounts.

pub mod account_payment_term;
pub mod account_tax;
pub mod amounts;

pub use account_payment_term::*;
pub use account_tax::*;
