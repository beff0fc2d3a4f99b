#[model("x.city")]
#[display_name("{nmae}", " ({country_id.code", "name}", "{}", "{street_ids.name}", "{size}", "{display_name}", "{token}", name)]
pub struct City {
    pub name: String,
    pub country_id: Many2one<Country>,
    #[field(inverse = city_id)]
    pub street_ids: One2many<Street>,
    #[field(compute)]
    pub size: i32,
    #[field(secret)]
    pub token: Option<String>,
}
