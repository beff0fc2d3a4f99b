//! States, provinces, cantons of a country.

use orm::prelude::*;

use super::ResCountry;
use super::group;

/// Country State
#[model("res.country.state", order = "code")]
#[api]
#[access(everyone: read; group::CONTACTS: all)]
#[name_search(name, code, display_name)]
#[display_name("{name}", " ({country_id.code})")]
#[unique(code, country_id, message = "The country has a state with this code already.")]
pub struct ResCountryState {
    /// State Name
    pub name: String,
    /// State Code
    pub code: String,
    /// Country
    #[field(on_delete = restrict)]
    pub country_id: Many2one<ResCountry>,
}
