//! A name that neither the model nor the one it delegates to has.
use orm::prelude::*;

/// Place
#[model("x.place")]
pub struct Place {
    /// Name
    pub name: String,
}

/// City
#[model("x.city", order = "name")]
#[read(id, name, nam)]
pub struct City {
    /// Place
    #[field(delegate, on_delete = cascade)]
    pub place_id: Many2one<Place>,
}

fn main() {}
