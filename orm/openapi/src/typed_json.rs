//! Schemas of the types of `Json` fields: components by the names of the types, as `#[json]` describes them.

use serde_json::{Value as Json, json};
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::{Object, RefOr, Schema};

use super::names::{self, pascal};
use orm_definition::def::{FieldDef, JsonSchemas, JsonType, Kind};
use orm_definition::registry::Registry;

/// Where schemas refer to each other.
const COMPONENTS: &str = "#/components/schemas/";

/// The schema of a type, and the components to which it refers, by their names: of itself and of the types of its
/// members.
pub(super) fn schemas(registry: &Registry, of: &JsonType) -> (RefOr<Schema>, Vec<(String, RefOr<Schema>)>) {
    let JsonSchemas { mut own, named } = (of.schemas)();
    let components = named.into_iter().map(|(name, mut schema)| {
        rename(registry, &mut schema);
        (component(registry, &name), exact(schema))
    });
    let components = components.collect();
    rename(registry, &mut own);
    (exact(own), components)
}

/// The name of a type's component: that of the type, unless it is taken by what models and the API itself have.
pub(super) fn component(registry: &Registry, name: &str) -> String {
    let of_model = |name: &str| {
        registry.models().iter().any(|model| {
            let Some(rest) = name.strip_prefix(pascal(model.def.name).as_str()) else {
                return false;
            };
            let selection =
                |field: &FieldDef| matches!(field.kind, Kind::Selection { .. }) && pascal(field.name) == rest;
            names::SUFFIXES.iter().any(|suffix| rest.ends_with(suffix)) || model.def.fields.iter().any(selection)
        })
    };
    let mut name = name.to_owned();
    while names::SHARED.contains(&name.as_str()) || name.ends_with(names::ARGUMENTS) || of_model(&name) {
        name.push_str("Json");
    }
    name
}

/// Makes the references in a schema lead to the components.
fn rename(registry: &Registry, schema: &mut Json) {
    match schema {
        Json::Object(members) => {
            for (key, member) in members {
                match member {
                    Json::String(to) if key == "$ref" => {
                        if let Some(name) = to.strip_prefix(COMPONENTS) {
                            *to = format!("{COMPONENTS}{}", component(registry, name));
                        }
                    }
                    member => rename(registry, member),
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| rename(registry, item)),
        _ => {}
    }
}

/// The schema, word for word. Where it has keywords that utoipa's types lack, it is the one part of an `allOf`.
fn exact(schema: Json) -> RefOr<Schema> {
    match serde_json::from_value::<RefOr<Schema>>(schema.clone()) {
        Ok(known) if serde_json::to_value(&known).is_ok_and(|written| written == schema) => known,
        _ => {
            let mut whole = Object::with_type(SchemaType::AnyValue);
            whole.extensions = Some([("allOf", json!([schema]))].into_iter().collect());
            RefOr::T(Schema::Object(whole))
        }
    }
}
