//! Names in Rust and SQL, labels for people, and the nearest valid name to a misspelt one.

use heck::ToTitleCase as _;
use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;

/// The name in SQL and JSON: without `r#`.
pub(crate) fn name(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// Names that no Rust identifier can have, not even a raw one: a field named `self` is written `self_` in Rust.
pub(crate) const NO_IDENTIFIERS: [&str; 3] = ["self", "super", "crate"];

/// An identifier of this name: raw where the name is a Rust keyword, with `_` appended where that is impossible too.
pub(crate) fn ident(name: &str, span: Span) -> Ident {
    if NO_IDENTIFIERS.contains(&name) {
        return Ident::new(&format!("{name}_"), span);
    }
    match matches!(name, "Self" | "_") || syn::parse_str::<Ident>(name).is_ok() {
        true => Ident::new(name, span),
        false => Ident::new_raw(name, span),
    }
}

/// The identifier as a struct member, whether its author wrote `type` or `r#type`.
pub(crate) fn member(name: &Ident) -> Ident {
    ident(&self::name(name), name.span())
}

/// The table of a model. A name that is none, which is reported, still gives an identifier.
pub(crate) fn table(model: &str) -> String {
    let letter = |letter: char| match letter.is_ascii_alphanumeric() {
        true => letter,
        false => '_',
    };
    let table: String = model.chars().map(letter).collect();
    match table.starts_with(|first: char| first.is_ascii_alphabetic()) {
        true => table,
        false => format!("x_{table}"),
    }
}

/// The identifier of a column in `diesel::table!`: `_` is appended to keywords and to names of the module's own items.
pub(crate) fn column(name: &str, table: &str, span: Span) -> Ident {
    let taken = matches!(name, "table" | "columns" | "dsl" | "star" | "all_columns") || name == table;
    match !taken && syn::parse_str::<Ident>(name).is_ok() {
        true => Ident::new(name, span),
        false => Ident::new(&format!("{name}_"), span),
    }
}

/// The author's source position with the macro's hygiene: errors point at the position, lints ignore the tokens.
pub(crate) fn located(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// `order_line` → `Order Line`, `partner_id` → `Partner`: the label of a field without documentation.
pub(crate) fn field_label(name: &str) -> String {
    let stem = name
        .strip_suffix("_ids")
        .or_else(|| name.strip_suffix("_id"))
        .unwrap_or(name);
    if stem.is_empty() { name } else { stem }.to_title_case()
}

/// `SaleOrder` → `Sale Order`: the label of a model or a variant without documentation.
pub(crate) fn type_label(name: &str) -> String {
    name.to_title_case()
}

/// Whether an SQL name is accepted: lower-case letters, digits and underscores, a letter first.
pub(crate) fn is_sql_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// The valid name that `wrong` was most likely meant to be.
pub(crate) fn nearest<'a>(wrong: &str, valid: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    valid
        .into_iter()
        .map(|name| (strsim::jaro_winkler(wrong, name), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// ``; did you mean `name`?``, or `; {what}: ` and all valid names where none is near.
pub(crate) fn hint<'a>(wrong: &str, what: &str, valid: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(wrong, valid.clone()) {
        Some(name) => format!("; did you mean `{name}`?"),
        None => {
            let names: Vec<String> = valid.into_iter().map(|name| format!("`{name}`")).collect();
            format!("; {what}: {}", names.join(", "))
        }
    }
}
