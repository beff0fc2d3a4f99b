#[model("x.city")]
pub struct City {
    #[field(compute, default = 3)]
    pub people: i32,
    #[field(depends(people))]
    pub area: i32,
    #[field(store)]
    pub height: i32,
    #[field(compute, store)]
    pub depth: i32,
    #[field(compute, readonly, copy = true)]
    pub width: i32,
    #[field(compute)]
    pub kind: CityKind,
    #[field(compute)]
    pub country_id: Many2one<Country>,
    #[field(compute, inverse = city_id)]
    pub street_ids: One2many<Street>,
    #[field(compute, index)]
    pub length: i32,
    #[field(compute, delegate)]
    pub place_id: Option<Many2one<Place>>,
}
