#[methods]
impl City {
    #[before]
    fn of_what(drafts: &mut [Draft<Self>], env: &mut Env<'_>) -> Result<()> {
        Ok(())
    }
    #[before(delete)]
    fn before_a_deletion(records: &[Self], env: &mut Env<'_>) -> Result<()> {
        Ok(())
    }
    #[before(create, write)]
    fn both(drafts: &mut [Draft<Self>], env: &mut Env<'_>) -> Result<()> {
        Ok(())
    }
    #[before(create, loads(country_id))]
    fn loads_nothing(drafts: &mut [Draft<Self>], env: &mut Env<'_>) -> Result<()> {
        Ok(())
    }
    #[before(people)]
    fn by_field(records: &[Self], draft: &mut Draft<Self>, env: &mut Env<'_>) -> Result<()> {
        Ok(())
    }
    #[before(create)]
    fn of_records(records: &[Self], draft: &mut Draft<Self>, env: &mut Env<'_>) -> Result<()> {
        Ok(())
    }
    #[before(write, loads(country_id.name))]
    fn of_one(&self) -> Check {
        Ok(())
    }
    #[after(delete, people)]
    fn gone_by_field(records: &[Self], env: &mut Env<'_>) -> Result<()> {
        Ok(())
    }
    #[after(delete, create)]
    fn there_or_gone(records: &[Self], env: &mut Env<'_>) -> Result<()> {
        Ok(())
    }
    #[after(create, write)]
    fn of_one_record(&self) -> Check {
        Ok(())
    }
    #[befor(create)]
    fn misspelt(drafts: &mut [Draft<Self>], env: &mut Env<'_>) -> Result<()> {
        Ok(())
    }
}
