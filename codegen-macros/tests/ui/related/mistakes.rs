#[model("x.city")]
pub struct City {
    pub name: String,
    pub country_id: Many2one<Country>,
    #[field(inverse = city_id)]
    pub street_ids: One2many<Street>,
    #[field(related = country_id.code, compute, depends(name), default = "x")]
    pub country_code: Option<String>,
    #[field(related = cuntry_id.code)]
    pub flag: Option<String>,
    #[field(related = name)]
    pub title: Option<String>,
    #[field(related = name.size)]
    pub size: Option<i32>,
    #[field(related = street_ids.length)]
    pub length: Option<i32>,
    #[field(related = "country_id.code")]
    pub code: Option<String>,
    #[field(related)]
    pub code2: Option<String>,
    #[field(related = country_id.continent_id, index, readonly, copy = true)]
    pub continent_id: Many2one<Continent>,
    #[field(related = country_id.city_ids, inverse = country_id, store, writable)]
    pub city_ids: One2many<City>,
    #[field(related = country_id.kind, readonly, writable)]
    pub kind: CountryKind,
    #[field(writable)]
    pub people: i32,
}
