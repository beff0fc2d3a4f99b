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

#[model("Oops M50")]
pub struct Oops {
    pub name: String,
}

#[model(sale.order)]
pub struct Unquoted {
    pub name: String,
}

#[model("")]
pub struct Empty {
    pub name: String,
}
