//! Sales with a value of every kind that records are grouped by, or that is told of a group.

use orm::prelude::*;

orm::catalogue! { Users, Currency, Country, Place, Tag, Sale }

/// User
#[model("x.users", role = user)]
pub(crate) struct Users {
    pub name: String,
}

/// Currency
#[model("x.currency", role = currency)]
pub(crate) struct Currency {
    pub name: String,
}

/// Country, the last one first
#[model("x.country", order = "name desc")]
pub(crate) struct Country {
    pub name: String,
}

/// Place
#[model("x.place", order = "country_id, name")]
pub(crate) struct Place {
    pub name: String,
    pub country_id: Option<Many2one<Country>>,
}

/// Tag
#[model("x.tag")]
pub(crate) struct Tag {
    pub name: String,
}

#[derive(Selection)]
pub(crate) enum Kind {
    Retail,
    Wholesale,
}

/// Sale
#[model("x.sale")]
pub(crate) struct Sale {
    pub name: Option<String>,
    pub kind: Option<Kind>,
    pub paid: Option<bool>,
    pub number: Option<i32>,
    #[field(digits = (18, 4))]
    pub price: Option<Decimal>,
    pub ratio: Option<f64>,
    pub currency_id: Option<Many2one<Currency>>,
    #[field(currency = currency_id)]
    pub amount: Option<Monetary>,
    pub day: Option<Date>,
    pub at: Option<DateTime>,
    pub place_id: Option<Many2one<Place>>,
    #[field(related = place_id.country_id)]
    pub country_id: Option<Many2one<Country>>,
    pub tag_ids: Many2many<Tag>,
    /// Where it stands among others.
    #[field(default = 10)]
    pub sequence: i32,
    #[field(secret)]
    pub pin: Option<String>,
    #[field(compute, depends(name))]
    pub length: i32,
}

#[methods]
impl Sale {
    fn length(&self) -> i32 {
        self.name.as_ref().map_or(0, |name| name.len() as i32)
    }
}
