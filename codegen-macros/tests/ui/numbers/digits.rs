#[model("x.city")]
pub struct City {
    #[field(digits = (2, 4))]
    pub area: Decimal,
    #[field(digits = (30, 2))]
    pub volume: Decimal,
    #[field(digits = (16, 2))]
    pub height: f64,
    #[field(digits = (16, 2), currency = currency_id)]
    pub budget: Monetary,
    #[field(size = 3)]
    pub note: Text,
    pub currency_id: Many2one<Currency>,
}
