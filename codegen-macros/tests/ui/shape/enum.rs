#[model("x.city")]
pub enum City {
    Big,
}
