//! Aliases: as the type of a field, and as a model.
use orm::prelude::*;

pub type Price = Decimal;

/// City
#[model("x.city")]
pub struct City {
    /// Price
    pub price: Option<Price>,
}

/// Town
#[model("x.town")]
pub type Town = City;

fn main() {}
