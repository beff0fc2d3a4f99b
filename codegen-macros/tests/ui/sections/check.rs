#[model("x.city")]
#[check(people >= 0, area > 0.5 && (people < 10 || name.is_some()), message = "too many")]
#[check(poeple >= 0)]
#[check(people + 1 > 2)]
#[check(people >= 0, messages = "many")]
#[check(street_ids.is_none())]
#[check]
#[unique(name, where = capital && !gone, nulls = equal)]
#[unique(name, where = capitol)]
#[unique(name, nulls = distinct)]
#[unique(name, where = 1 < people)]
pub struct City {
    pub name: Option<String>,
    pub people: i32,
    pub area: f64,
    pub capital: bool,
    pub gone: bool,
    #[field(inverse = city_id)]
    pub street_ids: One2many<Street>,
}
