//! Units of measure.

pub mod conversion;
pub mod uom_category;
pub mod uom_uom;

pub use uom_category::*;
pub use uom_uom::*;
