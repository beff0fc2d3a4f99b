#[model("x.city")]
#[read(id, nme, country_id(id, name, id), name(first), name, population, create_uid(id, login))]
#[write_response(id, cuntry_id(id), token)]
pub struct City {
    pub name: String,
    pub country_id: Many2one<Country>,
    #[field(secret)]
    pub token: Option<String>,
}

#[model("x.town")]
#[read(id, name = 3, country_id[id], country_id())]
#[write_response]
pub struct Town {
    pub name: String,
    pub country_id: Many2one<Country>,
}
