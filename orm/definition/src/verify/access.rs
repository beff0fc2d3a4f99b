//! Checks of rights and rules: what they name is there, and what a rule compares can be compared.

use std::collections::HashMap;

use super::values::{root_model, same_kind};
use crate::def::{Comparison, Group, Kind, OnDelete, Role, RuleCondition, RuleOperand};
use crate::field::from_text;
use crate::models::{FieldInfo, ModelInfo, Models};
use crate::switch;

/// Every mistake in `#[access]` and `#[rule]`.
pub(crate) fn access(models: &Models) -> Vec<String> {
    let mut mistakes = groups(models);
    let switches = models.role(Role::Switch);
    mistakes.extend(switches.into_iter().flat_map(|model| switch::mistakes(model.def)));
    for model in models.models() {
        for rule in model.def.rules {
            each_part(&rule.condition, &mut |part| {
                if let Err(why) = fits(models, model, part) {
                    mistakes.push(model.def.mistake(&format!("the rule `{}`: {why}", rule.condition)));
                }
            });
        }
    }
    mistakes
}

/// Groups without a model that has their members, and two groups of one name.
fn groups(models: &Models) -> Vec<String> {
    let mut known: HashMap<&str, (&ModelInfo, Vec<&str>)> = HashMap::new();
    let mut mistakes = Vec::new();
    for model in models.models() {
        let of_rules = model.def.rules.iter().filter_map(|rule| rule.group);
        let of_fields = model.def.fields.iter().flat_map(|field| field.groups).copied();
        let of_rights = model.def.access.iter().filter_map(|right| right.group);
        for group in of_rights.chain(of_rules).chain(of_fields) {
            if models.role(Role::Group).is_none() {
                let why = "no model of the catalogue has `role = group`, whose records have the members of groups";
                mistakes.push(model.def.mistake(&format!("`{}`: {why}", group.name)));
            }
            each_group(&group, &mut |group| {
                let implied: Vec<&str> = group.implies.iter().map(|group| group.name).collect();
                let (first, expected) = known.entry(group.name).or_insert_with(|| (model, implied.clone()));
                if *expected != implied {
                    mistakes.push(model.def.mistake(&format!(
                        "the group `{}` implies others than at {}: declare it once",
                        group.name, first.def.name
                    )));
                }
            });
        }
    }
    mistakes.sort();
    mistakes.dedup();
    mistakes
}

/// Calls `each` with the group and all groups that it implies.
fn each_group(group: &Group, each: &mut impl FnMut(&Group)) {
    each(group);
    for implied in group.implies {
        each_group(implied, each);
    }
}

fn each_part(condition: &RuleCondition, each: &mut impl FnMut(&RuleCondition)) {
    match condition {
        RuleCondition::All(parts) | RuleCondition::Any(parts) => {
            parts.iter().for_each(|part| each_part(part, each));
        }
        RuleCondition::Not(part) => each_part(part, each),
        part => each(part),
    }
}

/// Checks a part of a rule.
fn fits(models: &Models, model: &ModelInfo, part: &RuleCondition) -> Result<(), String> {
    match part {
        RuleCondition::All(_) | RuleCondition::Any(_) | RuleCondition::Not(_) => Ok(()),
        RuleCondition::Empty(path) => end(models, model, path).map(|_| ()),
        RuleCondition::InCompanies(path) => {
            let (_, records) = end(models, model, path)?;
            match records.is_some_and(|target| target.def.role == Some(Role::Company)) {
                true => Ok(()),
                false => Err(format!("`{}` leads to no company", path.join("."))),
            }
        }
        RuleCondition::Compare { path, op, with } => {
            let (field, records) = end(models, model, path)?;
            let ordered = !matches!(op, Comparison::Eq | Comparison::Ne);
            if ordered && (records.is_some() || matches!(field.def.kind, Kind::Bool)) {
                return Err(format!("`{}` has no order; write `==` or `!=`", path.join(".")));
            }
            compared(
                models,
                &path.join("."),
                &records.map_or(field.def.kind, referring),
                with,
            )
        }
        RuleCondition::ChildOf { path, of } => {
            let target = end(models, model, path)?.1;
            let target = target.ok_or_else(|| format!("`{}` is no relation", path.join(".")))?;
            if target.parent.is_none() {
                return Err(format!(
                    "{} has no hierarchy: `child_of` does not apply",
                    target.def.name
                ));
            }
            compared(models, &path.join("."), &referring(target), of)
        }
    }
}

/// The field at the end of a path, and the model whose records it stands for: that of a relation, or of an id.
fn end<'m>(
    models: &'m Models,
    model: &'m ModelInfo,
    names: &[&str],
) -> Result<(&'m FieldInfo, Option<&'m ModelInfo>), String> {
    let path = models.resolve_path(model, names)?;
    if let Some(field) = models.behind_unstored(model, &path) {
        return Err(format!(
            "`{}` has no column, and the database decides by a rule",
            field.def.name
        ));
    }
    let (at, field) = models.end_of(model, &path);
    let field = &at.fields[field];
    let of_id = matches!(field.def.kind, Kind::Id).then_some(at);
    Ok((field, field.target.map(|target| models.model(target)).or(of_id)))
}

/// The kind of a many2one to this model.
fn referring(target: &ModelInfo) -> Kind {
    Kind::Many2one {
        target: target.def.name,
        on_delete: OnDelete::Restrict,
        delegate: false,
    }
}

/// Checks that `with` is a value for a field of this kind.
fn compared(models: &Models, name: &str, kind: &Kind, with: &RuleOperand) -> Result<(), String> {
    match with {
        RuleOperand::Literal(text) => from_text(kind, text)
            .map(|_| ())
            .map_err(|why| format!("`{name}`: {why}")),
        RuleOperand::From { root, path } => {
            let from = root_model(models, *root)?;
            let given = match path {
                [] => Some(from),
                path => end(models, from, path)?.1,
            };
            let given = given.ok_or_else(|| format!("`{with}` is no record; write a path that ends in one"))?;
            let given = referring(given);
            match same_kind(models, &given, kind) {
                true => Ok(()),
                false => Err(format!(
                    "`{name}` and `{with}` cannot be compared; write two values of one type"
                )),
            }
        }
    }
}
