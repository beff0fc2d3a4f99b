//! The business models of the catalogue: one file each, in a folder for each area.
//!
//! A model is a struct with `#[model("…")]`; its table, REST endpoints, filters, nested reads and documents follow from
//! the definition. To add one: write its file, name it in the `mod.rs` of its area, and list it in the catalogue below.
//!
//! Business arithmetic is in small pure functions beside the models, such as those of [`account::amounts`]; the methods
//! of a model only pass its values to them.

pub mod account;
pub mod base;
pub mod crm;
pub mod demo;
pub mod product;
pub mod sale;
pub mod uom;

orm::catalogue! {
    base::ResCountry,
    base::ResCountryState,
    base::ResCurrency,
    base::ResCurrencyRate,
    base::ResPartnerCategory,
    base::ResPartner,
    base::ResCompany,
    base::ResGroups,
    base::ResUsers,
    base::IrSequence,
    crm::CrmTag,
    crm::CrmTeam,
    uom::UomCategory,
    uom::UomUom,
    account::AccountTaxGroup,
    account::AccountTax,
    account::AccountPaymentTerm,
    account::AccountPaymentTermLine,
    account::AccountMove,
    product::ProductCategory,
    product::ProductAttribute,
    product::ProductAttributeValue,
    product::ProductTemplate,
    product::ProductTemplateAttributeLine,
    product::ProductTemplateAttributeValue,
    product::ProductProduct,
    product::ProductPricelist,
    product::ProductPricelistItem,
    sale::PartnerSales,
    sale::ProductTemplateSales,
    sale::ProductSales,
    sale::TaxSales,
    sale::SaleOrder,
    sale::SaleOrderLine,
}

#[cfg(test)]
mod tests {
    use orm::Runtime;
    use orm::field::Decimal;

    /// Parses `text` as a decimal.
    pub(crate) fn number(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn the_definitions_fit_together() {
        Runtime::new(&super::catalogue()).unwrap_or_else(|error| panic!("{error:?}"));
    }
}
