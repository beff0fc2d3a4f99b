#[model("x.city")]
pub struct City {
    #[field(inverse = city_id)]
    pub street_ids: One2many<Street>,
    #[field(writable)]
    pub name: String,
    #[field(resets(name))]
    pub code: String,
    #[field(batch)]
    pub area: i32,
    #[field(compute, writable, depends(name))]
    pub people: i32,
    #[field(compute, store, resets(name), depends(name))]
    pub depth: i32,
    #[field(compute, store, writable, readonly, depends(name))]
    pub width: i32,
    #[field(compute, store, writable, depends(name), resets(nme, length, length_now, name, name, street_ids))]
    pub length: i32,
    #[field(compute, depends(name))]
    pub length_now: i32,
    #[field(compute, depends(name))]
    pub tag_ids: Many2many<Tag>,
    #[field(compute, store, writable = true, depends(name), resets = name, batch(name))]
    pub height: i32,
    #[field(compute, store, writable, depends(name), resets(name.size))]
    pub volume: i32,
    #[field(compute, store, writable, default = 3, depends(name))]
    pub weight: i32,
}
