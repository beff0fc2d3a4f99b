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
    base::AuditEntry,
    base::ApiAccess,
    crm::CrmTag,
    crm::CrmTeam,
    uom::UomCategory,
    uom::UomUom,
    account::AccountTaxGroup,
    account::AccountTax,
    account::AccountPaymentTerm,
    account::AccountPaymentTermLine,
    account::AccountMove,
    account::rights::CurrencyRights,
    account::rights::CurrencyRateRights,
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
    sale::rights::ProductCategoryRights,
    sale::rights::ProductAttributeRights,
    sale::rights::ProductAttributeValueRights,
    sale::rights::ProductTemplateAttributeLineRights,
    sale::rights::ProductTemplateAttributeValueRights,
    sale::rights::ProductPricelistRights,
    sale::rights::ProductPricelistItemRights,
    sale::rights::UomUomRights,
    sale::rights::UomCategoryRights,
    sale::SaleOrder,
    sale::SaleOrderLine,
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use orm::Runtime;
    use orm::field::Decimal;

    /// Parses `text` as a decimal.
    pub(crate) fn number(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn the_definitions_fit_together() {
        Runtime::new(&super::catalogue()).unwrap_or_else(|error| panic!("{error}"));
    }

    /// The files below a folder.
    fn files(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries
            .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
            .collect()
    }

    #[test]
    fn every_model_and_extension_is_in_the_catalogue() {
        let listed = |file: &Path| {
            let sources = super::catalogue().into_iter().map(|(def, _)| def.source.file);
            sources.filter(|source| file.ends_with(source)).count()
        };
        let files = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
        let mut all = 0;
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            let is_head = |line: &&str| line.starts_with("#[model(") || line.starts_with("#[extend(");
            let declared = text.lines().filter(is_head).count();
            assert_eq!(
                listed(&file),
                declared,
                "{}: what is declared there and not listed in `orm::catalogue!` (models/src/lib.rs) has no table and is not \
                 served",
                file.display()
            );
            all += declared;
        }
        assert_eq!(all, super::catalogue().len());
    }
}
