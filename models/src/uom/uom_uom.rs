//! Units that products are counted, weighed or timed in.

use orm::prelude::*;

use super::UomCategory;
use super::conversion::Unit;
use crate::base::group;

/// Product Unit of Measure
#[model("uom.uom", order = "factor desc, id")]
#[api]
#[access(group::USER: read; group::SETTINGS: all)]
#[check(
    factor >= 0.000000001 && factor <= 1000000000.0,
    message = "the ratio is greater than zero, from 0.000000001 to 1000000000"
)]
#[check(rounding > 0, message = "the rounding precision is greater than zero")]
#[check(uom_type != "reference" || factor == 1.0, message = "the ratio of a reference unit is 1")]
#[unique(
    category_id,
    where = uom_type == "reference" && active,
    message = "The category has a reference unit already."
)]
pub struct UomUom {
    /// Unit of Measure
    pub name: String,
    /// Category
    ///
    /// Units of one category convert into each other.
    #[field(on_delete = restrict)]
    pub category_id: Many2one<UomCategory>,
    /// Ratio
    ///
    /// How many of this unit make one reference unit of the category.
    #[field(default = 1.0)]
    pub factor: f64,
    /// Bigger Ratio
    ///
    /// How many reference units make one of this unit.
    #[field(compute, depends(factor))]
    pub factor_inv: f64,
    /// Combined Ratio
    ///
    /// How many times the smaller of this unit and the reference unit fits into the larger.
    #[field(compute, depends(uom_type, factor))]
    pub ratio: f64,
    /// Rounding Precision
    ///
    /// Converted quantities are rounded to a multiple of this.
    #[field(digits = (12, 6), default = 0.01)]
    pub rounding: Decimal,
    /// Active
    #[field(default = true)]
    pub active: bool,
    /// Type
    #[field(default = UomUomUomType::Reference)]
    pub uom_type: UomUomUomType,
}

#[methods]
impl UomUom {
    fn factor_inv(&self) -> f64 {
        if self.factor == 0.0 { 0.0 } else { self.factor.recip() }
    }

    fn ratio(&self) -> f64 {
        match self.uom_type {
            UomUomUomType::Reference => 1.0,
            UomUomUomType::Bigger => self.factor_inv(),
            UomUomUomType::Smaller => self.factor,
        }
    }
}

impl UomUom {
    /// The unit in the form that conversions use.
    pub fn unit(&self) -> Unit {
        Unit::new(self.id, self.category_id.id(), self.factor, self.rounding)
    }
}

/// How a unit compares with the reference unit of its category.
#[derive(Selection)]
pub enum UomUomUomType {
    /// Bigger than the reference Unit of Measure
    Bigger,
    /// Reference Unit of Measure for this category
    Reference,
    /// Smaller than the reference Unit of Measure
    Smaller,
}
