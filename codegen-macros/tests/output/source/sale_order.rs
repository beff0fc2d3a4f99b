/// State
#[derive(Selection)]
pub enum SaleOrderState {
    /// Quotation
    Draft,
    /// Sales Order
    #[selection(value = "sale")]
    Confirmed,
}

/// Sales Order
///
/// A quotation, then an order.
#[model("sale.order", record, order = "date_order desc, partner_id.name, id desc")]
#[api]
#[display_name("{name}", " ({partner_id.name})")]
#[name_search(name, partner_id.name)]
#[read(id, name, create_uid(id), partner_id(id, name, city), order_line(id, product_id(id, name, type, default_code), tax_id(id, name)), tax_id)]
#[write_response(name, id)]
#[unique(name)]
pub struct SaleOrder {
    /// Order Reference
    #[field(index, copy = false, default = sequence("sale.order", prefix = "S", padding = 5))]
    pub name: String,
    /// Date
    #[field(default = now)]
    pub date_order: DateTime,
    /// State
    #[field(default = SaleOrderState::Draft, readonly)]
    pub state: SaleOrderState,
    /// Customer
    #[field(on_delete = restrict)]
    pub partner_id: Many2one<ResPartner>,
    /// Salesperson
    #[field(default = user)]
    pub user_id: Option<Many2one<ResUsers>>,
    /// Lines
    #[field(inverse = order_id)]
    pub order_line: One2many<SaleOrderLine>,
    /// Taxes
    #[field(relation = "sale_tax_rel", column = "order_id", target_column = "tax_id")]
    pub tax_id: Many2many<AccountTax>,
    /// Currency
    pub currency_id: Many2one<ResCurrency>,
    /// Total
    #[field(compute, store, depends(order_line.price_subtotal, order_line.tax_id.amount, partner_id.create_uid.login), currency = currency_id)]
    pub amount_total: Monetary,
    /// Lines
    #[field(compute = count_lines)]
    pub line_count: i64,
    /// Main
    #[field(compute, depends(order_line.product_id))]
    pub main_product_id: Option<Many2one<ProductProduct>>,
}

#[methods]
impl SaleOrder {
    fn amount_total(&self) -> Monetary {
        self.order_line.iter().map(|line| line.price_subtotal).sum()
    }

    fn count_lines(&self) -> i64 {
        self.order_line.len() as i64
    }

    fn main_product_id(&self) -> Option<i64> {
        self.order_line.first().and_then(|line| Some(line.product_id.as_ref()?.id()))
    }

    /// Confirm the quotation.
    #[action]
    fn action_confirm(records: &Records<Self>, _env: &mut Env<'_>) -> Result<bool> {
        Ok(!records.is_empty())
    }

    /// The best order of a day.
    #[action(readonly)]
    fn find_best(env: &mut Env<'_>, date: Date, partner: Option<Records<ResPartner>>) -> Result<Option<i64>> {
        let _ = (env, date, partner);
        Ok(None)
    }
}
