//! Checks of defaults, currencies and conditions: what they name has a value for their field.

use std::collections::HashMap;

use regex::Regex;
use serde_json::Value as Json;

use crate::def::{
    Comparison, ConditionDef, Default, FieldDef, Kind, ModelDef, OperandDef, Role, Root, SequenceDef, Source,
};
use crate::field::from_text;
use crate::models::{FieldInfo, ModelInfo, Models};

/// Every default that is no value for its field: a path such as `company.currency_id` that ends elsewhere, the caller
/// or his company where the field refers to another model.
pub(crate) fn defaults(models: &Models) -> Vec<String> {
    let mut mistakes = Vec::new();
    for model in models.models() {
        for field in &model.fields {
            let (root, path) = match field.def.default {
                Default::Path { root, path } => (root, path),
                Default::User => (Root::User, &[][..]),
                Default::Company => (Root::Company, &[][..]),
                _ => continue,
            };
            let checked = match path {
                [] => default_root(models, field, root),
                path => default_path(models, field.def, root, path),
            };
            if let Err(why) = checked {
                let words: Vec<&str> = std::iter::once(root.word()).chain(path.iter().copied()).collect();
                let what = format!("default = {}: {why}", words.join("."));
                mistakes.push(model.def.mistake_in(field.def, &what));
            }
        }
    }
    mistakes
}

/// Sequences of one code that are defined in different ways: the first use would decide.
pub(crate) fn sequence_codes(models: &Models) -> Vec<String> {
    let mut known: HashMap<&str, (&ModelDef, &FieldDef, SequenceDef)> = HashMap::new();
    let mut mistakes = Vec::new();
    for model in models.models().iter().map(|model| model.def) {
        for field in model.fields {
            let Default::Sequence(sequence) = field.default else {
                continue;
            };
            let (first, other, expected) = *known.entry(sequence.code).or_insert((model, field, sequence));
            if expected != sequence {
                let what = format!(
                    "sequence(\"{}\") has another prefix, suffix, padding or range than at {}.{}: write both alike, or \
                     give this one another code",
                    sequence.code, first.name, other.name
                );
                mistakes.push(model.mistake_in(field, &what));
            }
        }
    }
    mistakes
}

/// Types of `Json` fields that have one name and are not the same: the API document could describe only one of them.
/// So it is with the types that they consist of.
pub(crate) fn json_types(models: &Models) -> Vec<String> {
    let mut known: HashMap<String, (&ModelDef, &FieldDef, Json)> = HashMap::new();
    let mut mistakes = Vec::new();
    for model in models.models().iter().map(|model| model.def) {
        for field in model.fields {
            let Kind::Json { of: Some(of) } = field.kind else {
                continue;
            };
            for (name, schema) in (of.schemas)().named {
                let (first, other, expected) = known.entry(name.clone()).or_insert((model, field, schema.clone()));
                if *expected != schema {
                    let Source { file, line } = first.source_of(other);
                    let what = format!(
                        "`{name}` is another type than the `{name}` of {}.{} ({file}:{line}): give one of them another \
                         name",
                        first.name, other.name
                    );
                    mistakes.push(model.mistake_in(field, &what));
                }
            }
        }
    }
    mistakes
}

/// Every rule for texts whose regular expression cannot be made, as one that would take too much memory.
pub(crate) fn rules(models: &Models) -> Vec<String> {
    let mut mistakes = Vec::new();
    for model in models.models() {
        for field in model.def.fields {
            if let Some(Err(why)) = field.rule.map(|rule| Regex::new(rule.regex)) {
                mistakes.push(model.def.mistake_in(field, &format!("pattern: {why}")));
            }
        }
    }
    mistakes
}

/// Every comparison in a condition (`#[check]`, `where` of a `#[unique]`) with what its field cannot hold.
pub(crate) fn conditions(models: &Models) -> Vec<String> {
    let mut mistakes = Vec::new();
    for model in models.models() {
        let def = model.def;
        let of_uniques = def.uniques.iter().filter_map(|unique| unique.condition);
        for condition in def.checks.iter().map(|check| check.condition).chain(of_uniques) {
            condition.each_part(&mut |part| {
                if let Some(why) = wrong_constant(def, part) {
                    mistakes.push(def.mistake(&format!("the condition `{condition}`: {why}")));
                }
            });
        }
    }
    mistakes
}

/// Why a comparison is with a constant that its field cannot hold.
fn wrong_constant(def: &ModelDef, part: &ConditionDef) -> Option<String> {
    let ConditionDef::Compare {
        field,
        with: OperandDef::Literal(text),
        ..
    } = part
    else {
        return None;
    };
    let field = &def.fields[def.position(field)?];
    from_text(&field.kind, text).err()
}

/// Every `domain` of a relation that names what is no column, or compares what cannot be compared.
pub(crate) fn domains(models: &Models) -> Vec<String> {
    let mut mistakes = Vec::new();
    for model in models.models() {
        for (field, def) in model.def.fields.iter().enumerate() {
            let (Some(domain), Some(target)) = (def.domain, model.fields[field].target) else {
                continue;
            };
            let target = models.model(target);
            domain.each_part(&mut |part| {
                if let Some(why) = wrong_part(models, model, target, part) {
                    mistakes.push(model.def.mistake_in(def, &format!("domain = {domain}: {why}")));
                }
            });
        }
    }
    mistakes
}

/// What is wrong in a part of a `domain`, a condition on the columns of `target`.
fn wrong_part(models: &Models, model: &ModelInfo, target: &ModelInfo, part: &ConditionDef) -> Option<String> {
    let column = |model: &ModelInfo, name: &str| {
        let def = model.def.position(name).map(|field| &model.def.fields[field]);
        match def.filter(|def| def.stored && !matches!(def.kind, Kind::Many2many { .. })) {
            Some(def) if def.secret => Err(format!(
                "`{name}` is secret, and who may be given would tell it; leave it out"
            )),
            Some(def) => Ok(def.kind),
            None => Err(format!("`{name}` is no column of {}; leave it out", model.def.name)),
        }
    };
    for name in part.fields() {
        match column(target, name) {
            Err(why) => return Some(why),
            Ok(Kind::Bool) if !target.def.fields[target.implicit(name)].required => {
                return Some(format!(
                    "`{name}` is a `bool` that may be empty, which a search takes for `false`; compare another"
                ));
            }
            Ok(_) => {}
        }
    }
    let ConditionDef::Compare { field, op, with } = part else {
        return None;
    };
    let left = column(target, field).ok()?;
    let (other, name) = match with {
        OperandDef::Own(name) => (model, name),
        OperandDef::Field(name) => (target, name),
        OperandDef::Literal(_) => return no_order(&left, field, *op).or_else(|| wrong_constant(target.def, part)),
    };
    match column(other, name) {
        Err(why) => Some(why),
        Ok(right) if !same_kind(models, &right, &left) && !same_kind(models, &left, &right) => Some(format!(
            "`{field}` and `{name}` cannot be compared; write two fields of one type"
        )),
        Ok(_) => no_order(&left, field, *op),
    }
}

fn no_order(kind: &Kind, field: &str, op: Comparison) -> Option<String> {
    let unordered = matches!(kind, Kind::Bool | Kind::Selection { .. } | Kind::Many2one { .. });
    let ordered = !matches!(op, Comparison::Eq | Comparison::Ne);
    match kind {
        Kind::Binary | Kind::Json { .. } => {
            Some(format!("`{field}` is compared with nothing; write `{field}.is_some()`"))
        }
        _ if unordered && ordered => Some(format!("`{field}` has no order; write `==` or `!=`")),
        _ => None,
    }
}

/// Every monetary field whose `currency` does not lead to the model with the role `currency`.
pub(crate) fn currencies(models: &Models) -> Vec<String> {
    let mut mistakes = Vec::new();
    for model in models.models() {
        for field in model.def.fields {
            let Kind::Monetary { currency, .. } = field.kind else {
                continue;
            };
            let target = model.field(currency).and_then(|currency| model.fields[currency].target);
            if target.is_none_or(|target| models.model(target).def.role != Some(Role::Currency)) {
                let why = "leads to no model with `role = currency`";
                mistakes.push((model.def).mistake_in(field, &format!("currency = {currency}: {why}")));
            }
        }
    }
    mistakes
}

/// The model of the caller, or of his company.
pub(super) fn root_model(models: &Models, root: Root) -> Result<&ModelInfo, String> {
    let role = root.role();
    (models.role(role)).ok_or_else(|| format!("no model of the catalogue has `role = {}`", role.word()))
}

fn default_root(models: &Models, field: &FieldInfo, root: Root) -> Result<(), String> {
    let model = root_model(models, root)?;
    match field.target.map(|target| models.model(target)) {
        Some(target) if target.id != model.id => Err(format!(
            "it is a record of {}, and the field refers to {}: write a path that ends there, such as `{}.partner_id`",
            model.def.name,
            target.def.name,
            root.word()
        )),
        _ => Ok(()),
    }
}

fn default_path(models: &Models, field: &FieldDef, root: Root, names: &[&str]) -> Result<(), String> {
    let model = root_model(models, root)?;
    let path = models.resolve_path(model, names)?;
    let mut at = model;
    for (position, hop) in path.iter().enumerate() {
        let info = &at.fields[*hop];
        let last = position + 1 == path.len();
        let fits = match last {
            true => same_kind(models, &info.def.kind, &field.kind),
            false => info.is_many2one(),
        };
        if info.is_x2many() || !(info.def.stored && fits) {
            let name = info.def.name;
            return Err(match last {
                true => format!("`{name}` does not hold what the field does"),
                false => format!("`{name}` is no many2one with a column: a path goes over those"),
            });
        }
        at = info.target.map_or(at, |target| models.model(target));
    }
    Ok(())
}

/// Whether a field of kind `to` can hold every value of kind `from`.
pub(super) fn same_kind(models: &Models, from: &Kind, to: &Kind) -> bool {
    match (from, to) {
        (Kind::Many2one { target: from, .. }, Kind::Many2one { target: to, .. }) => {
            models.find(from).map(|model| model.id) == models.find(to).map(|model| model.id)
        }
        (Kind::Id, Kind::Many2one { .. }) => false,
        (Kind::Selection { items: from }, Kind::Selection { items: to }) => {
            from.iter().all(|item| to.iter().any(|other| other.value == item.value))
        }
        (Kind::Char { size: from }, Kind::Char { size: to }) => *to == 0 || (*from != 0 && from <= to),
        (Kind::Json { of: from }, Kind::Json { of: to }) => {
            to.is_none_or(|to| from.is_some_and(|from| from.id == to.id))
        }
        (Kind::Char { .. }, Kind::Text) | (Kind::Int, Kind::BigInt) => true,
        (from, to) => std::mem::discriminant(from) == std::mem::discriminant(to),
    }
}
