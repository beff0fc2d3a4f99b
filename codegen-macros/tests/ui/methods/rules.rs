#[methods]
impl City {
    #[constrains(people, street_ids.name, loads(country_id.code), only = update)]
    fn fits(&self) -> Check {
        Ok(())
    }
    #[constrains]
    fn nothing_named(&self) -> Check {
        Ok(())
    }
    #[constrains(people, only = create)]
    fn only_when(&self) -> Check {
        Ok(())
    }
    #[constrains(people)]
    fn no_records(env: &mut Env<'_>) -> Result<()> {
        Ok(())
    }
    #[constrains(people)]
    fn no_answer(&self) {}
    #[ondelete(loads(name))]
    fn stays(&self, env: &Env<'_>) -> Check {
        Ok(())
    }
    #[ondelete]
    #[action]
    fn both(cities: &[Self], env: &mut Env<'_>) -> Result<()> {
        Ok(())
    }
    #[on_delete]
    fn misspelt(&self) -> Check {
        Ok(())
    }
}
