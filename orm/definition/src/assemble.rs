//! Puts a catalogue's definitions together: each model with its extensions, and with what its mixins have beside fields.
//!
//! A model without extensions and mixins stays what the macro emitted. For any other one a new definition is made, which
//! lives as long as the process: a catalogue is put together once, when the program starts.

use std::collections::HashMap;

use crate::def::{AuditDef, ComputeDef, FieldDef, ModelDef, PartDef, ReadNode};

/// The models of a catalogue with their extensions, in the catalogue's order; adds what does not fit to `mistakes`.
pub(crate) fn assemble(catalogue: &[&'static ModelDef], mistakes: &mut Vec<String>) -> Vec<&'static ModelDef> {
    let (models, extensions): (Vec<&ModelDef>, Vec<&ModelDef>) =
        catalogue.iter().partition(|def| def.extension.is_none());
    let models = each_once(&models, mistakes);
    let known = || models.iter().map(|model| model.name);
    for extension in extensions.iter().filter(|def| !known().any(|name| name == def.name)) {
        let what = "the model that is extended here is not in the catalogue: add its struct to `catalogue!`";
        mistakes.push(extension.mistake(what));
    }
    let with_parts = |model: &&'static ModelDef| {
        let extensions: Vec<&ModelDef> = (extensions.iter().copied())
            .filter(|extension| extension.name == model.name)
            .collect();
        match extensions.is_empty() && model.mixins.is_empty() {
            true => *model,
            false => assembled(model, &extensions, mistakes),
        }
    };
    models.iter().map(with_parts).collect()
}

/// Each model once; adds those that are listed again to `mistakes`.
fn each_once(models: &[&'static ModelDef], mistakes: &mut Vec<String>) -> Vec<&'static ModelDef> {
    let mut once: Vec<&'static ModelDef> = Vec::new();
    for model in models {
        match once.iter().any(|known| std::ptr::eq(*known, *model)) {
            true => mistakes.push(model.mistake("the model is listed twice in `catalogue!`: list it once")),
            false => once.push(model),
        }
    }
    once
}

/// The model with its extensions and mixins.
fn assembled(
    model: &'static ModelDef,
    extensions: &[&'static ModelDef],
    mistakes: &mut Vec<String>,
) -> &'static ModelDef {
    let mut fields = model.fields.to_vec();
    let mut parts = model.parts.to_vec();
    for extension in extensions {
        parts.push(PartDef {
            key: extension.extension.unwrap_or_default(),
            start: fields.len(),
            len: extension.fields.len(),
            source: extension.source,
        });
        fields.extend_from_slice(extension.fields);
    }
    let follows = |compute: &ComputeDef| compute.writable;
    let written = |field: &FieldDef| field.name == FieldDef::WRITTEN.name;
    if !fields.iter().any(written)
        && fields
            .iter()
            .any(|field| field.stored && field.compute.as_ref().is_some_and(follows))
    {
        fields.push(FieldDef::WRITTEN);
    }
    // The mixins first: they are the model's own.
    let others: Vec<&ModelDef> = model.mixins.iter().chain(extensions).copied().collect();
    let read = extensions
        .iter()
        .fold(model.read.to_vec(), |read, extension| grafted(read, extension.read));
    mistakes.extend(
        extensions
            .iter()
            .flat_map(|extension| added_to_nothing(model, extension)),
    );
    // A model that declares no tree for writes answers them with its read tree, that of its extensions included.
    let write_response = match model.write_response == model.read {
        true => read.clone(),
        false => model.write_response.to_vec(),
    };
    let write_response = extensions.iter().fold(write_response, |tree, extension| {
        grafted(tree, extension.write_response)
    });
    let whole: &'static ModelDef = Box::leak(Box::new(ModelDef {
        fields: fields.leak(),
        parts: parts.leak(),
        read: read.leak(),
        write_response: write_response.leak(),
        access: all(model, &others, |def| def.access),
        rules: all(model, &others, |def| def.rules),
        audit: audited(model, &others),
        name_search: all(model, &others, |def| def.name_search),
        uniques: all(model, &others, |def| def.uniques),
        indexes: all(model, &others, |def| def.indexes),
        checks: all(model, &others, |def| def.checks),
        before: all(model, &others, |def| def.before),
        constraints: all(model, &others, |def| def.constraints),
        on_delete: all(model, &others, |def| def.on_delete),
        after_delete: all(model, &others, |def| def.after_delete),
        methods: all(model, &others, |def| def.methods),
        targets: all(model, &others, |def| def.targets),
        ..*model
    }));
    mistakes.extend(declared_twice(whole, &others));
    whole
}

/// Sections of an extension that the model does not have itself. There, their absence says something, which an addition
/// would change: without a tree all fields are answered, without `name_search` the display name is searched.
fn added_to_nothing(model: &ModelDef, extension: &ModelDef) -> Vec<String> {
    let sections = [
        ("read", model.read.is_empty(), extension.read.is_empty()),
        (
            "write_response",
            model.write_response.is_empty(),
            extension.write_response.is_empty(),
        ),
        (
            "name_search",
            model.name_search.is_empty(),
            extension.name_search.is_empty(),
        ),
    ];
    let wrong = sections
        .into_iter()
        .filter(|(_, lacks, adds_none)| *lacks && !adds_none);
    wrong
        .map(|(section, ..)| {
            extension.mistake(&format!(
                "the model has no `#[{section}(…)]` to add to; leave it out here, or write one on the model"
            ))
        })
        .collect()
}

/// A section of the model and of its parts, in one list.
fn all<T: Copy>(model: &ModelDef, others: &[&ModelDef], section: impl Fn(&ModelDef) -> &'static [T]) -> &'static [T] {
    let parts = others.iter().flat_map(|part| section(part));
    let whole: Vec<T> = section(model).iter().chain(parts).copied().collect();
    whole.leak()
}

/// What the audit trail keeps of a model whose parts may each add fields.
fn audited(model: &ModelDef, others: &[&ModelDef]) -> Option<AuditDef> {
    let parts: Vec<AuditDef> = (model.audit.into_iter())
        .chain(others.iter().filter_map(|part| part.audit))
        .collect();
    let fields = |part: &AuditDef| match part {
        AuditDef::Every => None,
        AuditDef::Fields(fields) => Some(*fields),
    };
    match parts.iter().map(fields).collect::<Option<Vec<_>>>() {
        None => Some(AuditDef::Every),
        Some(fields) if fields.is_empty() => None,
        Some(fields) => Some(AuditDef::Fields(fields.concat().leak())),
    }
}

/// A read tree with the fields of another one added: a relation that is in both gets the fields of both.
fn grafted(mut tree: Vec<ReadNode>, more: &[ReadNode]) -> Vec<ReadNode> {
    for node in more {
        match tree.iter_mut().find(|known| known.field == node.field) {
            Some(known) => known.children = grafted(known.children.to_vec(), node.children).leak(),
            None => tree.push(*node),
        }
    }
    tree
}

/// Fields and methods that two parts of a model declare, and parts with the same key.
fn declared_twice(model: &ModelDef, others: &[&ModelDef]) -> Vec<String> {
    let mut mistakes = Vec::new();
    let mut fields: HashMap<&str, &FieldDef> = HashMap::new();
    for field in model.fields {
        if let Some(first) = fields.insert(field.name, field) {
            let first = model.source_of(first);
            let what = format!("declared at {}:{} already; write another name", first.file, first.line);
            mistakes.push(model.mistake_in(field, &what));
        }
    }
    let mut methods: Vec<&str> = Vec::new();
    for name in names_of_methods(model) {
        if methods.contains(&name) {
            let of = |part: &&&ModelDef| names_of_methods(part).any(|known| known == name);
            let place = others.iter().rev().find(of).copied().unwrap_or(model);
            mistakes.push(place.mistake(&format!("the model has a method `{name}` already; write another name")));
        }
        methods.push(name);
    }
    for (index, part) in model.parts.iter().enumerate() {
        if model.parts[..index].iter().any(|other| other.key == part.key) {
            mistakes.push(format!(
                "{}:{}: {}: this part of the model is in the catalogue twice, or its name has the same checksum as \
                 another part's: list it once, or rename it",
                part.source.file, part.source.line, model.name
            ));
        }
    }
    mistakes
}

/// The names of the methods that go along with changes, and of the actions: the runtime looks their functions up by them.
fn names_of_methods(model: &ModelDef) -> impl Iterator<Item = &'static str> {
    let checks = model
        .constraints
        .iter()
        .chain(model.on_delete)
        .chain(model.after_delete);
    (model.before.iter().map(|method| method.name))
        .chain(checks.map(|method| method.name))
        .chain(model.methods.iter().map(|method| method.name))
}
