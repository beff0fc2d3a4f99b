#[model("x.city")]
pub struct City {
    #[field(relation = "city_rel", column = "city_id")]
    pub country_id: Many2one<Country>,
    #[field(relation = "City Tags", index)]
    pub tag_ids: Many2many<Tag>,
    #[field(column = "city_id", target_column = "city_id")]
    pub twin_ids: Many2many<City>,
}
