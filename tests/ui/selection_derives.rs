//! A selection that lacks some of the derives that it needs.
use orm::prelude::*;

/// Kind
#[derive(Debug, Clone, Selection)]
pub enum Kind {
    Big,
    Small,
}

/// City
#[model("x.city")]
pub struct City {
    /// Kind
    #[field(default = Kind::Small)]
    pub kind: Kind,
    /// Former kind
    pub former_kind: Option<Kind>,
}

fn main() {}
