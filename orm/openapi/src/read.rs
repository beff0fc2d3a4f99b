//! Schemas of what is read: the trees of a model, and its plain record.

use utoipa::openapi::{ObjectBuilder, Ref, RefOr, Schema};

use super::catalog::Catalog;
use super::names::{self, telling};
use super::value::{self, described};
use super::write::writable;
use orm_definition::def::Kind;
use orm_definition::registry::{FieldInfo, ModelInfo, Node};

/// Fields of every model whose names say what they are.
const AUDIT: [&str; 4] = ["create_uid", "create_date", "write_uid", "write_date"];

/// What a read answers with: by the read tree, or plain where the model declares none.
pub(super) fn response(catalog: &mut Catalog<'_>, model: &ModelInfo) -> Ref {
    match model.read.is_empty() {
        true => record(catalog, model),
        false => named_tree(catalog, model, "Read", &model.read),
    }
}

/// What a write answers with: as a read does, unless the model declares another tree.
pub(super) fn write_response(catalog: &mut Catalog<'_>, model: &ModelInfo) -> Ref {
    match model.write_response.is_empty() || model.write_response == model.read {
        true => response(catalog, model),
        false => named_tree(catalog, model, "WriteResponse", &model.write_response),
    }
}

/// A plain read's record: every readable field, nothing left out.
pub(super) fn record(catalog: &mut Catalog<'_>, model: &ModelInfo) -> Ref {
    catalog.named(&names::schema(model.def.name, "Record"), |catalog| {
        let mut schema = ObjectBuilder::new();
        for field in model.fields.iter().filter(|field| readable(field)) {
            let value = match field.def.kind {
                Kind::Many2one { .. } => reference(catalog, field.def.required).into(),
                Kind::One2many { .. } | Kind::Many2many { .. } => value::list(value::id()),
                _ => catalog.value(model, field, !field.def.required, false),
            };
            // What a body may name is described there.
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

/// Whether a field has a place in a plain read.
pub(super) fn readable(field: &FieldInfo) -> bool {
    !field.def.secret
}

fn named_tree(catalog: &mut Catalog<'_>, model: &ModelInfo, suffix: &str, nodes: &[Node]) -> Ref {
    catalog.named(&names::schema(model.def.name, suffix), |catalog| {
        let example = catalog.examples.tree(catalog.registry, model, nodes);
        tree(catalog, model, nodes, true)
            .examples(example)
            .description(Some(model.def.label))
    })
}

/// An object of the named fields. Relations are left out where they are empty, so they are not required.
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
                    [] => tree(catalog, target, &bare(target), false).into(),
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

/// What a relation shows that is named without children.
pub(super) fn bare(target: &ModelInfo) -> Vec<Node> {
    ["id", "display_name"]
        .map(|name| Node {
            field: target.implicit(name),
            children: Vec::new(),
        })
        .to_vec()
}

/// `[13, "California (US)"]`; unless `required`, or `false`.
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
