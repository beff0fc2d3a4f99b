//! The names of a document's operations, schemas and paths. They are stable, because generated clients use them.

use orm_definition::def::FieldDef;

/// The path below which version 1 of the API is served.
pub(super) const BASE: &str = "/restful/api/v1";

/// Converts a name: `sale.order` to `SaleOrder`, `order_line` to `OrderLine`.
pub(super) fn pascal(name: &str) -> String {
    let mut pascal = String::with_capacity(name.len());
    for word in name.split(['.', '_', '-']) {
        let mut letters = word.chars();
        pascal.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        pascal.push_str(letters.as_str());
    }
    pascal
}

/// The id of an operation: `sale_order_list` for `sale.order` and `list`.
pub(super) fn operation(model: &str, verb: &str) -> String {
    format!("{}_{verb}", model.replace('.', "_"))
}

/// The path of a model: `/restful/api/v1/sale.order`.
pub(super) fn collection(model: &str) -> String {
    format!("{BASE}/{model}")
}

/// The path of a record: `/restful/api/v1/sale.order/{id}`.
pub(super) fn record(model: &str) -> String {
    format!("{BASE}/{model}/{{id}}")
}

/// The path of a method: `/restful/api/v1/sale.order/{id}/action_confirm`, or `/restful/api/v1/sale.order/search` for a
/// method of the model.
pub(super) fn method(model: &str, on_records: bool, method: &str) -> String {
    match on_records {
        true => format!("{BASE}/{model}/{{id}}/{method}"),
        false => format!("{BASE}/{model}/{method}"),
    }
}

/// The suffixes of the names of a model's schemas.
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

/// The suffix of the names of the schemas of a method's arguments.
pub(super) const ARGUMENTS: &str = "Arguments";

/// The names of the other schemas that belong to no model.
pub(super) const SHARED: [&str; 29] = [
    "All",
    "AccessToken",
    "AccessTokenName",
    "AccessTokenRequest",
    "AccessTokenScope",
    "BinaryOrEmpty",
    "Command",
    "CommandClear",
    "CommandDelete",
    "CommandLink",
    "CommandOnIds",
    "CommandSet",
    "CommandUnlink",
    "Commands",
    "DateOrEmpty",
    "DateTimeOrEmpty",
    "Done",
    "Empty",
    "IdName",
    "IdNameOrEmpty",
    "IdOrEmpty",
    "IntegerOrEmpty",
    "Login",
    "NewAccessToken",
    "NumberOrEmpty",
    "PasswordChange",
    "Problem",
    "Session",
    "TextOrEmpty",
];

/// The name of a schema: `SaleOrderRead` for `sale.order` and `Read`.
pub(super) fn schema(model: &str, suffix: &str) -> String {
    format!("{}{suffix}", pascal(model))
}

/// A field's label; empty if it says no more than the field's name.
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

/// Joins texts as sentences; empty ones are left out.
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
