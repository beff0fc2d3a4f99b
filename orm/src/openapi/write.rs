//! Schemas of what is written: the values of a create and of an update, and the commands on x2many relations.

use utoipa::openapi::{ObjectBuilder, Ref, RefOr, Schema};

use super::catalog::Catalog;
use super::names::{self, pascal, telling};
use super::value::{self, described};
use crate::def::{Default, Kind};
use crate::registry::{FieldId, FieldInfo, ModelInfo};

/// The values of a create.
pub(super) fn create(catalog: &mut Catalog<'_>, model: &ModelInfo) -> Ref {
    catalog.named(&names::schema(model.def.name, "Create"), |catalog| {
        let example = catalog.examples.create(catalog.registry, model);
        let description = format!("{}: the values of a new record", model.def.label);
        values(catalog, model, Purpose::Create { parent: None })
            .examples(example)
            .description(Some(description))
    })
}

/// The values of an update: what is not named stays.
pub(super) fn update(catalog: &mut Catalog<'_>, model: &ModelInfo) -> Ref {
    catalog.named(&names::schema(model.def.name, "Update"), |catalog| {
        let example = catalog.examples.update(catalog.registry, model);
        let description = format!("{}: the values to change; the others stay", model.def.label);
        values(catalog, model, Purpose::Update)
            .examples(example)
            .description(Some(description))
    })
}

/// Whether a body may name the field.
pub(super) fn writable(field: &FieldInfo) -> bool {
    let own = !matches!(field.def.kind, Kind::Id | Kind::DisplayName);
    own && !field.def.readonly && !field.def.secret
}

/// Whether a create has to name the field. Of a record with a delegate neither the delegate has to be given (it is
/// created along) nor the delegate's fields (the delegate may be given).
pub(super) fn needed(field: &FieldInfo) -> bool {
    field.via.is_none() && filled_by_nothing(field)
}

/// Whether a create has to name the field, of a delegate unless that is given.
pub(super) fn filled_by_nothing(field: &FieldInfo) -> bool {
    let delegate = matches!(field.def.kind, Kind::Many2one { delegate: true, .. });
    let given = matches!(field.def.default, Default::None) && field.def.compute.is_none();
    field.def.required && given && !delegate && writable(field)
}

enum Purpose {
    /// A create; in a command of `parent`, which is filled in.
    Create {
        parent: Option<FieldId>,
    },
    Update,
}

fn values(catalog: &mut Catalog<'_>, model: &ModelInfo, purpose: Purpose) -> ObjectBuilder {
    let mut schema = ObjectBuilder::new();
    for (index, field) in model.fields.iter().enumerate().filter(|(_, field)| writable(field)) {
        let mut description = String::new();
        if let Purpose::Create { parent } = purpose {
            if parent == Some(index) {
                continue;
            }
            if needed(field) {
                schema = schema.required(field.def.name);
            }
            description = explained(model, field);
        }
        let value = match field.is_x2many() {
            true => commands(catalog, model, index),
            false => catalog.value(model, field, !field.def.required, true),
        };
        schema = schema.property(field.def.name, described(value, &description));
    }
    schema
}

/// Label, help and default of a field.
fn explained(model: &ModelInfo, info: &FieldInfo) -> String {
    let field = info.def;
    let default = match field.default {
        Default::None => match info.via.filter(|_| filled_by_nothing(info)) {
            Some(via) => format!("Needed unless `{}` is given", model.fields[via.delegate].def.name),
            None => String::new(),
        },
        Default::Const(text) => format!("Default: `{text}`"),
        Default::Now => "Default: now".to_owned(),
        Default::Today => "Default: today".to_owned(),
        Default::User => "Default: the caller".to_owned(),
        Default::Company => "Default: the caller's company".to_owned(),
        Default::Sequence(_) => "Default: the next number".to_owned(),
    };
    let parts = [telling(field), field.help, &default];
    names::sentences(parts)
}

/// A list of commands, or of the ids that the relation is to have.
fn commands(catalog: &mut Catalog<'_>, model: &ModelInfo, field: FieldId) -> RefOr<Schema> {
    let (owner, parent) = owner(catalog, model, field);
    let target = catalog.registry.target(model, field);
    let commands = catalog.named(&format!("{owner}Commands"), |catalog| {
        let command = command(catalog, target, &owner, parent);
        value::any_of([value::list(command), value::list(value::id())])
    });
    commands.into()
}

/// What the commands of a relation are called after: the child model; or the relation, where its children need their
/// parent, which is not given in a command.
fn owner(catalog: &Catalog<'_>, model: &ModelInfo, field: FieldId) -> (String, Option<FieldId>) {
    let info = &model.fields[field];
    let target = catalog.registry.target(model, field);
    let parent = info.inverse.filter(|inverse| needed(&target.fields[*inverse]));
    match parent {
        None => (pascal(target.def.name), None),
        Some(_) => (
            format!("{}{}", pascal(catalog.declaring(model, info)), pascal(info.def.name)),
            parent,
        ),
    }
}

/// One command on records of `target`.
fn command(catalog: &mut Catalog<'_>, target: &ModelInfo, owner: &str, parent: Option<FieldId>) -> Ref {
    catalog.named(&format!("{owner}Command"), |catalog| {
        let created = match parent {
            None => create(catalog, target),
            Some(_) => catalog.named(&format!("{owner}Values"), |catalog| {
                let description = format!("{}: the values of a new record", target.def.label);
                values(catalog, target, Purpose::Create { parent }).description(Some(description))
            }),
        };
        let updated = update(catalog, target);
        let id = || Schema::Object(value::id().build());
        let own = [
            value::tuple(
                vec![value::constant(0), value::constant(0), value::in_place(created)],
                0,
                "Create a record",
            ),
            value::tuple(
                vec![value::constant(1), id(), value::in_place(updated)],
                0,
                "Update a record",
            ),
        ];
        value::any_of(own.into_iter().chain([shared(catalog).into()]))
    })
}

/// The commands that look alike for every model.
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
