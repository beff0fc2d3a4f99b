//! Countries.

use orm::prelude::*;

use super::group;
use super::{ResCountryState, ResCurrency};

/// Country
#[model("res.country", order = "name")]
#[api]
#[access(everyone: read; group::SETTINGS: all)]
#[name_search(code, name)]
#[unique(name, message = "There is a country with this name already.")]
#[unique(code, message = "There is a country with this code already.")]
pub struct ResCountry {
    /// Country Name
    pub name: String,
    /// Country Code
    ///
    /// Two letters, ISO 3166-1.
    #[field(size = 2)]
    pub code: Option<String>,
    /// Currency
    pub currency_id: Option<Many2one<ResCurrency>>,
    /// Country Calling Code
    pub phone_code: Option<i32>,
    /// States
    #[field(inverse = country_id)]
    pub state_ids: One2many<ResCountryState>,
    /// Layout in Reports
    ///
    /// How an address is laid out, with names such as `%(street)s` and `%(city)s` for its parts.
    pub address_format: Option<Text>,
    /// Customer Name Position
    #[field(default = ResCountryNamePosition::Before)]
    pub name_position: Option<ResCountryNamePosition>,
    /// Vat Label
    ///
    /// What the tax ID is called in this country.
    pub vat_label: Option<String>,
    /// State Required
    pub state_required: bool,
    /// Zip Required
    #[field(default = true)]
    pub zip_required: bool,
}

/// Where a customer's name stands in an address.
#[derive(Selection)]
pub enum ResCountryNamePosition {
    /// Before Address
    Before,
    /// After Address
    After,
}
