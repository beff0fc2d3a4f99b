//! Derives on a model: below `#[model]`, and above it, where they have run before.
use orm::prelude::*;

/// City
#[model("x.city")]
#[derive(Debug, Clone)]
pub struct City {
    /// Name
    pub name: String,
    /// Parent
    pub parent_id: Option<Many2one<City>>,
}

/// Street
#[derive(Debug)]
#[model("x.street")]
pub struct Street {
    /// Name
    pub name: String,
}

fn main() {}
