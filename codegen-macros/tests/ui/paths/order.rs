#[model("x.city", order = "name descending, cuntry_id.name, name.first, street_ids.name, size, name, 1st, name desc nulls")]
pub struct City {
    pub name: String,
    pub country_id: Many2one<Country>,
    #[field(inverse = city_id)]
    pub street_ids: One2many<Street>,
    #[field(compute)]
    pub size: i32,
}

#[model("x.town", order = "")]
pub struct Town {
    pub name: String,
}
