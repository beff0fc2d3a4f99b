//! The component schemas of a document while it is made. A schema is built when something first refers to it; a schema
//! that leads to itself is referred to by its name.

use std::collections::{BTreeMap, BTreeSet};

use utoipa::openapi::{ObjectBuilder, Ref, RefOr, Schema, Type};

use super::examples::Examples;
use super::names::{self, pascal};
use super::{typed_json, value};
use orm_definition::def::{Kind, SelectionItem};
use orm_definition::registry::{FieldInfo, ModelInfo, Registry};

/// The sources of a document, and its component schemas so far.
pub(super) struct Catalog<'a> {
    pub(super) registry: &'a Registry,
    pub(super) examples: &'a Examples,
    schemas: BTreeMap<String, RefOr<Schema>>,
    /// The names of the schemas that are built or being built.
    started: BTreeSet<String>,
}

impl<'a> Catalog<'a> {
    pub(super) fn new(registry: &'a Registry, examples: &'a Examples) -> Self {
        Catalog {
            registry,
            examples,
            schemas: BTreeMap::new(),
            started: BTreeSet::new(),
        }
    }

    /// The schemas, by name.
    pub(super) fn into_schemas(self) -> BTreeMap<String, RefOr<Schema>> {
        self.schemas
    }

    /// A reference to the schema of this name, which is built on first use.
    pub(super) fn named<S: Into<RefOr<Schema>>>(&mut self, name: &str, build: impl FnOnce(&mut Self) -> S) -> Ref {
        if self.started.insert(name.to_owned()) {
            let schema = build(self).into();
            self.schemas.insert(name.to_owned(), schema);
        }
        Ref::from_schema_name(name)
    }

    /// The schema of a field's value: as a read answers it, or, with `write`, as a body gives it. With `optional` it
    /// may be `false`, which stands for no value.
    pub(super) fn value(&mut self, model: &ModelInfo, field: &FieldInfo, optional: bool, write: bool) -> RefOr<Schema> {
        let kind = &field.def.kind;
        if let Kind::Selection { items } = kind {
            let selection = self.selection(model, field, items);
            return match optional {
                true => value::one_of([selection.into(), self.empty().into()]),
                false => selection.into(),
            };
        }
        if let Kind::Json { of: Some(of) } = kind {
            let (schema, components) = typed_json::schemas(self.registry, of);
            for (name, component) in components {
                self.named(&name, |_| component);
            }
            return match optional {
                true => value::one_of([schema, self.empty().into()]),
                false => schema,
            };
        }
        let scalar = value::scalar(kind);
        if write && let Some(narrow) = self.narrowed(model, field) {
            return match optional {
                true => value::one_of([narrow.into(), self.empty().into()]),
                false => narrow.into(),
            };
        }
        let shared = match kind {
            // Numbers are never empty in a read. A boolean, and any JSON, have no empty value of their own.
            Kind::Bool | Kind::Json { .. } | Kind::DisplayName => None,
            Kind::Id | Kind::Int | Kind::BigInt | Kind::Float | Kind::Decimal { .. } | Kind::Monetary { .. }
                if !write =>
            {
                None
            }
            Kind::Char { .. } | Kind::Text | Kind::Html => Some("TextOrEmpty"),
            Kind::Int => Some("IntegerOrEmpty"),
            Kind::Id | Kind::BigInt | Kind::Many2one { .. } | Kind::One2many { .. } | Kind::Many2many { .. } => {
                Some("IdOrEmpty")
            }
            Kind::Float | Kind::Decimal { .. } | Kind::Monetary { .. } => Some("NumberOrEmpty"),
            Kind::Date => Some("DateOrEmpty"),
            Kind::DateTime => Some("DateTimeOrEmpty"),
            Kind::Binary => Some("BinaryOrEmpty"),
            Kind::Selection { .. } => None,
        };
        match shared.filter(|_| optional) {
            None => scalar.into(),
            Some("NumberOrEmpty") => {
                let number = ObjectBuilder::new().schema_type(Type::Number);
                self.or_empty("NumberOrEmpty", number).into()
            }
            Some(name) => self.or_empty(name, scalar).into(),
        }
    }

    /// The schema of a value that the field's own rules narrow; `None` where it has none.
    fn narrowed(&self, model: &ModelInfo, field: &FieldInfo) -> Option<ObjectBuilder> {
        let (owner, own) = self.declared(model, field);
        let limits = owner
            .def
            .limits(own.def.name)
            .map(|limit| limit.and_then(value::number));
        let size = match field.def.kind {
            Kind::Char { size } if size > 0 => Some(size as usize),
            _ => None,
        };
        let rule = own.def.rule.map(|rule| rule.form);
        let narrows = size.is_some() || rule.is_some() || limits.iter().any(Option::is_some);
        let [least, most] = limits;
        narrows.then(|| {
            let schema = value::of_form(value::scalar(&field.def.kind), rule);
            schema.max_length(size).minimum(least).maximum(most)
        })
    }

    /// The shared schema of `false`, which stands for no value.
    pub(super) fn empty(&mut self) -> Ref {
        self.named("Empty", |_| {
            value::empty().description(Some("`false` stands for no value"))
        })
    }

    fn or_empty(&mut self, name: &str, value: ObjectBuilder) -> Ref {
        self.named(name, |catalog| value::one_of([value.into(), catalog.empty().into()]))
    }

    /// The schema of a selection's values, named after the model and field that declare it.
    fn selection(&mut self, model: &ModelInfo, field: &FieldInfo, items: &'static [SelectionItem]) -> Ref {
        let labels: Vec<String> = items
            .iter()
            .map(|item| format!("`{}`: {}", item.value, item.label))
            .collect();
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(items.iter().map(|item| item.value)))
            .description(Some(labels.join(", ")));
        let schema: RefOr<Schema> = schema.into();
        let mut name = self.declared_name(model, field);
        // `sale.order` + `line_state` and `sale.order.line` + `state` would both be `SaleOrderLineState`.
        while self.taken(&name, &schema) {
            name.push_str("Value");
        }
        self.named(&name, |_| schema)
    }

    fn taken(&self, name: &str, schema: &RefOr<Schema>) -> bool {
        let of_model = (self.registry.models().iter()).any(|model| {
            names::SUFFIXES
                .iter()
                .any(|suffix| names::schema(model.def.name, suffix) == name)
        });
        of_model || self.started.contains(name) && self.schemas.get(name) != Some(schema)
    }

    /// The name of a model with that of its field: `SaleOrderState`. For an inherited or related field, those of the
    /// field that it stands for.
    pub(super) fn declared_name(&self, model: &ModelInfo, field: &FieldInfo) -> String {
        let (model, field) = self.declared(model, field);
        format!("{}{}", pascal(model.def.name), pascal(field.def.name))
    }

    /// The field itself with its model; for an inherited or related field, those of the field that it stands for.
    fn declared<'f>(&'f self, model: &'f ModelInfo, field: &'f FieldInfo) -> (&'f ModelInfo, &'f FieldInfo) {
        match &field.via {
            None => (model, field),
            Some(via) => {
                let path = self.registry.expand_path(model, &via.path);
                let (model, field) = self.registry.end_of(model, &path);
                (model, &model.fields[field])
            }
        }
    }
}
