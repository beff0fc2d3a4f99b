//! A field whose type is an enum without `#[derive(Selection)]`.
use orm::prelude::*;

/// Kind
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Big,
    Small,
}

/// City
#[model("x.city")]
pub struct City {
    /// Kind
    pub kind: Option<Kind>,
}

fn main() {}
