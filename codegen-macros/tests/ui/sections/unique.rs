#[model("x.city")]
#[unique(name, country_id)]
#[unique(name, country_id, message = "There is one already.")]
#[unique(name, country_id, where = capital)]
#[unique(country_id, message = "one", message = "two")]
#[unique(name, where = capital, where = !capital)]
#[unique(capital, nulls = equal, nulls = equal)]
#[unique(capital, country_id, ignore_case)]
#[unique(name, capital, ignore_case, ignore_case)]
#[unique(country_id, capital, ignore_case = true)]
#[unique(name, ignorecase, where = !capital)]
pub struct City {
    pub name: String,
    pub capital: bool,
    pub country_id: Many2one<Country>,
}
