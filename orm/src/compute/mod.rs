//! Loads what computations declare and calls them in batches; resolves conditions on fields that are computed when
//! read.

pub(crate) mod load;
pub(crate) mod rows;
mod search;
mod values;

pub(crate) use search::resolve;
pub(crate) use values::{in_currency, normalized, to_unit, values};
