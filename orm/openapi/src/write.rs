//! Schemas of what is written: the values of a create and of an update, and the commands on x2many relations.
//!
//! The values in a command are typed; the commands nested in these values are not. Typed to any depth, the schemas
//! would refer to each other in circles. Programs that replace every reference by its schema, such as Swagger UI,
//! follow each way around such a circle, and take minutes for one body.

use utoipa::openapi::{ObjectBuilder, Ref, RefOr, Schema, Type};

use super::catalog::Catalog;
use super::fields::{is_required_unless_delegated, needed, writable};
use super::names::{self, pascal, telling};
use super::value::{self, described};
use orm_definition::def::Default;
use orm_definition::registry::{FieldId, FieldInfo, ModelInfo};

/// The schema of the values of a create.
pub(super) fn create(catalog: &mut Catalog<'_>, model: &ModelInfo) -> Ref {
    catalog.named(&names::schema(model.def.name, "Create"), |catalog| {
        let example = catalog.examples.create(catalog.registry, model);
        let description = format!("{}: the values of a new record", model.def.label);
        values(catalog, model, Purpose::Create)
            .examples(example)
            .description(Some(description))
    })
}

/// The schema of the values of an update, in which no field is required.
pub(super) fn update(catalog: &mut Catalog<'_>, model: &ModelInfo) -> Ref {
    catalog.named(&names::schema(model.def.name, "Update"), |catalog| {
        let example = catalog.examples.update(catalog.registry, model);
        let description = format!("{}: the values to change; the others stay", model.def.label);
        values(catalog, model, Purpose::Update)
            .examples(example)
            .description(Some(description))
    })
}

/// What a schema of values is for.
#[derive(Clone, Copy)]
enum Purpose {
    Create,
    /// The values in a command that creates; the field `parent` is left out, since the runtime fills it in.
    Nested {
        parent: Option<FieldId>,
    },
    Update,
    /// The values in a command that updates.
    NestedUpdate,
}

fn values(catalog: &mut Catalog<'_>, model: &ModelInfo, purpose: Purpose) -> ObjectBuilder {
    let mut schema = ObjectBuilder::new();
    let parent = if let Purpose::Nested { parent } = purpose {
        parent
    } else {
        None
    };
    let offered = |(index, field): &(FieldId, &FieldInfo)| writable(field) && parent != Some(*index);
    for (index, field) in model.fields.iter().enumerate().filter(offered) {
        if matches!(purpose, Purpose::Create | Purpose::Nested { .. }) && needed(field) {
            schema = schema.required(field.def.name);
        }
        let value = match (field.is_x2many(), purpose) {
            (false, _) => catalog.value(model, field, !field.def.required, true),
            (true, Purpose::Create | Purpose::Update) => commands(catalog, model, index),
            (true, Purpose::Nested { .. } | Purpose::NestedUpdate) => untyped(catalog).into(),
        };
        // Fields are described once: in the schema of a create.
        let description = if matches!(purpose, Purpose::Create) {
            explained(model, field)
        } else {
            String::new()
        };
        schema = schema.property(field.def.name, described(value, &description));
    }
    schema
}

/// The description of a field: its label, help, domain and default.
fn explained(model: &ModelInfo, info: &FieldInfo) -> String {
    let field = info.def;
    let default = match field.default {
        Default::None if field.compute.is_some_and(|compute| compute.writable) => {
            "Computed unless it is given".to_owned()
        }
        Default::None => match model
            .delegate
            .filter(|_| info.inherited().is_some() && is_required_unless_delegated(info))
        {
            Some(delegate) => format!("Needed unless `{}` is given", model.fields[delegate].def.name),
            None => String::new(),
        },
        Default::Const(text) => format!("Default: `{text}`"),
        Default::Now => "Default: now".to_owned(),
        Default::Today => "Default: today".to_owned(),
        Default::User => "Default: the caller".to_owned(),
        Default::Company => "Default: the caller's company".to_owned(),
        Default::Sequence(_) => "Default: the next number".to_owned(),
        Default::Method(_) => "Has a default".to_owned(),
        Default::Path { root, path } => format!("Default: `{}.{}`", root.word(), path.join(".")),
    };
    let domain = field
        .domain
        .map(|domain| format!("Of those with `{domain}`"))
        .unwrap_or_default();
    let parts = [telling(field), field.help, &domain, &default];
    names::sentences(parts)
}

/// The schema of the value of a relation to many: a list of commands, or of the ids that the relation is to have.
fn commands(catalog: &mut Catalog<'_>, model: &ModelInfo, field: FieldId) -> RefOr<Schema> {
    let (owner, parent) = owner(catalog, model, field);
    let target = catalog.registry.target(model, field);
    let commands = catalog.named(&format!("{owner}Commands"), |catalog| {
        let command = command(catalog, target, &owner, parent);
        value::any_of([value::list(command), value::list(value::id())])
    });
    commands.into()
}

/// The name from which the schemas of a relation's commands are named: that of the child model; or that of the
/// relation, if the children require a parent, which is then left out of the commands' values (the second result).
fn owner(catalog: &Catalog<'_>, model: &ModelInfo, field: FieldId) -> (String, Option<FieldId>) {
    let info = &model.fields[field];
    let target = catalog.registry.target(model, field);
    let parent = info.inverse.filter(|inverse| needed(&target.fields[*inverse]));
    match parent {
        None => (pascal(target.def.name), None),
        Some(_) => (catalog.declared_name(model, info), parent),
    }
}

/// The schema of one command on records of `target`.
fn command(catalog: &mut Catalog<'_>, target: &ModelInfo, owner: &str, parent: Option<FieldId>) -> Ref {
    catalog.named(&format!("{owner}Command"), |catalog| {
        let flat = !target.fields.iter().any(|field| field.is_x2many() && writable(field));
        let created = match (flat, parent) {
            (true, None) => create(catalog, target),
            _ => catalog.named(&format!("{owner}Values"), |catalog| {
                values(catalog, target, Purpose::Nested { parent })
            }),
        };
        let updated = match flat {
            true => update(catalog, target),
            false => {
                let name = names::schema(target.def.name, "Changes");
                catalog.named(&name, |catalog| values(catalog, target, Purpose::NestedUpdate))
            }
        };
        with_values(catalog, value::in_place(created), value::in_place(updated))
    })
}

/// The schema of the commands on a relation of a record that is itself in a command: its values are not typed.
fn untyped(catalog: &mut Catalog<'_>) -> Ref {
    catalog.named("Commands", |catalog| {
        let any = || Schema::Object(ObjectBuilder::new().schema_type(Type::Object).build());
        let command = catalog.named("Command", |catalog| with_values(catalog, any(), any()));
        value::any_of([value::list(command), value::list(value::id())])
    })
}

fn with_values(catalog: &mut Catalog<'_>, created: Schema, updated: Schema) -> RefOr<Schema> {
    let id = Schema::Object(value::id().build());
    let create = value::tuple(
        vec![value::constant(0), value::constant(0), created],
        0,
        "Create a record",
    );
    let update = value::tuple(vec![value::constant(1), id, updated], 0, "Update a record");
    value::any_of([create, update, shared(catalog).into()])
}

/// The schema of the commands that are the same for every model.
fn shared(catalog: &mut Catalog<'_>) -> Ref {
    let id = || Schema::Object(value::id().build());
    let pair = |number| vec![value::constant(number), id()];
    let ids = || {
        vec![
            value::constant(6),
            value::constant(0),
            value::in_place(value::list(value::id())),
        ]
    };
    catalog.named("CommandOnIds", |catalog| {
        let commands = [
            ("CommandDelete", pair(2), 1, "Delete a record"),
            ("CommandUnlink", pair(3), 1, "Take a record out"),
            ("CommandLink", pair(4), 1, "Put an existing record in"),
            ("CommandClear", vec![value::constant(5)], 2, "Take all records out"),
            ("CommandSet", ids(), 0, "Have exactly these records"),
        ];
        value::any_of(commands.map(|(name, prefix, more, description)| {
            catalog.named(name, |_| value::tuple(prefix, more, description)).into()
        }))
    })
}
