#[model("x.city")]
pub struct City {
    #[field(default = 3)]
    pub capital: bool,
    #[field(default = now)]
    pub founded: Date,
    #[field(default = today)]
    pub visited: DateTime,
    #[field(default = "many")]
    pub people: i32,
    #[field(default = user)]
    pub mayor: String,
    #[field(default = sequence("x.city"))]
    pub number: i64,
    #[field(default = "big")]
    pub kind: CityKind,
    #[field(default = CityKind::Big)]
    pub name: String,
    #[field(default = crate::Size::Huge)]
    pub second_kind: Option<sizes::CityKind>,
    #[field(default = 1)]
    pub country_id: Many2one<Country>,
    #[field(default = true)]
    pub note: Html,
    #[field(default = 1.5)]
    pub floors: i32,
    #[field(default = "{}")]
    pub extra: Json,
}
