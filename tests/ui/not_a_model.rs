//! A relation to a struct that is no model.
use orm::prelude::*;

pub struct Country;

/// City
#[model("x.city")]
pub struct City {
    /// Country
    pub country_id: Option<Many2one<Country>>,
}

fn main() {}
