//! Without `use orm::prelude::*;` nothing of ours runs; rustc says which names it does not know.

/// City
#[model("x.city")]
pub struct City {
    /// Name
    pub name: String,
    /// Country
    pub country_id: Many2one<Country>,
}

fn main() {}
