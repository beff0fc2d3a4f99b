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
    use orm::registry::ModelInfo;

    /// Parses `text` as a decimal.
    pub(crate) fn number(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn the_definitions_fit_together() {
        Runtime::new(&super::catalogue()).unwrap_or_else(|error| panic!("{error}"));
    }

    /// A relation between records of companies says which companies' records it is for, by its `domain`; or it is listed
    /// here with the reason why it need not.
    #[test]
    fn relations_stay_within_a_company() {
        const OTHERS: [(&str, &str); 18] = [
            ("sale.order.user_id", "a user works for several companies"),
            ("sale.order.line.salesman_id", "a user works for several companies"),
            ("crm.team.user_id", "a user works for several companies"),
            ("res.partner.user_id", "a user works for several companies"),
            ("sale.order.line.order_id", "a line has the company of its order"),
            ("sale.order.line.order_partner_id", "it is the order's"),
            ("sale.order.invoice_ids", "they are computed from the lines"),
            ("res.users.partner_id", "a user works for several companies"),
            ("res.users.sale_team_id", "a user works for several companies"),
            (
                "res.partner.parent_id",
                "a contact of one company may belong to a partner of all",
            ),
            ("res.partner.commercial_partner_id", "it is computed from the parents"),
            ("res.partner.self", "it is the record itself"),
            (
                "res.partner.property_payment_term_id",
                "documents of other companies do not take it",
            ),
            (
                "res.partner.property_product_pricelist",
                "documents of other companies do not take it",
            ),
            ("res.partner.team_id", "documents of other companies do not take it"),
            ("product.template.taxes_id", "a line takes those of its company"),
            (
                "product.template.supplier_taxes_id",
                "a document takes those of its company",
            ),
            ("product.template.optional_product_ids", "they are only proposed"),
        ];
        let runtime = Runtime::new(&super::catalogue()).unwrap();
        let of_company = |model: &ModelInfo| model.def.position("company_id").is_some();
        let mut free = Vec::new();
        for model in runtime.models().iter().filter(|model| of_company(model)) {
            for field in model
                .fields
                .iter()
                .filter(|field| field.via.is_none() && field.inverse.is_none())
            {
                let leads = field.target.is_some_and(|target| of_company(runtime.model(target)));
                let implicit = ["create_uid", "write_uid"].contains(&field.def.name);
                if leads && !implicit && field.def.domain.is_none() {
                    free.push(format!("{}.{}", model.def.name, field.def.name));
                }
            }
        }
        let listed: Vec<&str> = OTHERS.iter().map(|(field, _)| *field).collect();
        free.retain(|field| !listed.contains(&field.as_str()));
        assert!(
            free.is_empty(),
            "write `domain = company_id.is_none() || company_id == self.company_id`: {free:?}"
        );
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
