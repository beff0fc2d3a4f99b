//! Checks across models, made at start-up because a macro sees one struct only. All mistakes are reported together.

mod access;
mod audit;
mod values;

pub(crate) use access::access;
pub(crate) use audit::audit;
pub(crate) use values::{conditions, currencies, defaults, domains, json_types, rules, sequence_codes};

use std::collections::HashMap;

use crate::builtin;
use crate::def::names;
use crate::def::{Default, FieldDef, Kind, ModelDef, Role, USER};
use crate::error::nearest;
use crate::models::Models;
use crate::sequence;

/// Every mistake of a catalogue that concerns names and relations.
pub(crate) fn catalogue(models: &[&'static ModelDef]) -> Vec<String> {
    let by_name: HashMap<&str, &ModelDef> = models.iter().map(|model| (model.name, *model)).collect();
    let mut mistakes = duplicates(models);
    for model in models {
        for field in model.fields {
            if let Err(why) = relation(model, field, &by_name) {
                mistakes.push(model.mistake_in(field, &why));
            }
        }
        if let Err(why) = delegation_ends(model, &by_name) {
            mistakes.push(model.mistake(&why));
        }
    }
    mistakes.extend(extensions(models, &by_name));
    mistakes.extend(roles(models));
    mistakes.extend(many2many_sides(models));
    mistakes.extend(sequences(models));
    let clashes = names::clashes(models).into_iter();
    mistakes.extend(clashes.map(|(model, what)| model.mistake(&what)));
    mistakes
}

/// Actions named like a method that every model has. These are definitions as they were written, since the place of a
/// mistake in an extension is the extension's.
pub(crate) fn actions(written: &[&'static ModelDef]) -> Vec<String> {
    let mut mistakes = Vec::new();
    for def in written {
        let mixed = def.mixins.iter().flat_map(|mixin| mixin.methods);
        for action in def.methods.iter().chain(mixed) {
            if builtin::METHODS.iter().any(|shared| shared.name == action.name) {
                let why = format!("every model has a method `{}`: give this one another name", action.name);
                mistakes.push(def.mistake(&why));
            }
        }
    }
    mistakes
}

/// Every name in `depends(…)`, `loads(…)` and `resets(…)` that does not exist.
pub(crate) fn computed(models: &Models) -> Vec<String> {
    let mut mistakes = Vec::new();
    for model in models.models() {
        for field in model.def.fields {
            let Some(compute) = field.compute else { continue };
            for (key, paths) in [("depends", compute.depends), ("loads", compute.loads)] {
                for why in paths.iter().filter_map(|path| models.resolve_path(model, path).err()) {
                    mistakes.push(model.def.mistake_in(field, &format!("{key}: {why}")));
                }
            }
            for name in compute.resets {
                if !model.def.fields.iter().any(|field| field.name == *name && field.stored) {
                    let names = model.def.fields.iter().filter(|field| field.stored);
                    let near = nearest(name, names.map(|field| field.name));
                    let what = format!("resets: there is no stored field `{name}`{near}");
                    mistakes.push(model.def.mistake_in(field, &what));
                }
            }
        }
    }
    mistakes
}

/// Every path of a constraint method that does not exist.
pub(crate) fn constraints(models: &Models) -> Vec<String> {
    let mut mistakes = Vec::new();
    for model in models.models() {
        let def = model.def;
        let before = def.before.iter().map(|method| (method.name, &[][..], method.loads));
        let others = def.constraints.iter().chain(def.on_delete).chain(def.after_delete);
        for (name, depends, loads) in before.chain(others.map(|method| (method.name, method.depends, method.loads))) {
            for path in depends.iter().chain(loads) {
                if let Err(why) = models.resolve_path(model, path) {
                    mistakes.push(def.mistake(&format!("{name}: {why}")));
                }
            }
        }
    }
    mistakes
}

/// Relations to an extension that is not in the catalogue: reading them would fail.
fn extensions(models: &[&'static ModelDef], by_name: &HashMap<&str, &ModelDef>) -> Vec<String> {
    let mut mistakes = Vec::new();
    for model in models {
        for target in model.targets {
            let (Some((key, path)), Some(extended)) = (target.part, by_name.get(target.model)) else {
                continue;
            };
            if extended.parts.iter().all(|part| part.key != key) {
                mistakes.push(model.mistake(&format!(
                    "a relation leads to {path}, an extension of {} that is not in the catalogue: list it there",
                    target.model
                )));
            }
        }
    }
    mistakes
}

/// Roles that more than one model has, and the role `user` when no model has it.
fn roles(models: &[&'static ModelDef]) -> Vec<String> {
    let mut mistakes = Vec::new();
    for role in Role::ALL {
        let mut having = models.iter().filter(|model| model.role == Some(role));
        let first = having.next();
        let word = role.word();
        mistakes.extend(having.zip(first).map(|(model, first)| {
            model.mistake(&format!(
                "`role = {word}` is that of {} already: one model of a catalogue has it",
                first.name
            ))
        }));
    }
    if !models.is_empty() && !models.iter().any(|model| model.role == Some(Role::User)) {
        let why = "no model of the catalogue has `role = user`, to which `create_uid` and `write_uid` of every model lead: \
                   write `#[model(\"…\", role = user)]` above the one of those who log in";
        mistakes.push(why.to_owned());
    }
    mistakes
}

/// The stored fields that the model with the role `sequence` lacks.
fn sequences(models: &[&'static ModelDef]) -> Vec<String> {
    let Some(model) = models.iter().find(|model| model.role == Some(Role::Sequence)) else {
        return Vec::new();
    };
    let mut defaults = models.iter().flat_map(|model| model.fields).map(|field| field.default);
    let ranged = defaults.any(|default| matches!(default, Default::Sequence(definition) if definition.range.is_some()));
    let needed = sequence::FIELDS.into_iter().chain(ranged.then_some(sequence::PERIOD));
    let declared = |name: &str| model.fields.iter().any(|field| field.name == name && field.stored);
    needed
        .filter(|name| !declared(name))
        .map(|name| model.mistake(&format!("sequences need the stored field `{name}`")))
        .collect()
}

fn duplicates(models: &[&'static ModelDef]) -> Vec<String> {
    let mut seen: HashMap<&str, &ModelDef> = HashMap::new();
    let mut mistakes = Vec::new();
    for model in models {
        for name in [model.name, model.table] {
            if let Some(other) = seen.insert(name, model)
                && !std::ptr::eq(other, *model)
            {
                mistakes.push(model.mistake(&format!(
                    "`{name}` is taken by the model at {}:{}",
                    other.source.file, other.source.line
                )));
            }
        }
    }
    mistakes
}

fn relation(model: &ModelDef, field: &FieldDef, by_name: &HashMap<&str, &ModelDef>) -> Result<(), String> {
    if let Kind::Many2one { target: USER, .. } = field.kind {
        return Ok(()); // resolved by its role
    }
    let find = |target: &str| {
        // No nearest name: `target` is that of a struct, so it is not misspelt.
        let found = by_name.get(target).copied();
        found.ok_or_else(|| format!("its target `{target}` is not in the catalogue: add its struct to `catalogue!`"))
    };
    match field.kind {
        Kind::Many2one { target, .. } | Kind::Many2many { target, .. } => find(target).map(|_| ()),
        // A related one2many has the inverse of the field at its path's end.
        Kind::One2many { target, .. } if !field.related.is_empty() => find(target).map(|_| ()),
        Kind::One2many { target, inverse } => {
            let target = find(target)?;
            let inverse_field = target.fields.iter().find(|field| field.name == inverse);
            match inverse_field.map(|field| field.kind) {
                Some(Kind::Many2one { target, .. }) if target == model.name => Ok(()),
                _ => Err(format!(
                    "`{inverse}` is no many2one of {} back to {}",
                    target.name, model.name
                )),
            }
        }
        _ => Ok(()),
    }
}

fn delegation_ends(model: &ModelDef, by_name: &HashMap<&str, &ModelDef>) -> Result<(), String> {
    let parent = |model: &ModelDef| {
        model.fields.iter().find_map(|field| match field.kind {
            Kind::Many2one {
                target, delegate: true, ..
            } => by_name.get(target).copied(),
            _ => None,
        })
    };
    let mut at = parent(model);
    for _ in 0..by_name.len() {
        match at {
            None => return Ok(()),
            Some(next) => at = parent(next),
        }
    }
    Err("delegation goes in a circle".to_owned())
}

/// A relation table's columns with the models they refer to, sorted.
type Sides<'a> = [(&'a str, &'a str); 2];

/// Relation tables whose two sides do not name the same columns for the same models.
fn many2many_sides(models: &[&'static ModelDef]) -> Vec<String> {
    let mut tables: HashMap<&str, (&ModelDef, Sides)> = HashMap::new();
    let mut mistakes = Vec::new();
    for model in models {
        for field in model.fields.iter().filter(|field| field.stored) {
            let Kind::Many2many {
                target,
                relation,
                column,
                target_column,
            } = field.kind
            else {
                continue;
            };
            if let Some(other) = models.iter().find(|other| other.table == relation) {
                mistakes.push(model.mistake(&format!(
                    "{}: `{relation}` is the table of {}: a relation needs a table of its own; leave `relation` out, or \
                     give it another name",
                    field.name, other.name
                )));
            }
            let mut columns = [(column, model.name), (target_column, target)];
            columns.sort_unstable();
            match tables.get(relation) {
                Some((other, expected)) if *expected != columns => mistakes.push(model.mistake(&format!(
                    "{}: the relation table `{relation}` is declared with other columns by {}",
                    field.name, other.name
                ))),
                Some(_) => {}
                None => {
                    tables.insert(relation, (model, columns));
                }
            }
        }
    }
    mistakes
}
