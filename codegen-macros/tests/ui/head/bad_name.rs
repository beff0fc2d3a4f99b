#[model("Sale.Order")]
pub struct SaleOrder {
    pub name: String,
}

#[model("order")]
pub struct Order {
    pub name: String,
}

#[model("x.")]
pub struct X {
    pub name: String,
}
