//! Types that no field has. Nothing else is reported about these fields.
use orm::prelude::*;

/// City
#[model("x.city")]
pub struct City {
    /// Of the standard library
    pub uptime: std::time::Duration,
    /// Another number
    pub people: u32,
    /// With a time zone
    #[field(index)]
    pub founded: Option<chrono::DateTime<chrono::Utc>>,
    /// A map
    #[field(compute)]
    pub settings: std::collections::HashMap<String, i32>,
}

fn main() {}
