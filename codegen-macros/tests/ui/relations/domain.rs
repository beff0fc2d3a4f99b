#[model("x.city")]
pub struct City {
    pub people: i32,
    #[field(domain = active && people >= self.peopel)]
    pub country_id: Many2one<Country>,
    #[field(domain = code == other)]
    pub state_id: Option<Many2one<State>>,
    #[field(domain = "[('active', '=', True)]")]
    pub mayor_id: Option<Many2one<Person>>,
    #[field(domain)]
    pub tag_ids: Many2many<Tag>,
    #[field(domain = active, inverse = city_id)]
    pub street_ids: One2many<Street>,
    #[field(domain = active, related = country_id.currency_id)]
    pub currency_id: Option<Many2one<Currency>>,
    #[field(domain = active)]
    pub name: String,
}

#[model("x.town")]
#[check(people > self.least)]
pub struct Town {
    pub people: i32,
    pub least: i32,
}
