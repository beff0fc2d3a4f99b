#[model("ui.town")]
#[name_search(name, nam, name, population, motto, street_ids.name, mayor_id.name)]
struct Town {
    name: String,
    population: i64,
    #[field(compute)]
    motto: Text,
    #[field(inverse = town_id)]
    street_ids: One2many<Street>,
    mayor_id: Option<Many2one<Person>>,
}
