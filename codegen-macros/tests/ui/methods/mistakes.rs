#[methods]
impl City {
    #[action]
    fn found(&self) -> Result<bool> {}
    #[action]
    fn burn(records: &Records<Self>, env: &mut Env<'_>) {}
    #[action]
    fn bury(records: &Records<Self>, env: &mut Env<'_>) -> bool {}
    #[action]
    fn rename(records: &Records<Self>, name: String) -> Result<bool> {}
    #[action]
    fn lend(env: &mut Env<'_>, name: &str) -> Result<bool> {}
    #[action]
    fn split(env: &mut Env<'_>, (a, b): (i64, i64)) -> Result<bool> {}
    #[action]
    fn guess(env: &mut Env<'_>, arg1: i64) -> Result<bool> {}
    #[action]
    fn hide(env: &mut Env<'_>, _name: String) -> Result<bool> {}
    #[action]
    fn build(env: &mut Env<'_>, a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32, h: i32, i: i32) -> Result<bool> {}
    #[action]
    fn alone() -> Result<bool> {}
    #[action]
    fn _quiet(env: &mut Env<'_>) -> Result<bool> {}
    #[action]
    async fn wait(records: &Records<Self>, env: &mut Env<'_>) -> Result<bool> {}
    #[onchange(name)]
    fn named(&self) -> Check {}
    #[acton]
    fn rebuild(env: &mut Env<'_>) -> Result<bool> {}
    #[action(post)]
    fn sell(env: &mut Env<'_>) -> Result<bool> {}
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
