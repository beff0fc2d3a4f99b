/// Sales Order Line
#[model("sale.order.line")]
pub struct SaleOrderLine {
    /// Product
    pub product_id: Option<Many2one<ProductProduct>>,
    /// Description
    #[field(compute, store, writable, depends(product_id.name))]
    pub name: Text,
    /// Unit of Measure
    #[field(compute, store, writable, depends(product_id.uom_id), resets(product_id))]
    pub uom_id: Many2one<UomUom>,
    /// Unit Price
    #[field(compute = price, batch, store, writable, depends(product_id.list_price), resets(product_id, uom_id))]
    pub price_unit: Decimal,
    /// Taxes
    #[field(compute, store, writable, depends(product_id.taxes_id))]
    pub tax_id: Many2many<AccountTax>,
    /// Currency
    #[field(default = company.currency_id)]
    pub currency_id: Option<Many2one<ResCurrency>>,
    /// Country
    #[field(default = user.partner_id.country_id)]
    pub country_id: Option<Many2one<ResCountry>>,
    /// Lead Time
    #[field(default = method(lead_time))]
    pub lead: f64,
}
