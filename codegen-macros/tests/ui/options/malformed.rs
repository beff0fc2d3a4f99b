#[model("x.city")]
pub struct City {
    #[field(copy, index = yes, size = "3", label = Name, readonly = true)]
    pub name: String,
    #[field(digits = 2, default)]
    pub area: Decimal,
    #[field(on_delete = "cascade", default = )]
    pub country_id: Many2one<Country>,
    #[field(on_delete = casscade)]
    pub region_id: Many2one<Country>,
    #[field(inverse = "city_id")]
    pub street_ids: One2many<Street>,
    #[field(compute, store, depends)]
    pub length: i32,
    #[field(= 3, copy false)]
    pub width: i32,
    #[field(size = 0)]
    pub code: String,
    #[field(compute = "total")]
    pub total: i32,
}
