//! Taxes, payment terms, and the arithmetic of amounts.

pub mod account_move;
pub mod account_payment_term;
pub mod account_payment_term_line;
pub mod account_tax;
pub mod account_tax_group;
pub mod amounts;
pub mod group;
pub mod installments;
pub mod rights;
pub mod taxes;

pub use account_move::*;
pub use account_payment_term::*;
pub use account_payment_term_line::*;
pub use account_tax::*;
pub use account_tax_group::*;
