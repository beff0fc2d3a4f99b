//! Parcels in places, with labels: a field of each kind, and each kind of relation.

use orm::prelude::*;

orm::catalogue! { User, Place, Label, Parcel }

#[model("x.users", role = user)]
pub(crate) struct User {
    pub(crate) name: String,
}

#[model("x.place")]
#[name_search(name, code)]
pub(crate) struct Place {
    #[field(index = "trigram")]
    pub(crate) name: String,
    pub(crate) code: Option<String>,
    #[field(inverse = place_id)]
    pub(crate) parcel_ids: One2many<Parcel>,
}

#[model("x.label", ignore_accents)]
pub(crate) struct Label {
    #[field(index = "trigram")]
    pub(crate) name: String,
    pub(crate) number: Option<i32>,
}

#[derive(Selection)]
pub(crate) enum Size {
    Small,
    Large,
}

#[model("x.parcel")]
#[display_name("{name}")]
pub(crate) struct Parcel {
    #[field(index = "trigram")]
    pub(crate) name: Option<String>,
    pub(crate) size: Option<Size>,
    pub(crate) number: Option<i32>,
    #[field(digits = (8, 2))]
    pub(crate) price: Option<Decimal>,
    pub(crate) day: Option<Date>,
    pub(crate) moment: Option<DateTime>,
    pub(crate) sent: Option<bool>,
    pub(crate) place_id: Option<Many2one<Place>>,
    pub(crate) parent_id: Option<Many2one<Parcel>>,
    #[field(inverse = parent_id)]
    pub(crate) child_ids: One2many<Parcel>,
    pub(crate) label_ids: Many2many<Label>,
}
