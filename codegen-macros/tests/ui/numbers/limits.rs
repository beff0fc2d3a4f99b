#[model("x.city")]
pub struct City {
    #[field(min = 18)]
    pub name: String,
    #[field(max = true)]
    pub capital: bool,
    #[field(min = 1.5)]
    pub streets: i32,
    #[field(max = 3000000000)]
    pub lanes: i32,
    #[field(min = 10, max = 5)]
    pub height: i64,
    #[field(digits = (4, 2), min = 0.005)]
    pub area: Decimal,
    #[field(min = 0, max = 100, default = 101)]
    pub share: f64,
    #[field(min = 0.5, default = 0.25)]
    pub rate: Decimal,
    #[field(min = "1900-02-29")]
    pub founded: Date,
    #[field(min = "2024-01-31")]
    pub changed: DateTime,
    #[field(min = 3)]
    pub closed: Date,
    #[field(min = size)]
    pub size: i32,
    #[field(max)]
    pub rooms: i32,
    #[field(compute, min = 0)]
    pub total: Decimal,
    #[field(related = country_id.population, max = 10)]
    pub population: i64,
    pub country_id: Many2one<Country>,
    #[field(inverse = city_id, min = 3)]
    pub street_ids: One2many<Street>,
}
