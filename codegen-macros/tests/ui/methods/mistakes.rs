#[methods]
impl City {
    #[action]
    fn found(&self) -> Result<bool> {}
    #[action]
    fn burn(ids: &[i64], env: &mut Env<'_>) {}
    #[action]
    fn rename(ids: &[i64], env: &mut Env<'_>, name: String) -> Result<bool> {}
    #[action]
    async fn wait(ids: &[i64], env: &mut Env<'_>) -> Result<bool> {}
    #[constrains(name)]
    fn named(&self) -> Check {}
    #[acton]
    fn rebuild(ids: &[i64], env: &mut Env<'_>) -> Result<bool> {}
    #[action(post)]
    fn sell(ids: &[i64], env: &mut Env<'_>) -> Result<bool> {}
    fn twice(&self) -> i32 {}
    fn twice(&self) -> i32 {}
}

#[methods(all)]
impl City {}

#[methods]
impl Clone for City {}

#[methods]
impl<T> Town<T> {}

#[methods]
struct Street;
