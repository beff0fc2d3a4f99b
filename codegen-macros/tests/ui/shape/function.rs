#[model("x.city")]
pub fn city() {}
