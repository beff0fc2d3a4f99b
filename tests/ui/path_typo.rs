//! Names that another model does not have, wherever a path can stand.
use orm::prelude::*;

/// Country
#[model("x.country")]
pub struct Country {
    /// Name
    pub name: String,
    /// Code
    pub code: String,
}

/// City
#[model("x.city", order = "country_id.nme")]
#[read(id, name, country_id(id, nme), street_ids(id, lenght))]
#[write_response(id, country_id(code, colour))]
#[display_name("{name}", " ({country_id.coed})")]
pub struct City {
    /// Name
    pub name: String,
    /// Country
    pub country_id: Many2one<Country>,
    /// Streets
    #[field(inverse = cty_id)]
    pub street_ids: One2many<Street>,
    /// Length
    #[field(compute, store, depends(street_ids.lengt))]
    pub total: i32,
}

#[methods]
impl City {
    fn total(&self) -> i32 {
        0
    }
}

/// Street
#[model("x.street")]
pub struct Street {
    /// Length
    pub length: i32,
    /// City
    pub city_id: Many2one<City>,
}

fn main() {}
