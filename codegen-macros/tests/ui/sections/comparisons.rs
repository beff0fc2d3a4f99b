#[model("x.city")]
#[check(people > "a")]
#[check(people)]
#[check(people == true)]
#[check(people <= 1.5)]
#[check(area > "big")]
#[check(capital == 1)]
#[check(capital > false)]
#[check(name == 5)]
#[check(founded >= 1900)]
#[check(country_id == 1)]
#[check(map == "x")]
#[check(people <= area)]
#[check(tax <= fee)]
#[check(founded <= renamed && people >= 0 && area >= 0 && tax == -1 && !capital && name != "x")]
#[unique(name, where = kind == "old")]
#[unique(people, where = capital == "yes")]
pub struct City {
    pub name: String,
    pub people: i32,
    pub area: f64,
    #[field(digits = (16, 2))]
    pub tax: Decimal,
    #[field(digits = (16, 4))]
    pub fee: Decimal,
    pub capital: bool,
    pub founded: Date,
    pub renamed: Date,
    pub kind: CityKind,
    pub map: Json,
    pub country_id: Many2one<Country>,
}
