//! Names: Rust's, SQL's and people's, and the nearest valid one to a misspelt one.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;

/// The name in SQL and JSON: without `r#`.
pub(crate) fn name(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// Names that no Rust identifier can have, not even a raw one: a field of such a name is `self_` in Rust.
pub(crate) const NO_IDENTIFIERS: [&str; 3] = ["self", "super", "crate"];

/// An identifier of this name; raw where the name is a Rust keyword, with an underscore where it is none at all.
pub(crate) fn ident(name: &str, span: Span) -> Ident {
    if NO_IDENTIFIERS.contains(&name) {
        return Ident::new(&format!("{name}_"), span);
    }
    match matches!(name, "Self" | "_") || syn::parse_str::<Ident>(name).is_ok() {
        true => Ident::new(name, span),
        false => Ident::new_raw(name, span),
    }
}

/// The identifier as a struct member, whichever way its author spelt it.
pub(crate) fn member(name: &Ident) -> Ident {
    ident(&self::name(name), name.span())
}

/// The identifier of a column in `diesel::table!`, where keywords and the module's own items are taken.
pub(crate) fn column(name: &str, table: &str, span: Span) -> Ident {
    let taken = matches!(name, "table" | "columns" | "dsl" | "star" | "all_columns") || name == table;
    match !taken && syn::parse_str::<Ident>(name).is_ok() {
        true => Ident::new(name, span),
        false => Ident::new(&format!("{name}_"), span),
    }
}

/// The author's place, with the macro's own standing: lints leave such tokens alone, errors point at the place.
pub(crate) fn located(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// `SaleOrder` → `sale_order`.
pub(crate) fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (i, c) in chars.iter().enumerate() {
        let after_word = i > 0 && (chars[i - 1].is_lowercase() || chars[i - 1].is_ascii_digit());
        let before_word = i > 0 && chars[i - 1] != '_' && chars.get(i + 1).is_some_and(|c| c.is_lowercase());
        if c.is_uppercase() && (after_word || before_word) {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// `order_line` → `Order Line`, `partner_id` → `Partner`: the label of a field without documentation.
pub(crate) fn field_label(name: &str) -> String {
    let stem = name
        .strip_suffix("_ids")
        .or_else(|| name.strip_suffix("_id"))
        .unwrap_or(name);
    title(if stem.is_empty() { name } else { stem })
}

/// `SaleOrder` → `Sale Order`: the label of a model or a variant without documentation.
pub(crate) fn type_label(name: &str) -> String {
    title(&snake_case(name))
}

fn title(snake: &str) -> String {
    let capital = |word: &str| {
        let mut chars = word.chars();
        chars
            .next()
            .map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
    };
    snake
        .split('_')
        .filter(|word| !word.is_empty())
        .map(capital)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Lower-case letters, digits and underscores, a letter first: what an SQL name is made of here.
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

/// ``; did you mean `name`?``, or the valid names where none is near.
pub(crate) fn hint<'a>(wrong: &str, what: &str, valid: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(wrong, valid.clone()) {
        Some(name) => format!("; did you mean `{name}`?"),
        None => {
            let names: Vec<String> = valid.into_iter().map(|name| format!("`{name}`")).collect();
            format!("; {what}: {}", names.join(", "))
        }
    }
}
