//! Functions for many records, searches and defaults that are missing, or have another signature.
use orm::prelude::*;

/// City
#[model("x.city")]
pub struct City {
    /// Missing
    #[field(compute = count_people, batch)]
    pub people: i32,
    /// Of one record
    #[field(compute, batch)]
    pub height: Option<i32>,
    /// Cannot fail
    #[field(compute, batch, search = find_area)]
    pub area: i32,
    /// Searched otherwise
    #[field(compute, search = find_motto)]
    pub motto: String,
    /// Missing
    #[field(default = method(first_code))]
    pub code: String,
    /// Cannot fail
    #[field(default = method(first_rank))]
    pub rank: i32,
    /// Without the environment
    #[field(default = method(first_budget))]
    pub budget: Option<f64>,
}

#[methods]
impl City {
    fn height(&self) -> Option<i32> {
        None
    }

    fn area(records: &[Self]) -> Vec<i32> {
        records.iter().map(|_| 0).collect()
    }

    fn motto(&self) -> String {
        String::new()
    }

    fn find_motto(text: &str) -> Domain {
        todo!("{text}")
    }

    fn first_rank(_: &mut Env<'_>) -> i32 {
        0
    }

    fn first_budget() -> f64 {
        0.0
    }
}

fn main() {}
