#[model("x.city")]
pub struct City {
    pub name: String,
    #[field(loads(name))]
    pub code: String,
    #[field(compute, depends(name), loads(code))]
    pub people: i32,
    #[field(compute, store, loads(name))]
    pub depth: i32,
    #[field(compute, store, writable, loads(nam, name, name))]
    pub width: i32,
    #[field(compute, store, writable, loads = name)]
    pub height: i32,
}
