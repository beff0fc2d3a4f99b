#[methods]
impl City {
    #[action]
    fn grow(env: &mut Env<'_>, cities: &Records<Self>) -> Result<bool> {
        Ok(true)
    }
}
