//! A selection with a derive that `Selection` has already.
use orm::prelude::*;

/// Kind
#[derive(Debug, Selection)]
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
