#[model("x.city")]
pub struct City {
    #[field(index, copy = false, index)]
    #[field(copy = true)]
    pub name: String,
}
