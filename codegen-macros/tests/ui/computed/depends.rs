#[model("x.city")]
pub struct City {
    #[field(inverse = city_id)]
    pub street_ids: One2many<Street>,
    pub name: String,
    #[field(compute, store, depends(street_id.length, name.size, name, name, people))]
    pub people: i32,
    #[field(compute, store, depends(street_ids., "name"))]
    pub depth: i32,
    #[field(compute, store, depends())]
    pub width: i32,
}
