//! Two blocks with methods for one model.
use orm::prelude::*;
/// City
#[model("x.city")]
pub struct City {
    /// Name
    pub name: String,
}
#[methods]
impl City {
    #[action]
    fn grow(_: &Records<Self>, _: &mut Env<'_>) -> Result<bool> {
        Ok(true)
    }
}
#[methods]
impl City {
    #[constrains(name)]
    fn is_named(&self) -> Check {
        Ok(())
    }
}
fn main() {}
