#[model(order = "name")]
pub struct City {
    pub name: String,
}

#[model]
pub struct Town {
    pub name: String,
}
