#[model("x.city")]
pub struct City {
    #[field(default = noww)]
    pub visited: DateTime,
    #[field(default = env.user)]
    pub user_id: Option<Many2one<Users>>,
    #[field(default = make_name())]
    pub name: String,
    #[field(default = sequence)]
    pub code: String,
    #[field(default = sequence(prefix = "C"))]
    pub code2: String,
    #[field(default = sequence("x.city", pad = 3))]
    pub code3: String,
    #[field(default = 3000000000)]
    pub people: i32,
    #[field(digits = (4, 2), default = 1.234)]
    pub area: Decimal,
    #[field(digits = (4, 2), default = -123.4)]
    pub depth: Decimal,
    #[field(default = 1e3)]
    pub volume: Decimal,
    #[field(size = 2, default = "abc")]
    pub zip: String,
    #[field(default = b'x')]
    pub letter: String,
}
