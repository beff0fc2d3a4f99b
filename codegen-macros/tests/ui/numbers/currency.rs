#[model("x.city")]
pub struct City {
    pub currency_id: Many2one<Currency>,
    pub code: String,
    pub debt: Monetary,
    #[field(currency = curency_id)]
    pub budget: Monetary,
    #[field(currency = code)]
    pub tax: Monetary,
    #[field(currency = currency_id)]
    pub fee: Decimal,
}

#[model("x.town")]
pub struct Town {
    #[field(currency = currency_id)]
    pub budget: Monetary,
}
