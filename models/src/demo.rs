//! The demo data: a furniture dealer with customers, products and a year of orders.
//!
//! Each file is a JSON object, model → `{"fields": […], "rows": [[…], …]}`. The first field is the id; relations are ids,
//! many2many lists of ids, `false` stands for empty. Rows are loaded as they stand, stored computed fields included.

/// The files, name and text. They refer to each other: load them in one transaction.
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
