#[model("x.city")]
pub struct City {
    pub id: i64,
    pub create_date: Option<DateTime>,
    pub name: String,
    pub name: Text,
    pub limit: i32,
    pub active_test: bool,
    pub zipCode: String,
    pub name__like: Option<String>,
    pub a_name_that_is_so_long_that_postgres_would_cut_it_somewhere_in_here: String,
}
