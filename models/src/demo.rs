//! The demo data: a furniture dealer with customers, products and a year of orders.
//!
//! Each file is a JSON object, model → `{"fields": […], "rows": [[…], …]}`. The first field is the id. A many2one is an
//! id, a many2many a list of ids, and `false` means empty. Rows are stored as they are: the files contain the values of
//! stored computed fields, too.

/// Name and content of each file. Their records refer to each other: load all files in one transaction.
pub const DEMO: &[(&str, &str)] = &[
    ("base", include_str!("../demo/base.json")),
    ("crm", include_str!("../demo/crm.json")),
    ("uom", include_str!("../demo/uom.json")),
    ("account", include_str!("../demo/account.json")),
    ("product", include_str!("../demo/product.json")),
    ("sale", include_str!("../demo/sale.json")),
];

#[cfg(test)]
mod tests;
