#[model("x.city")]
pub struct City {
    pub tags: Vec<String>,
    pub people: u32,
    pub pair: (i32, i32),
    pub founded: NaiveDate,
    pub country_id: Many2On<Country>,
    pub region_id: Many2one,
    pub height: Option<f32>,
    pub seen: Option<chrono::DateTime<Utc>>,
    pub settings: HashMap<String, i32>,
    pub ratio: Decimal<2>,
}
