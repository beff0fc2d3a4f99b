//! Schemas of single values, by kind of field, and helpers that combine schemas.

use serde_json::Value as Json;
use utoipa::Number;
use utoipa::openapi::schema::{AllOfBuilder, AnyOfBuilder, ArrayBuilder, OneOfBuilder, SchemaType};
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type};

use orm_definition::def::{Kind, TextForm};

/// The schema of a value of this kind that is not empty. A selection is any text here, a relation is an id.
pub(super) fn scalar(kind: &Kind) -> ObjectBuilder {
    let of = |kind: Type| ObjectBuilder::new().schema_type(kind);
    let known = |kind: Type, format: KnownFormat| of(kind).format(Some(SchemaFormat::KnownFormat(format)));
    match kind {
        Kind::Id | Kind::BigInt | Kind::Many2one { .. } | Kind::One2many { .. } | Kind::Many2many { .. } => {
            known(Type::Integer, KnownFormat::Int64)
        }
        Kind::Int => known(Type::Integer, KnownFormat::Int32),
        Kind::Float => known(Type::Number, KnownFormat::Double),
        // Exact in JSON text; no format, which would promise a binary float.
        Kind::Decimal { .. } | Kind::Monetary { .. } => of(Type::Number),
        Kind::Bool => of(Type::Boolean),
        Kind::Char { .. } | Kind::Text | Kind::Html | Kind::DisplayName | Kind::Selection { .. } => of(Type::String),
        Kind::Date => known(Type::String, KnownFormat::Date),
        Kind::DateTime => known(Type::String, KnownFormat::DateTime),
        Kind::Binary => of(Type::String).content_encoding("base64"),
        Kind::Json { .. } => ObjectBuilder::new().schema_type(SchemaType::AnyValue),
    }
}

/// The schema of texts of a form.
pub(super) fn of_form(text: ObjectBuilder, form: Option<TextForm>) -> ObjectBuilder {
    let format = |name: &str| Some(SchemaFormat::Custom(name.to_owned()));
    match form {
        None => text,
        Some(TextForm::Email) => text.format(format("email")),
        Some(TextForm::Url) => text.format(format("uri")),
        Some(TextForm::Pattern(pattern)) => text.pattern(Some(format!("^(?:{pattern})$"))),
    }
}

/// A constant of a definition as a number; `None` for a date.
pub(super) fn number(text: &str) -> Option<Number> {
    let whole = text.parse().map(Number::Int);
    whole.or_else(|_| text.parse().map(Number::Float)).ok()
}

/// The schema of an id.
pub(super) fn id() -> ObjectBuilder {
    scalar(&Kind::Id)
}

/// The schema of `false`, which stands for no value.
pub(super) fn empty() -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Boolean)
        .enum_values(Some([false]))
}

/// The schema of a constant number, such as the first element of a command.
pub(super) fn constant(number: u8) -> Schema {
    let number = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .enum_values(Some([Json::from(number)]));
    Schema::Object(number.build())
}

/// Converts to a schema, where utoipa's types do not accept a reference: a reference becomes an `allOf` with one part.
pub(super) fn in_place(schema: impl Into<RefOr<Schema>>) -> Schema {
    match schema.into() {
        RefOr::Ref(reference) => Schema::AllOf(AllOfBuilder::new().item(reference).build()),
        RefOr::T(schema) => schema,
    }
}

/// The schema of a list.
pub(super) fn list(items: impl Into<RefOr<Schema>>) -> RefOr<Schema> {
    let items: RefOr<Schema> = items.into();
    ArrayBuilder::new().items(items).into()
}

/// The schema of a tuple: a list with `prefix` as the schemas of its positions; up to `more` positions may follow.
/// `items` is a union of the schemas of all positions, because some generators read only `items`.
pub(super) fn tuple(prefix: Vec<Schema>, more: usize, description: &str) -> RefOr<Schema> {
    let mut kinds: Vec<RefOr<Schema>> = Vec::new();
    for item in &prefix {
        let kind = widened(item);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let items: RefOr<Schema> = match <[RefOr<Schema>; 1]>::try_from(kinds) {
        Ok([kind]) => kind,
        Err(kinds) => any_of(kinds),
    };
    let least = prefix.len();
    let tuple = ArrayBuilder::new()
        .items(items)
        .prefix_items(prefix)
        .min_items(Some(least))
        .max_items(Some(least + more));
    match description.is_empty() {
        true => tuple.into(),
        false => tuple.description(Some(description)).into(),
    }
}

/// The schema of a position as a part of that union: a constant becomes any value of its type, an `allOf` with one part
/// becomes this part.
fn widened(item: &Schema) -> RefOr<Schema> {
    match item {
        Schema::Object(object) if object.enum_values.is_some() => RefOr::T(Schema::Object(
            ObjectBuilder::new().schema_type(object.schema_type.clone()).build(),
        )),
        Schema::AllOf(all) => match all.items.as_slice() {
            [only] => only.clone(),
            _ => RefOr::T(item.clone()),
        },
        _ => RefOr::T(item.clone()),
    }
}

/// `oneOf`: exactly one of these schemas.
pub(super) fn one_of(parts: impl IntoIterator<Item = RefOr<Schema>>) -> RefOr<Schema> {
    parts.into_iter().fold(OneOfBuilder::new(), OneOfBuilder::item).into()
}

/// `anyOf`: at least one of these schemas.
pub(super) fn any_of(parts: impl IntoIterator<Item = RefOr<Schema>>) -> RefOr<Schema> {
    parts.into_iter().fold(AnyOfBuilder::new(), AnyOfBuilder::item).into()
}

/// The same schema with a description; an empty text changes nothing.
pub(super) fn described(mut schema: RefOr<Schema>, text: &str) -> RefOr<Schema> {
    if text.is_empty() {
        return schema;
    }
    match &mut schema {
        RefOr::Ref(reference) => reference.description = text.to_owned(),
        RefOr::T(Schema::Object(object)) => object.description = Some(text.to_owned()),
        RefOr::T(Schema::Array(array)) => array.description = Some(text.to_owned()),
        RefOr::T(Schema::OneOf(parts)) => parts.description = Some(text.to_owned()),
        RefOr::T(Schema::AllOf(parts)) => parts.description = Some(text.to_owned()),
        RefOr::T(Schema::AnyOf(parts)) => parts.description = Some(text.to_owned()),
        RefOr::T(_) => {}
    }
    schema
}
