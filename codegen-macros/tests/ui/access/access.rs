#[model("x.city")]
#[access(group::USER: raed)]
#[access(group::USER)]
#[access(everyone read)]
#[access()]
#[rule(group::USER, write, al: user_id == env.user)]
#[rule(group::USER user_id)]
#[rule(everyone: user_id == self.user_id)]
#[rule(everyone: usr_id == env.user)]
#[rule(everyone: name.country == env.user)]
#[rule(everyone: user_id == env.usr)]
#[rule(everyone: company_id.contains(env.companies))]
#[rule(everyone: user_id.child_of(5))]
pub struct City {
    pub name: String,
    pub user_id: Many2one<User>,
    pub company_id: Option<Many2one<Company>>,
}
