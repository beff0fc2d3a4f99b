#[model("x.city")]
#[raed(id, name)]
#[access(group::USER: read)]
#[rule(group::USER: user_id == env.user)]
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
