//! A path that goes on behind another model's scalar.
use orm::prelude::*;

/// Country
#[model("x.country")]
pub struct Country {
    /// Name
    pub name: String,
}

/// City
#[model("x.city")]
#[read(id, country_id(id, name(first)))]
pub struct City {
    /// Country
    pub country_id: Many2one<Country>,
}

fn main() {}
