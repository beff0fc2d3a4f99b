//! Computed fields whose method is missing, or has another signature.
use orm::prelude::*;

/// City
#[model("x.city")]
pub struct City {
    /// Missing
    #[field(compute)]
    pub people: i32,
    /// Named otherwise
    #[field(compute = sum_area)]
    pub area: Option<Decimal>,
    /// Another type
    #[field(compute)]
    pub height: i32,
    /// Not empty
    #[field(compute)]
    pub mayor: Option<String>,
    /// Async
    #[field(compute)]
    pub weather: String,
    /// Changes the record
    #[field(compute)]
    pub budget: f64,
    /// Of no record
    #[field(compute)]
    pub size: i64,
    /// Takes more
    #[field(compute)]
    pub sister_id: Option<Many2one<City>>,
    /// Answers with records
    #[field(compute)]
    pub twin_ids: Many2many<City>,
    /// May have to be given
    #[field(compute, store, writable, depends(height))]
    pub code: String,
}

#[methods]
impl City {
    fn height(&self) -> i64 {
        0
    }

    fn mayor(&self) -> String {
        String::new()
    }

    async fn weather(&self) -> String {
        String::new()
    }

    fn budget(&mut self) -> f64 {
        0.0
    }

    fn size() -> i64 {
        0
    }

    fn sister_id(&self, _: &mut Env<'_>) -> Option<i64> {
        None
    }

    fn twin_ids(&self) -> Vec<City> {
        Vec::new()
    }

    fn code(&self) -> &str {
        ""
    }
}

fn main() {}
