//! Loading what computations declare, and calling them in batches; conditions on what is computed when it is read.

pub(crate) mod load;
pub(crate) mod rows;
mod search;
mod values;

pub(crate) use search::resolve;
pub(crate) use values::{normal, values};
