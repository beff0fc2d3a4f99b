//! Product templates: what all variants of a product have in common.

use orm::prelude::*;

use super::{
    ProductAttributeCreateVariant, ProductCategory, ProductCategoryFilter, ProductProduct,
    ProductTemplateAttributeLine, variants,
};
use crate::account::AccountTax;
use crate::account::group as account;
use crate::base::group;
use crate::base::{ResCompany, ResCurrency};
use crate::uom::{UomUom, UomUomFilter};

/// Product
#[model("product.template", order = "priority desc, name")]
#[api]
#[access(group::USER: read; account::MANAGER: all; group::SETTINGS: all)]
#[rule(everyone: company_id.is_none() || env.companies.contains(company_id))]
#[index(name)]
#[display_name("[{default_code}] ", "{name}")]
pub struct ProductTemplate {
    /// Name
    #[field(index = "trigram")]
    pub name: String,
    /// Sequence
    #[field(default = 1)]
    pub sequence: i32,
    /// Favorite
    #[field(default = ProductTemplatePriority::Normal)]
    pub priority: ProductTemplatePriority,
    /// Description
    pub description: Option<Html>,
    /// Purchase Description
    pub description_purchase: Option<Text>,
    /// Product Type
    ///
    /// Storable products are counted in stock, consumables are not, services are no goods.
    #[field(default = ProductTemplateType::Consu)]
    pub detailed_type: ProductTemplateType,
    /// Type
    #[field(compute, store, depends(detailed_type))]
    pub r#type: Option<ProductTemplateType>,
    /// Product Category
    #[field(on_delete = restrict, default = method(first_category))]
    pub categ_id: Many2one<ProductCategory>,
    /// Currency
    ///
    /// Currency of the sales price: that of the product's company, else of the caller's company.
    #[field(compute, batch, depends(company_id))]
    pub currency_id: Option<Many2one<ResCurrency>>,
    /// Cost Currency
    ///
    /// Currency of the cost: that of the caller's company.
    #[field(compute, batch)]
    pub cost_currency_id: Option<Many2one<ResCurrency>>,
    /// Sales Price
    #[field(digits = (16, 2), default = 1.0)]
    pub list_price: Decimal,
    /// Can be Sold
    #[field(default = true)]
    pub sale_ok: bool,
    /// Can be Purchased
    #[field(default = true)]
    pub purchase_ok: bool,
    /// Unit of Measure
    #[field(on_delete = restrict, default = method(first_unit))]
    pub uom_id: Option<Many2one<UomUom>>,
    /// Unit of Measure Name
    #[field(related = uom_id.name)]
    pub uom_name: Option<String>,
    /// Purchase UoM
    ///
    /// Of the same category as the unit of measure.
    #[field(on_delete = restrict, compute, store, writable, depends(uom_id))]
    pub uom_po_id: Option<Many2one<UomUom>>,
    /// Company
    ///
    /// The only company that sells the product; empty for all companies.
    pub company_id: Option<Many2one<ResCompany>>,
    /// Active
    #[field(default = true)]
    pub active: bool,
    /// Color Index
    #[field(default = 0)]
    pub color: i32,
    /// Product Attributes
    #[field(inverse = product_tmpl_id, copy = true)]
    pub attribute_line_ids: One2many<ProductTemplateAttributeLine>,
    /// Products
    #[field(inverse = product_tmpl_id)]
    pub product_variant_ids: One2many<ProductProduct>,
    /// Product
    ///
    /// The first active variant, by internal reference.
    #[field(compute, depends(product_variant_ids.active, product_variant_ids.default_code))]
    pub product_variant_id: Option<Many2one<ProductProduct>>,
    /// # Product Variants
    ///
    /// Archived variants are not counted.
    #[field(compute, depends(product_variant_ids.active))]
    pub product_variant_count: i32,
    /// Is a product variant
    ///
    /// Always false: a product template is not a variant.
    #[field(compute)]
    pub is_product_variant: bool,
    /// Barcode
    ///
    /// The variant's barcode if the product has only one variant; else empty.
    #[field(compute, depends(product_variant_ids.active, product_variant_ids.barcode), search = find_barcode)]
    pub barcode: Option<String>,
    /// Internal Reference
    ///
    /// The variant's internal reference if the product has only one variant; else empty.
    #[field(compute, store, depends(product_variant_ids.active, product_variant_ids.default_code))]
    pub default_code: Option<String>,
    /// Cost
    ///
    /// The variant's cost if the product has only one variant; else 0.
    #[field(compute, store, digits = (16, 2), groups(group::USER),
            depends(product_variant_ids.active, product_variant_ids.standard_price))]
    pub standard_price: Decimal,
    /// Volume
    ///
    /// The variant's volume if the product has only one variant; else 0.
    #[field(compute, store, digits = (16, 2), depends(product_variant_ids.active, product_variant_ids.volume))]
    pub volume: Decimal,
    /// Weight
    ///
    /// The variant's weight if the product has only one variant; else 0.
    #[field(compute, store, digits = (16, 2), depends(product_variant_ids.active, product_variant_ids.weight))]
    pub weight: Decimal,
    /// Is a configurable product
    ///
    /// An attribute has several values or a custom value, or creates variants on demand, so that the customer has a
    /// choice.
    #[field(
        compute,
        store,
        depends(attribute_line_ids.attribute_id.create_variant, attribute_line_ids.value_ids.is_custom)
    )]
    pub has_configurable_attributes: bool,
    /// Customer Taxes
    #[field(relation = "product_taxes_rel", column = "prod_id", target_column = "tax_id")]
    pub taxes_id: Many2many<AccountTax>,
    /// Vendor Taxes
    #[field(
        relation = "product_supplier_taxes_rel",
        column = "prod_id",
        target_column = "tax_id"
    )]
    pub supplier_taxes_id: Many2many<AccountTax>,
    /// Optional Products
    ///
    /// Offered along with this one.
    #[field(relation = "product_optional_rel", column = "src_id", target_column = "dest_id")]
    pub optional_product_ids: Many2many<ProductTemplate>,
    /// Image
    pub image_1920: Option<Binary>,
}

#[methods]
impl ProductTemplate {
    fn first_category(env: &mut Env<'_>) -> Result<Option<i64>> {
        Records::<ProductCategory>::first(env, ProductCategoryFilter::default(), "id")
    }

    fn first_unit(env: &mut Env<'_>) -> Result<Option<i64>> {
        Records::<UomUom>::first(env, UomUomFilter::default(), "id")
    }

    /// Creates and removes variants, so that there is one for each combination of the attributes' values.
    #[after(
        active,
        attribute_line_ids.active,
        attribute_line_ids.attribute_id,
        attribute_line_ids.value_ids,
        loads(attribute_line_ids.product_template_value_ids)
    )]
    fn comes_in_variants(products: &[Self], env: &mut Env<'_>) -> Result<()> {
        variants::follow(products, env)
    }

    fn uom_po_id(&self) -> Option<i64> {
        self.uom_id.as_ref().map(Many2one::id)
    }

    #[constrains(uom_id.category_id, uom_po_id.category_id)]
    fn units_of_one_category(&self) -> Check {
        match (&self.uom_id, &self.uom_po_id) {
            (Some(unit), Some(purchase)) if unit.category_id.id() != purchase.category_id.id() => {
                Err("the purchase unit is of the same category as the unit of measure".to_owned())
            }
            _ => Ok(()),
        }
    }

    fn currency_id(records: &[Self], env: &mut Env<'_>) -> Result<Vec<Option<i64>>> {
        let companies = records
            .iter()
            .map(|product| product.company_id.as_ref().map(Many2one::id));
        ResCompany::currencies(env, companies)
    }

    fn cost_currency_id(records: &[Self], env: &mut Env<'_>) -> Result<Vec<Option<i64>>> {
        ResCompany::currencies(env, records.iter().map(|_| None))
    }

    fn product_variant_id(&self) -> Option<i64> {
        let code = |variant: &ProductProduct| (variant.default_code.is_none(), variant.default_code.clone());
        let first = self.active_variants().min_by_key(|variant| (code(variant), variant.id));
        first.map(|variant| variant.id)
    }

    fn product_variant_count(&self) -> i32 {
        self.active_variants().map(|_| 1).sum()
    }

    fn is_product_variant(&self) -> bool {
        false
    }

    fn barcode(&self) -> Option<String> {
        self.only_variant()?.barcode.clone()
    }

    /// Matches products by the barcodes of their variants.
    fn find_barcode(op: Op, operand: &Operand, env: &mut Env<'_>) -> Result<Domain> {
        Domain::at::<ProductTemplate>(env, "product_variant_ids.barcode", op, operand.clone())
    }

    fn r#type(&self) -> Option<ProductTemplateType> {
        Some(self.detailed_type)
    }

    fn default_code(&self) -> Option<String> {
        self.only_variant()?.default_code.clone()
    }

    fn standard_price(&self) -> Decimal {
        self.only_variant()
            .map_or(Decimal::ZERO, |variant| variant.standard_price)
    }

    fn volume(&self) -> Decimal {
        self.only_variant().map_or(Decimal::ZERO, |variant| variant.volume)
    }

    fn weight(&self) -> Decimal {
        self.only_variant().map_or(Decimal::ZERO, |variant| variant.weight)
    }

    fn has_configurable_attributes(&self) -> bool {
        self.attribute_line_ids.iter().any(|line| {
            line.value_ids.len() > 1
                || line.value_ids.iter().any(|value| value.is_custom)
                || line.attribute_id.create_variant == ProductAttributeCreateVariant::Dynamic
        })
    }
}

impl ProductTemplate {
    /// The name with the reference before it: `[FURN_7777] Chair`.
    pub fn title(&self) -> String {
        match &self.default_code {
            Some(code) => format!("[{code}] {}", self.name),
            None => self.name.clone(),
        }
    }

    fn active_variants(&self) -> impl Iterator<Item = &ProductProduct> {
        self.product_variant_ids.iter().filter(|variant| variant.active)
    }

    /// The variant of a product that has only one active variant, or, if it has no active one, only one archived
    /// variant.
    fn only_variant(&self) -> Option<&ProductProduct> {
        let mut active = self.active_variants();
        match (active.next(), active.next(), &*self.product_variant_ids) {
            (Some(variant), None, _) | (None, _, [variant]) => Some(variant),
            _ => None,
        }
    }
}

/// Whether a product is a service or goods, and whether the goods are counted in stock.
#[derive(Selection)]
pub enum ProductTemplateType {
    /// Consumable
    Consu,
    /// Service
    Service,
    /// Storable Product
    Product,
}

/// Whether a product comes first in lists.
#[derive(Selection)]
pub enum ProductTemplatePriority {
    /// Normal
    #[selection(value = "0")]
    Normal,
    /// Favorite
    #[selection(value = "1")]
    Favorite,
}
