//! Schemas of what reads answer: the read trees of a model, and its plain record.

use utoipa::openapi::{ObjectBuilder, Ref, RefOr, Schema};

use super::catalog::Catalog;
use super::fields::{default_nodes, readable, writable};
use super::names::{self, telling};
use super::value::{self, described};
use orm_definition::def::Kind;
use orm_definition::registry::{ModelInfo, Node};

/// Fields that every model has; their names need no description.
const AUDIT: [&str; 4] = ["create_uid", "create_date", "write_uid", "write_date"];

/// The schema that a read answers: the model's read tree, or the plain record where it declares none.
pub(super) fn response(catalog: &mut Catalog<'_>, model: &ModelInfo) -> Ref {
    match model.read.is_empty() {
        true => record(catalog, model),
        false => named_tree(catalog, model, "Read", &model.read),
    }
}

/// The schema that a write answers: that of a read, unless the model declares another tree for writes.
pub(super) fn write_response(catalog: &mut Catalog<'_>, model: &ModelInfo) -> Ref {
    match model.write_response.is_empty() || model.write_response == model.read {
        true => response(catalog, model),
        false => named_tree(catalog, model, "WriteResponse", &model.write_response),
    }
}

/// The schema of a record of a plain read: every readable field, all of them required.
pub(super) fn record(catalog: &mut Catalog<'_>, model: &ModelInfo) -> Ref {
    catalog.named(&names::schema(model.def.name, "Record"), |catalog| {
        let mut schema = ObjectBuilder::new();
        for field in model.fields.iter().filter(|field| readable(field)) {
            let value = match field.def.kind {
                Kind::Many2one { .. } => reference(catalog, field.def.required).into(),
                Kind::One2many { .. } | Kind::Many2many { .. } => value::list(value::id()),
                _ => catalog.value(model, field, !field.def.required, false),
            };
            // Fields that a body may name are described in the schema of a create.
            let label = if writable(field) || AUDIT.contains(&field.def.name) {
                ""
            } else {
                telling(field.def)
            };
            schema = schema
                .property(field.def.name, described(value, label))
                .required(field.def.name);
        }
        if model.read.is_empty() {
            schema = schema.examples(catalog.examples.record(catalog.registry, model));
        }
        schema.description(Some(format!("{}: every readable field", model.def.label)))
    })
}

fn named_tree(catalog: &mut Catalog<'_>, model: &ModelInfo, suffix: &str, nodes: &[Node]) -> Ref {
    catalog.named(&names::schema(model.def.name, suffix), |catalog| {
        let example = catalog.examples.tree(catalog.registry, model, nodes);
        tree(catalog, model, nodes, true)
            .examples(example)
            .description(Some(model.def.label))
    })
}

/// The schema of an object with these fields. Relations are not required, because empty ones are left out.
fn tree(catalog: &mut Catalog<'_>, model: &ModelInfo, nodes: &[Node], labels: bool) -> ObjectBuilder {
    let mut schema = ObjectBuilder::new();
    if !nodes
        .iter()
        .any(|node| matches!(model.fields[node.field].def.kind, Kind::Id))
    {
        schema = schema.property("id", value::id()).required("id");
    }
    for node in nodes {
        let field = &model.fields[node.field];
        let name = field.def.name;
        let label = if labels { telling(field.def) } else { "" };
        let value: RefOr<Schema> = match field.target {
            None => {
                schema = schema.required(name);
                catalog.value(model, field, !field.def.required, false)
            }
            Some(_) => {
                let target = catalog.registry.target(model, node.field);
                let related: RefOr<Schema> = match node.children.as_slice() {
                    [] => tree(catalog, target, &default_nodes(target), false).into(),
                    children => tree(catalog, target, children, false).into(),
                };
                if field.is_x2many() {
                    value::list(related)
                } else {
                    related
                }
            }
        };
        schema = schema.property(name, described(value, label));
    }
    schema
}

/// The schema of a many2one in a plain read: `[13, "California (US)"]`, or `false` unless it is required.
fn reference(catalog: &mut Catalog<'_>, required: bool) -> Ref {
    let pair = catalog.named("IdName", |_| {
        let name = value::scalar(&Kind::DisplayName).build();
        let pair = vec![Schema::Object(value::id().build()), Schema::Object(name)];
        value::tuple(pair, 0, "A related record: its id and its name")
    });
    match required {
        true => pair,
        false => catalog.named("IdNameOrEmpty", |catalog| {
            value::one_of([pair.into(), catalog.empty().into()])
        }),
    }
}
