//! Checks of `#[audit]`: the fields can be kept, and there is a model that keeps them.

use crate::def::{AuditDef, Kind, ModelDef, Role, is_kept};
use crate::error::nearest;
use crate::models::Models;
use crate::trail;

/// Every mistake in `#[audit]`, and in the model with the role `audit`.
pub(crate) fn audit(models: &Models) -> Vec<String> {
    let mut mistakes = Vec::new();
    let trail = models.role(Role::Audit);
    mistakes.extend(trail.into_iter().flat_map(|model| trail::mistakes(model.def)));
    for model in models.models() {
        let Some(audit) = model.def.audit else { continue };
        if trail.is_none() {
            let why = "no model of the catalogue has `role = audit`, whose records keep what `#[audit]` tells";
            mistakes.push(model.def.mistake(why));
        }
        if let AuditDef::Fields(fields) = audit {
            let whys = fields.iter().filter_map(|name| unfit(model.def, name));
            mistakes.extend(whys.map(|why| model.def.mistake(&format!("`#[audit]`: {why}"))));
        }
    }
    mistakes
}

/// Why the values of a field cannot be kept; `None` where they can.
fn unfit(def: &ModelDef, name: &str) -> Option<String> {
    let Some(field) = def.fields.iter().find(|field| field.name == name) else {
        let kept = def.fields.iter().filter(|field| is_kept(field));
        let near = nearest(name, kept.map(|field| field.name));
        return Some(format!("the model declares no field `{name}`{near}"));
    };
    let why = match field.kind {
        _ if is_kept(field) => return None,
        _ if field.secret => "is secret, and its values are kept nowhere else",
        Kind::Binary => "is binary, which would make the audit trail large",
        Kind::One2many { .. } => "has its values in other records: write `#[audit]` on their model",
        _ => "has no column of its own",
    };
    Some(format!("`{name}` {why}"))
}
