#[model("x.city")]
pub struct City {
    #[field(index = "trigram")]
    pub population: i32,
    #[field(index = "trigram")]
    pub founded: Option<Date>,
    #[field(index = "trigram")]
    pub size: CitySize,
    #[field(index = "trigram")]
    pub country_id: Many2one<Country>,
    #[field(index = "trigram", compute)]
    pub shown: Option<String>,
    #[field(index = "trigram", inverse = city_id)]
    pub street_ids: One2many<Street>,
    #[field(index = "btree")]
    pub name: String,
    #[field(index("trigram"))]
    pub code: String,
    #[field(index = trigram)]
    pub slogan: Text,
}
