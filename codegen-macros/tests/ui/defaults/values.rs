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
    #[field(default = "2023-02-29")]
    pub founded: Date,
    #[field(default = "0000-01-01")]
    pub never: Date,
    #[field(default = "2024-1-31")]
    pub short: Date,
    #[field(default = "2024-01-31T13:30:00")]
    pub changed: DateTime,
    #[field(default = "2024-01-31 24:00:00")]
    pub midnight: DateTime,
    #[field(default = "2024-01-31", min = "2024-02-01")]
    pub early: Date,
}
