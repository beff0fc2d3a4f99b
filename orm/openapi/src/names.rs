//! The stable names of a document: operations, schemas, paths.

use orm_definition::def::FieldDef;

/// Where version 1 of the wire lives.
pub(super) const BASE: &str = "/restful/api/v1";

/// `SaleOrder` of `sale.order`, `OrderLine` of `order_line`.
pub(super) fn pascal(name: &str) -> String {
    let mut pascal = String::with_capacity(name.len());
    for word in name.split(['.', '_', '-']) {
        let mut letters = word.chars();
        pascal.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        pascal.push_str(letters.as_str());
    }
    pascal
}

/// `sale_order_list` of `sale.order` and `list`.
pub(super) fn operation(model: &str, verb: &str) -> String {
    format!("{}_{verb}", model.replace('.', "_"))
}

/// `/restful/api/v1/sale.order`.
pub(super) fn collection(model: &str) -> String {
    format!("{BASE}/{model}")
}

/// `/restful/api/v1/sale.order/{id}`.
pub(super) fn record(model: &str) -> String {
    format!("{BASE}/{model}/{{id}}")
}

/// `/restful/api/v1/sale.order/{id}/action_confirm`; of a method of the model, `/restful/api/v1/sale.order/search`.
pub(super) fn method(model: &str, on_records: bool, method: &str) -> String {
    match on_records {
        true => format!("{BASE}/{model}/{{id}}/{method}"),
        false => format!("{BASE}/{model}/{method}"),
    }
}

/// What the schemas of a model are called, after its name.
pub(super) const SUFFIXES: [&str; 9] = [
    "Read",
    "WriteResponse",
    "Record",
    "Create",
    "Update",
    "Command",
    "Commands",
    "Values",
    "Changes",
];

/// `SaleOrderRead` of `sale.order` and `Read`.
pub(super) fn schema(model: &str, suffix: &str) -> String {
    format!("{}{suffix}", pascal(model))
}

/// A field's label, unless it says no more than the name.
pub(super) fn telling(field: &FieldDef) -> &'static str {
    let words: Vec<String> = field.label.split([' ', '-', '_']).map(str::to_lowercase).collect();
    let label = words.join("_");
    let same = [
        field.name,
        field.name.trim_end_matches("_id"),
        field.name.trim_end_matches("_ids"),
    ];
    if same.contains(&label.as_str()) {
        ""
    } else {
        field.label
    }
}

/// Texts one after the other, each a sentence.
pub(super) fn sentences<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let texts = texts
        .into_iter()
        .map(|text| text.trim().trim_end_matches('.'))
        .filter(|text| !text.is_empty());
    texts.collect::<Vec<_>>().join(". ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_model() {
        assert_eq!(schema("sale.order.line", "Read"), "SaleOrderLineRead");
        assert_eq!(pascal("partner_id"), "PartnerId");
        assert_eq!(operation("sale.order", "list"), "sale_order_list");
        assert_eq!(
            method("res.partner", true, "read"),
            "/restful/api/v1/res.partner/{id}/read"
        );
    }
}
