//! Parameters of a list: which records, which of their fields, in which order, and how many; and those of a single
//! record.
//!
//! As filters, the fields that can be searched by, except one2many relations, are listed in their plain form and with
//! the operators that are used most for their kind. The other operators, and paths over relations, are described once,
//! in the document's introduction: listed for every field, they would be most of the document.

use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::{ObjectBuilder, RefOr, Required, Schema, Type};

use super::catalog::Catalog;
use super::names::telling;
use super::value;
use orm_definition::def::Kind;
use orm_definition::registry::{FieldId, FieldInfo, ModelInfo};

/// Fields that every model has. They can be filtered by, but are not listed.
const IMPLICIT_FIELDS: [&str; 5] = ["create_uid", "create_date", "write_uid", "write_date", "display_name"];

/// The query parameters of a list.
pub(super) fn list(catalog: &mut Catalog<'_>, model: &ModelInfo) -> Vec<Parameter> {
    let number = || ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0));
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let domain = "Conditions as JSON: `[[\"create_date\",\">\",\"2024-01-01\"]]`, joined by `&`, `|`, `!` in front";
    let all = catalog.named("All", |_| {
        text().enum_values(Some(["all"])).description(Some("No limit"))
    });
    let mut parameters = vec![
        fields(),
        query("offset", number(), "How many records to skip").build(),
        query(
            "limit",
            value::one_of([number().into(), all.into()]),
            "The most records to answer; `all`: the whole result, of any size, sent while it is read",
        )
        .example(Some(80.into()))
        .build(),
        order(model),
        query(
            "cursor",
            text(),
            "`*` for the first page; those around it are in the header `Link`",
        )
        .build(),
        query(
            "count",
            text().enum_values(Some(["none", "exact", "estimated"])),
            "Whether `X-Total-Count` is answered",
        )
        .build(),
        query("domain", text(), domain).build(),
    ];
    if model.active.is_some() {
        let boolean = ObjectBuilder::new().schema_type(Type::Boolean);
        parameters.push(query("active_test", boolean, "`false`: archived records too").build());
    }
    for (index, field) in model.fields.iter().enumerate() {
        if filterable(catalog, model, index) {
            filters(catalog, model, field, &mut parameters);
        }
    }
    parameters
}

/// The parameter `fields` of a single record.
pub(super) fn fields_of_one() -> Parameter {
    query("fields", ObjectBuilder::new().schema_type(Type::String), "As of a list").build()
}

/// The path parameter with the id of a record.
pub(super) fn record_id() -> Parameter {
    let parameter = ParameterBuilder::new()
        .name("id")
        .parameter_in(ParameterIn::Path)
        .required(Required::True);
    parameter
        .description(Some("Id of the record"))
        .schema(Some(value::id().minimum(Some(1))))
        .build()
}

fn fields() -> Parameter {
    let description =
        "Like `id,create_uid(id,display_name)`: names of the model, those of related records in parentheses";
    query("fields", ObjectBuilder::new().schema_type(Type::String), description).build()
}

fn order(model: &ModelInfo) -> Parameter {
    let own: Vec<String> = (model.def.order.iter())
        .map(|term| format!("{}{}", term.path.join("."), if term.desc { " desc" } else { "" }))
        .collect();
    let description = format!("Like `create_uid.name, id desc`. Default: `{}`", own.join(", "));
    query("order", ObjectBuilder::new().schema_type(Type::String), &description).build()
}

fn filterable(catalog: &Catalog<'_>, model: &ModelInfo, index: FieldId) -> bool {
    let field = &model.fields[index];
    let pairs = matches!(field.def.kind, Kind::Many2many { .. }) && !field.def.secret && !field.unstored;
    !IMPLICIT_FIELDS.contains(&field.def.name) && (pairs || catalog.registry.is_searchable(model, index))
}

/// One form of a filter: its suffix and its type.
type Form = (&'static str, RefOr<Schema>);

fn filters(catalog: &mut Catalog<'_>, model: &ModelInfo, field: &FieldInfo, parameters: &mut Vec<Parameter>) {
    for (suffix, schema) in forms(catalog, model, field) {
        let list = matches!(schema, RefOr::T(Schema::Array(_)));
        // The suffixes are described once, in the introduction.
        let description = if suffix.is_empty() { telling(field.def) } else { "" };
        let parameter = query(&format!("{}{suffix}", field.def.name), schema, description);
        parameters.push(match list {
            true => parameter.style(Some(ParameterStyle::Form)).explode(Some(false)).build(),
            false => parameter.build(),
        });
    }
}

fn forms(catalog: &mut Catalog<'_>, model: &ModelInfo, field: &FieldInfo) -> Vec<Form> {
    let value = catalog.value(model, field, false, false);
    let text = || value::scalar(&Kind::Text).into();
    let mut forms: Vec<Form> = vec![("", value.clone())];
    match field.def.kind {
        Kind::Float | Kind::Decimal { .. } | Kind::Monetary { .. } | Kind::Date => {
            forms.extend([("_start", value.clone()), ("_end", value)]);
        }
        // No `format`, because a date without a time is allowed (as `_end` it means the end of that day).
        Kind::DateTime => forms = vec![("", text()), ("_start", text()), ("_end", text())],
        Kind::Char { .. } | Kind::Text | Kind::Html | Kind::DisplayName => forms.push(("__ilike", text())),
        Kind::Id | Kind::Selection { .. } => forms.push(("__in", value::list(value))),
        Kind::Many2one { .. } => {
            forms.push(("__in", value::list(value.clone())));
            if hierarchical(catalog, field) {
                forms.extend([("__child_of", value.clone()), ("__parent_of", value)]);
            }
        }
        Kind::Int | Kind::BigInt | Kind::Bool | Kind::One2many { .. } | Kind::Many2many { .. } => {}
        Kind::Binary | Kind::Json { .. } => {}
    }
    forms
}

/// Whether the relation's target is a hierarchy.
fn hierarchical(catalog: &Catalog<'_>, field: &FieldInfo) -> bool {
    field
        .target
        .is_some_and(|target| catalog.registry.model(target).parent.is_some())
}

fn query(name: &str, schema: impl Into<RefOr<Schema>>, description: &str) -> ParameterBuilder {
    let parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False);
    let description = (!description.is_empty()).then_some(description);
    parameter.description(description).schema(Some(schema))
}
