#[model("x.city")]
#[unique(nme)]
#[unique(country_id.name)]
#[index(nme, country_id.name)]
#[index(total, street_ids)]
#[unique(id)]
#[unique(display_name)]
#[unique(create_date)]
pub struct City {
    pub name: String,
    pub country_id: Many2one<Country>,
    #[field(compute)]
    pub total: i32,
    #[field(inverse = city_id)]
    pub street_ids: One2many<Street>,
}
