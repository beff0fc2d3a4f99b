//! An inverse that does not refer back.
use orm::prelude::*;

/// City
#[model("x.city")]
pub struct City {
    /// By length
    #[field(inverse = length)]
    pub street_ids: One2many<Street>,
    /// By another model's field
    #[field(inverse = next_id)]
    pub other_ids: One2many<Street>,
}

/// Street
#[model("x.street")]
pub struct Street {
    /// Length
    pub length: i32,
    /// Next
    pub next_id: Option<Many2one<Street>>,
}

fn main() {}
