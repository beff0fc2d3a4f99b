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
    use std::fs;
    use std::path::Path;

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

    /// The model names that the files of a folder declare, each with its file.
    fn declared(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                declared(&path, found);
                continue;
            }
            let source = fs::read_to_string(&path).unwrap();
            let heads = source.split("#[model(").skip(1);
            let names =
                heads.filter_map(|head| Some(head.trim_start().strip_prefix('"')?.split_once('"')?.0.to_owned()));
            let is_name = |name: &String| name.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '.' | '_'));
            let names = names.filter(is_name);
            found.extend(names.map(|name| (name, path.display().to_string())));
        }
    }

    #[test]
    fn every_declared_model_is_in_the_catalogue() {
        let catalogue = super::catalogue();
        let mut found = Vec::new();
        declared(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        assert!(found.len() >= catalogue.len(), "only these are found: {found:?}");
        found.retain(|(name, _)| catalogue.iter().all(|(def, _)| def.name != name));
        let add =
            "add these models to `orm::catalogue!` in models/src/lib.rs, or they have no table and are not served";
        assert!(found.is_empty(), "{add}: {found:#?}");
    }
}
