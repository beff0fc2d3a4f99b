#[model("x.city")]
#[raed(id, name)]
#[groups(user)]
#[api(v1)]
#[read(id)]
#[read(name)]
#[field(index)]
#[cfg(test)]
#[unheard_of]
pub struct City {
    pub name: String,
}
