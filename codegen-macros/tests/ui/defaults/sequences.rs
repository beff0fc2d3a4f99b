#[model("x.city")]
pub struct City {
    #[field(default = sequence("x.city", prefix = "C{yaer}/"))]
    pub name: String,
    #[field(default = sequence("x.code", prefix = "{year}-{month}-{day}/", suffix = "{"))]
    pub code: String,
    #[field(default = sequence("x.zip", suffix = "{}"))]
    pub zip: String,
}
