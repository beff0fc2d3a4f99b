#[model("x.city")]
pub struct City {
    pub street_ids: One2many<Street>,
    #[field(inverse = city_id)]
    pub name: String,
    #[field(inverse = city_id, index)]
    pub park_ids: Option<One2many<Park>>,
    pub tag_ids: Option<Many2many<Tag>>,
    #[field(inverse = city_id, default = 3)]
    pub shop_ids: One2many<Shop>,
}
