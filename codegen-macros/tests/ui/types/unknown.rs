#[model("x.city")]
pub struct City {
    pub tags: Vec<String>,
    pub people: u32,
    pub pair: (i32, i32),
    pub founded: NaiveDate,
    pub country_id: Many2On<Country>,
    pub region_id: Many2one,
    pub height: Option<f32>,
}
