#[model("x.city")]
#[unique(nam)]
#[unique(name, name)]
#[unique(message = "There is one already.")]
#[unique(street_ids, mesage = "x")]
#[unique(country_id.name)]
pub struct City {
    pub name: String,
    pub country_id: Many2one<Country>,
    #[field(inverse = city_id)]
    pub street_ids: One2many<Street>,
}
