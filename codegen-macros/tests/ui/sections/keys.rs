#[model("x.city")]
#[unique(name, mesage = "in use")]
#[check(people > 0, msg = "there are people")]
pub struct City {
    pub name: String,
    pub people: i32,
    #[field(on_delete = "cascade")]
    pub country_id: Many2one<Country>,
}
#[methods]
impl City {
    #[before(create)]
    fn borrowed(drafts: &[Draft<Self>], env: &mut Env<'_>) -> Result<()> {
        Ok(())
    }
    #[constrains(people)]
    fn answers(&self) -> bool {
        true
    }
    #[ondelete]
    fn writes(&self, env: &mut Env<'_>) -> Check {
        Ok(())
    }
    #[ondelete]
    fn fails(&self) -> Result<()> {
        Ok(())
    }
}
