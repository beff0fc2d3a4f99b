//! Sections that `#[model]` reads, above it or without one.
use orm::prelude::*;

/// City
#[api]
#[read(id, name)]
#[unique(name)]
#[model("x.city")]
#[index(name, people)]
pub struct City {
    /// Name
    pub name: String,
    /// People
    pub people: i32,
}

/// Names
#[name_search(mayor)]
#[extend(City)]
pub struct CityNames {
    /// Mayor
    pub mayor: String,
}

/// Street
#[check(name != "")]
pub struct Street {
    /// Name
    pub name: String,
}

fn main() {}
