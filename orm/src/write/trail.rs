//! Writes the audit trail: for each change of a record whose model has `#[audit]`, one record of the model with
//! `role = audit`. They are inserted when the outermost write, or the method that HTTP called, is done.

use serde_json::{Value as Json, json};

use super::delete::ToDelete;
use super::unit_of_work::UnitOfWork;
use super::{export, rows};
use crate::def::{Kind, OnDelete, Role};
use crate::env::{Env, Origin, TrailEntry};
use crate::error::{Error, Result};
use crate::field::DateTime;
use crate::registry::{FieldId, ModelInfo, Registry};
use crate::trail::{CHANGES, LOGIN, METHOD, MODEL, OPERATION, RECORD, REQUEST, TOKEN};
use crate::value::Value;

/// Stores what has happened so far, unless this write is within another one, which does it.
pub(super) fn store(env: &mut Env<'_>, origins: &[Origin]) -> Result<()> {
    if env.nested_writes > 0 {
        return Ok(());
    }
    let entries = env.trail.take();
    if entries.is_empty() {
        return Ok(());
    }
    let registry = env.registry;
    let trail = registry.needed(Role::Audit)?;
    // The database gives them their ids.
    let fields: Vec<FieldId> = (rows::stored(trail).into_iter().map(|(field, _)| field))
        .filter(|field| *field != trail.implicit("id"))
        .collect();
    let mut inserted = Vec::with_capacity(entries.len());
    for entry in &entries {
        let row = values(env, registry, entry, origin(env, origins, entry)?);
        let value = |field: &FieldId| {
            let given = row.iter().find(|(name, _)| *name == trail.fields[*field].def.name);
            given.map_or(Value::Null, |(_, value)| value.clone())
        };
        inserted.push(fields.iter().map(value).collect());
    }
    rows::insert(env, trail, &fields, &inserted)
}

/// Deletes entries that are older than a time, at most `most` of them; answers how many. For the server's operator: over
/// the API nobody deletes any.
///
/// # Errors
/// When the catalogue has no audit trail, or the database cannot be written.
pub fn prune(env: &mut Env<'_>, before: DateTime, most: i64) -> Result<usize> {
    let trail = env.registry.needed(Role::Audit)?;
    Ok(env.ids(env.sql().delete_older(trail, before, most)?)?.len())
}

/// Where the body of a request among several is, in place of a JSON pointer.
pub(super) fn place_of_request(index: usize) -> String {
    format!("#{index}")
}

/// Which request describes a record, by the record's place; the only one, where there is one.
pub(super) fn request_at(place: &str) -> Option<usize> {
    match place.strip_prefix('#') {
        None => Some(0),
        Some(place) => place.split('/').next()?.parse().ok(),
    }
}

/// By which request a change was made. Of several ones in one transaction, each has made the records that its body
/// describes; who has done anything else cannot be told, and each is to run alone.
fn origin(env: &Env<'_>, origins: &[Origin], entry: &TrailEntry) -> Result<Origin> {
    match origins {
        [] => Ok(env.origin.clone()),
        origins => (entry.request.and_then(|request| origins.get(request)).cloned())
            .ok_or_else(|| Error::internal("a change of several requests that may be of any of them")),
    }
}

fn values(env: &Env<'_>, registry: &Registry, entry: &TrailEntry, origin: Origin) -> Vec<(&'static str, Value)> {
    let model = registry.model(entry.model);
    let text = |text: Option<String>| text.map_or(Value::Null, Value::Text);
    vec![
        (MODEL, Value::Text(model.def.name.to_owned())),
        (RECORD, entry.record.map_or(Value::Null, Value::Int)),
        (OPERATION, Value::Text(entry.happened.word().to_owned())),
        (METHOD, text(entry.method.map(str::to_owned))),
        (LOGIN, text(origin.login)),
        (TOKEN, text(origin.token)),
        (REQUEST, text(origin.request)),
        (CHANGES, Value::Json(changes(model, entry))),
        ("create_uid", Value::Int(env.user)),
        ("create_date", Value::DateTime(env.now)),
        ("write_uid", Value::Int(env.user)),
        ("write_date", Value::DateTime(env.now)),
    ]
}

/// The old and new values. Of a many2many, the ids that were taken out and those that were put in.
fn changes(model: &ModelInfo, entry: &TrailEntry) -> Json {
    let name = |field: &FieldId| model.fields[*field].def.name;
    let told = |field: &FieldId, value: &Value| told(&model.fields[*field].def.kind, value);
    let values = (entry.values.iter())
        .map(|(field, (old, new))| json!({"field": name(field), "old": told(field, old), "new": told(field, new)}));
    let related = (entry.related.iter()).filter(|(_, (removed, added))| !removed.is_empty() || !added.is_empty());
    let related =
        related.map(|(field, (removed, added))| json!({"field": name(field), "removed": removed, "added": added}));
    values.chain(related).collect()
}

/// A value with every digit; an empty one is `null`.
fn told(kind: &Kind, value: &Value) -> Json {
    let text = match value {
        Value::Null => return Json::Null,
        Value::Decimal(number) => number.normalize().to_string(),
        value => export::json(kind, value.clone()),
    };
    serde_json::from_str(&text).unwrap_or_default()
}

/// Notes what is about to be deleted, with its values, and the relations of other records that the database empties.
pub(super) fn deleting(env: &mut Env<'_>, unit: &mut UnitOfWork, going: &ToDelete) -> Result<()> {
    for (model, ids) in going {
        let model = env.registry.model(*model);
        let ids: Vec<i64> = ids.iter().copied().collect();
        if let Some(kept) = &model.audited {
            let records = unit.load(env, model, &ids, None)?;
            for (id, record) in records {
                env.trail.deleted(model, id, record.values());
            }
            for field in kept.iter().filter(|field| model.fields[**field].is_x2many()) {
                let link = env.registry.link(model, *field)?;
                let pairs = env.pairs(env.sql().links(link, &ids)?)?;
                env.trail.related(env.registry, link, &pairs, false);
            }
        }
        emptied(env, going, model, &ids)?;
    }
    Ok(())
}

/// Notes the many2ones and many2manys of records that stay which the deletion of these ones empties.
fn emptied(env: &mut Env<'_>, going: &ToDelete, model: &ModelInfo, ids: &[i64]) -> Result<()> {
    let registry = env.registry;
    for other in registry.models() {
        for field in other.audited.iter().flatten().copied() {
            let info = &other.fields[field];
            let emptied = match info.def.kind {
                Kind::Many2one { on_delete, .. } => on_delete == OnDelete::SetNull,
                Kind::Many2many { .. } => true,
                _ => false,
            };
            if !emptied || info.target != Some(model.id) {
                continue;
            }
            let link = registry.link(other, field)?.reversed();
            let mut pairs = env.pairs(env.sql().links(link, ids)?)?;
            pairs.retain(|(_, holder)| !going.get(&other.id).is_some_and(|going| going.contains(holder)));
            match info.is_x2many() {
                true => env.trail.related(registry, link, &pairs, false),
                false => {
                    for (id, holder) in pairs {
                        env.trail.changed(other, holder, field, &Value::Int(id), &Value::Null);
                    }
                }
            }
        }
    }
    Ok(())
}
