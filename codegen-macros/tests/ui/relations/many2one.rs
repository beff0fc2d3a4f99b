#[model("x.city")]
pub struct City {
    #[field(on_delete = cascade)]
    pub name: String,
    #[field(on_delete = set_null)]
    pub country_id: Many2one<Country>,
    #[field(delegate)]
    pub code: String,
    #[field(delegate)]
    pub place_id: Option<Many2one<Place>>,
}

#[model("x.town")]
pub struct Town {
    #[field(delegate)]
    pub place_id: Many2one<Place>,
    #[field(delegate)]
    pub area_id: Many2one<Area>,
}
