#[model("x.city")]
#[api]
pub struct City(#[field(index)] String);
