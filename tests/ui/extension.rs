//! An extension that names what the extended model does not have.
use orm::prelude::*;

/// City
#[model("x.city")]
pub struct City {
    /// Name
    pub name: String,
    /// Next
    pub next_id: Option<Many2one<City>>,
}

/// The fields of a city that are about trams
#[extend(City)]
#[unique(nane, line)]
#[check(line > size)]
pub struct CityTrams {
    /// Line
    pub line: i32,
    /// Label
    #[field(compute, depends(nxt_id.name, next_id.line))]
    pub label: String,
    /// Next
    #[field(view)]
    pub next_id: Many2one<CityTrams>,
}

#[methods]
impl CityTrams {
    fn label(&self) -> String {
        format!("{} {}", self.name, self.next_id.line)
    }
}

/// A relation that the model does not have
#[extend(City)]
pub struct CityParks {
    /// Parks
    #[field(view)]
    pub park_ids: One2many<City>,
}

fn main() {}
