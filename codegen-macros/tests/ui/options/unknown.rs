#[model("x.city")]
pub struct City {
    #[field(indx, required, sizes = 3)]
    pub name: String,
    #[field(groups = "base.group_user", access(user), rule(user))]
    pub code: String,
    #[field]
    pub zip: String,
    #[feild(index)]
    pub street: String,
    #[unique]
    pub email: String,
    #[cfg(feature = "x")]
    pub phone: String,
    #[field(help = "x", string = "y", unique)]
    pub vat: String,
}
