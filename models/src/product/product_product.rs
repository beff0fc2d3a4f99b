//! Product variants, to which order lines refer. What all variants of a product share is in its template.

use orm::prelude::*;

use super::ProductPricelist;
use super::prices::{self, Demand, Quote};
use super::{ProductTemplate, ProductTemplateAttributeValue};
use crate::account::amounts::discounted;
use crate::account::group as account;
use crate::base::ResCompany;
use crate::base::group;
use crate::uom::UomUom;

/// Product Variant
#[model("product.product", order = "priority desc, default_code, name, id")]
#[api]
#[access(group::USER: read; account::MANAGER: all; group::SETTINGS: all)]
#[unique(barcode, message = "There is a product with this barcode already.")]
#[name_search(default_code, barcode, name, display_name)]
#[display_name("[{default_code}] ", "{name}", " ({combination_name})")]
pub struct ProductProduct {
    /// Product Template
    #[field(delegate, on_delete = cascade)]
    pub product_tmpl_id: Many2one<ProductTemplate>,
    /// Internal Reference
    #[field(index)]
    pub default_code: Option<String>,
    /// Reference
    ///
    /// Same as the internal reference.
    #[field(compute, depends(default_code))]
    pub code: Option<String>,
    /// Is Product Variant
    #[field(compute)]
    pub is_product_variant: bool,
    /// Barcode
    #[field(index, copy = false)]
    pub barcode: Option<String>,
    /// Attribute Values
    ///
    /// The variant's attribute values, one of each attribute that creates variants.
    #[field(
        relation = "product_variant_combination",
        column = "product_product_id",
        target_column = "product_template_attribute_value_id"
    )]
    pub product_template_attribute_value_ids: Many2many<ProductTemplateAttributeValue>,
    /// Variant Price Extra
    ///
    /// What the attribute values add to the sales price.
    #[field(compute, digits = (16, 2), depends(product_template_attribute_value_ids.price_extra))]
    pub price_extra: Decimal,
    /// Sales Price
    ///
    /// The product's sales price plus what the attribute values add.
    #[field(
        compute,
        digits = (16, 2),
        depends(product_tmpl_id.list_price, product_template_attribute_value_ids.price_extra)
    )]
    pub lst_price: Decimal,
    /// Combination Indices
    ///
    /// The ids of the attribute values, in order.
    #[field(index, compute, store, depends(product_template_attribute_value_ids.id))]
    pub combination_indices: Option<String>,
    /// Combination Name
    ///
    /// The names of the attribute values, without attributes of which the product has only one value.
    #[field(
        compute,
        store,
        depends(
            product_template_attribute_value_ids.name,
            product_template_attribute_value_ids.attribute_line_id.value_count,
        )
    )]
    pub combination_name: Option<String>,
    /// Active
    #[field(default = true)]
    pub active: bool,
    /// Cost
    ///
    /// What one unit costs us.
    #[field(digits = (16, 2), default = 0.0, groups(group::USER))]
    pub standard_price: Decimal,
    /// Volume
    #[field(digits = (16, 2), default = 0.0)]
    pub volume: Decimal,
    /// Weight
    #[field(digits = (16, 2), default = 0.0)]
    pub weight: Decimal,
}

#[methods]
impl ProductProduct {
    /// Price of one unit of each product, in the order of the products.
    ///
    /// With `pricelist`, the price on it, in its currency, after the discount; otherwise the product's own sales price.
    /// Not rounded. Unless given, `quantity` is 1, `uom` the product's own unit of measure, and `date` the current
    /// time.
    #[action(readonly)]
    fn price(
        products: &Records<Self>,
        env: &mut Env<'_>,
        pricelist: Option<Records<ProductPricelist>>,
        quantity: Option<Decimal>,
        uom: Option<Records<UomUom>>,
        date: Option<DateTime>,
    ) -> Result<Vec<Decimal>> {
        let paths = [
            "product_tmpl_id.uom_id",
            "product_tmpl_id.categ_id",
            "product_template_attribute_value_ids",
        ];
        let products = products.load(env, &paths)?;
        let units = match uom {
            Some(uom) => uom.load(env, &[])?,
            None => Vec::new(),
        };
        let (company, time) = (env.company.unwrap_or_default(), date.unwrap_or(env.now));
        let currency = ResCompany::currencies(env, [None])?.pop().flatten();
        let demand = |product| Demand {
            product,
            pricelist: pricelist.as_ref().and_then(|list| list.ids().first().copied()),
            quantity: quantity.unwrap_or(Decimal::ONE),
            unit: units.first(),
            time,
            company,
            currency,
        };
        let demands: Vec<Demand<'_>> = products.iter().map(demand).collect();
        let net = |quote: &Quote| discounted(quote.price, quote.discount);
        Ok(prices::quotes(env, &demands)?.iter().map(net).collect())
    }

    fn code(&self) -> Option<String> {
        self.default_code.clone()
    }

    fn is_product_variant(&self) -> bool {
        true
    }

    fn price_extra(&self) -> Decimal {
        ProductProduct::price_with_extras(Decimal::ZERO, &self.product_template_attribute_value_ids)
    }

    fn lst_price(&self) -> Decimal {
        ProductProduct::price_with_extras(
            self.product_tmpl_id.list_price,
            &self.product_template_attribute_value_ids,
        )
    }

    fn combination_indices(&self) -> Option<String> {
        let mut ids: Vec<i64> = self
            .product_template_attribute_value_ids
            .iter()
            .map(|value| value.id)
            .collect();
        ids.sort_unstable();
        let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
        (!ids.is_empty()).then(|| ids.join(","))
    }

    fn combination_name(&self) -> Option<String> {
        let values = self.product_template_attribute_value_ids.iter();
        let mut values: Vec<&ProductTemplateAttributeValue> = values.filter(|value| value.tells_apart()).collect();
        values.sort_by_key(|value| (value.attribute_line_id.as_ref().map(Many2one::id), value.id));
        let names: Vec<&str> = values.iter().filter_map(|value| value.name.as_deref()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}

impl ProductProduct {
    /// The name with the distinguishing attribute values: `Desk (Black)`; the template must be loaded.
    pub fn title(&self) -> String {
        let name = &self.product_tmpl_id.name;
        match &self.combination_name {
            Some(combination) => format!("{name} ({combination})"),
            None => name.clone(),
        }
    }

    /// The sales price with what the attribute values add to it.
    pub fn price_with_extras(list_price: Decimal, values: &[ProductTemplateAttributeValue]) -> Decimal {
        sum(values.iter().map(|value| value.price_extra)).saturating_add(list_price)
    }
}
