//! A field whose type is a model, and an enum that derives nothing.
use orm::prelude::*;

/// City
#[model("x.city")]
pub struct City {
    /// Name
    pub name: String,
}

/// Kind
pub enum Kind {
    Long,
    Short,
}

/// Street
#[model("x.street")]
pub struct Street {
    /// City
    pub city_id: Option<City>,
    /// Kind
    #[field(readonly)]
    pub kind: Kind,
}

fn main() {}
