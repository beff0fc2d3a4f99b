#[model("x.city")]
pub struct City {
    #[field(search = find_name)]
    pub name: String,
    #[field(compute, store, depends(name), search = find_size)]
    pub size: i32,
    #[field(compute, search)]
    pub width: i32,
    #[field(compute, inverse = city_id)]
    pub street_ids: One2many<Street>,
}
