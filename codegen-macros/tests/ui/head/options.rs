#[model("x.city", ordr = "name", table = "cities", api, order = name, name = "x.city", "x.town", 3)]
pub struct City {
    pub name: String,
}

#[model("x.town", order = "name", order = "id")]
pub struct Town {
    pub name: String,
}
