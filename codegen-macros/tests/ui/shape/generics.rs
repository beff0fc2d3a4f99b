#[model("x.city")]
pub struct City<T> {
    pub name: T,
}
