#[model("x.city")]
pub struct City {
    #[field(default = method)]
    pub name: String,
    #[field(default = method("x"))]
    pub code: String,
    #[field(default = method(first, second))]
    pub zip: String,
    #[field(default = env.company.currency_id)]
    pub currency_id: Option<Many2one<Currency>>,
    #[field(default = partner.currency_id)]
    pub other_id: Option<Many2one<Currency>>,
    #[field(default = method(tags))]
    pub tag_ids: Many2many<Tag>,
    #[field(default = "x")]
    pub picture: Binary,
}
