//! A member whose type lacks `#[json]`, in a list. It has all that `#[json]` gives but `Debug`.
use orm::prelude::*;

orm::json_crates!(own_serde, own_schemars);

/// Without `#[json]`
#[derive(Clone, PartialEq, own_serde::Serialize, own_serde::Deserialize, own_schemars::JsonSchema)]
#[serde(crate = "own_serde")]
#[schemars(crate = "own_schemars")]
pub struct Part {
    pub width: i32,
}

/// With it
#[json]
pub struct Layout {
    pub parts: Option<Vec<Part>>,
}

fn main() {}
