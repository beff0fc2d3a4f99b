//! Computed fields whose method is missing, or answers with another type.
use orm::prelude::*;

/// City
#[model("x.city")]
pub struct City {
    /// Missing
    #[field(compute)]
    pub people: i32,
    /// Named otherwise
    #[field(compute = sum_area)]
    pub area: i32,
    /// Another type
    #[field(compute)]
    pub height: i32,
}

#[methods]
impl City {
    fn height(&self) -> i64 {
        0
    }
}

fn main() {}
