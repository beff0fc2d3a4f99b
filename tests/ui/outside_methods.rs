//! Attributes that `#[methods]` reads, in a block without it.
use orm::prelude::*;

/// City
#[model("x.city")]
pub struct City {
    /// Name
    pub name: String,
}

#[methods]
impl City {}

impl City {
    #[action]
    fn grow(_: &Records<Self>, _: &mut Env<'_>) -> Result<bool> {
        Ok(true)
    }

    #[constrains(name)]
    fn is_named(&self) -> Check {
        Ok(())
    }
}

fn main() {}
