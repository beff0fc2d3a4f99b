/// Product
#[model("product.product", order = "default_code, name")]
#[display_name("[{default_code}] ", "{name}")]
#[read(id, name, type, partner_id(id, name), product_tmpl_id(id, r#type))]
pub struct ProductProduct {
    /// Code
    #[field(size = 64)]
    pub default_code: Option<String>,
    /// Template
    #[field(delegate, on_delete = cascade)]
    pub product_tmpl_id: Many2one<ProductTemplate>,
}
