//! Deletions. A record that others still need (`on_delete = restrict`) is not deleted; the error names those. Records
//! that are deleted along (`on_delete = cascade`) are found first, and the same constraints apply to them.

use std::collections::{BTreeMap, BTreeSet};

use super::claim::claim;
use super::constraints::Pointers;
use super::recompute::ChangeSet;
use super::{allowed, constraint_methods, hooks, sequence, trail};
use crate::db::Lock;
use crate::def::{Kind, OnDelete, Operation};
use crate::env::Env;
use crate::error::{Code, Error, Result};
use crate::registry::{FieldId, ModelId, ModelInfo};

/// The records to delete, by model.
pub(super) type ToDelete = BTreeMap<ModelId, BTreeSet<i64>>;

/// Deletes existing records.
pub(super) fn delete(env: &mut Env<'_>, change_set: &mut ChangeSet, model: &ModelInfo, ids: &[i64]) -> Result<()> {
    change_set.flush_and_clear(env)?;
    allowed::before_rights_change(env, model, std::iter::empty())?;
    allowed::before(env, &mut change_set.unit, model, ids, Operation::Delete)?;
    let registry = env.registry;
    let going = going_along(env, change_set, model, ids)?;
    for (gone, ids) in &going {
        let gone = registry.model(*gone);
        let ids: Vec<i64> = ids.iter().copied().collect();
        sequence::refuse_loss(
            env,
            &change_set.unit.pointers,
            gone,
            &ids,
            sequence::RecordChange::Deleted,
        )?;
        still_needed(env, &change_set.unit.pointers, &going, gone, &ids)?;
        note_dependents(env, change_set, gone, &ids)?;
        let told = hooks::about_to_go(env, &mut change_set.unit, gone, &ids)?;
        change_set.after_deletion.extend(told);
    }
    for (gone, ids) in &going {
        change_set.mark_deleted(registry.model(*gone), ids);
    }
    trail::deleting(env, &mut change_set.unit, &going)?;
    env.execute(env.sql().delete(model, ids)?)?;
    for (gone, ids) in &going {
        env.release(registry.model(*gone), ids);
    }
    change_set.unit.flush_and_clear(env)
}

/// These records and those that go along with them, after the `#[ondelete]` methods of all of them were asked. The
/// methods may write: what goes along is gathered anew until none of it is new.
fn going_along(env: &mut Env<'_>, change_set: &mut ChangeSet, model: &ModelInfo, ids: &[i64]) -> Result<ToDelete> {
    let mut asked = ToDelete::new();
    loop {
        let mut going = ToDelete::new();
        add_with_cascades(env, change_set, &mut going, model, ids, MOST_LEVELS)?;
        let mut any_new = false;
        for (gone, ids) in &going {
            let known = asked.entry(*gone).or_default();
            let new: Vec<i64> = ids.iter().copied().filter(|id| known.insert(*id)).collect();
            let gone = env.registry.model(*gone);
            if !new.is_empty() && !gone.def.on_delete.is_empty() {
                any_new = true;
                constraint_methods::before_deletion(env, &mut change_set.unit, gone, &new)?;
                change_set.heed_methods();
                change_set.flush_and_clear(env)?;
            }
        }
        if !any_new {
            return Ok(going);
        }
    }
}

/// The most levels of cascades: SQLite follows a thousand in one deletion.
const MOST_LEVELS: usize = 900;

/// Adds records, and those that the database deletes with them by cascade. They are locked before their references are
/// read: from then on no new record can begin to refer to them.
fn add_with_cascades(
    env: &mut Env<'_>,
    change_set: &mut ChangeSet,
    going: &mut ToDelete,
    model: &ModelInfo,
    ids: &[i64],
    levels: usize,
) -> Result<()> {
    let known = going.entry(model.id).or_default();
    let new: Vec<i64> = ids.iter().copied().filter(|id| known.insert(*id)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let below = levels.checked_sub(1).ok_or_else(|| {
        let detail =
            format!("more than {MOST_LEVELS} levels of records would go along: begin with those farther below");
        Error::new(Code::Conflict, detail)
    })?;
    claim(env, &mut change_set.unit, model, &new, Lock::Deletion, &[])?;
    for (other, field) in referring(env, model, OnDelete::Cascade) {
        let ids = holding(env, other, field, &new)?;
        add_with_cascades(env, change_set, going, other, &ids, below)?;
    }
    Ok(())
}

/// Those of these records that another one refers to with `on_delete = restrict`.
pub(super) fn needed(env: &mut Env<'_>, model: &ModelInfo, ids: &[i64]) -> Result<BTreeSet<i64>> {
    let mut needed = BTreeSet::new();
    for (other, field) in referring(env, model, OnDelete::Restrict) {
        let link = env.registry.link(other, field)?;
        needed.extend(env.ids(env.sql().named(link, ids)?)?);
    }
    Ok(needed)
}

/// Refuses (409) when a record that stays refers to one of these with `on_delete = restrict`.
fn still_needed(
    env: &mut Env<'_>,
    pointers: &Pointers,
    going: &ToDelete,
    model: &ModelInfo,
    ids: &[i64],
) -> Result<()> {
    for (other, field) in referring(env, model, OnDelete::Restrict) {
        let mut pairs = holders(env, other, field, ids)?;
        pairs.retain(|(_, id)| !going.get(&other.id).is_some_and(|going| going.contains(id)));
        if !pairs.is_empty() {
            let (needed, users): (BTreeSet<i64>, BTreeSet<i64>) = pairs.into_iter().unzip();
            let seen = allowed::visible(env, other, users.iter().copied().collect())?;
            let mut shown: Vec<String> = (users.iter().filter(|id| seen.contains(id)))
                .take(3)
                .map(i64::to_string)
                .collect();
            if shown.is_empty() {
                shown.push("(not for you to see)".to_owned());
            }
            let more = if users.len() > shown.len() { " and more" } else { "" };
            let detail = format!(
                "{} {}{more} still needs {} {} by `{}`",
                other.def.name,
                shown.join(", "),
                model.def.name,
                needed.iter().map(i64::to_string).collect::<Vec<_>>().join(", "),
                other.fields[field].def.name
            );
            let error = Error::new(Code::Conflict, detail);
            return Err(match needed.first() {
                Some(id) => pointers.refusal(model, *id, error),
                None => error,
            });
        }
    }
    Ok(())
}

/// Queues what is computed from records that are about to be deleted: fields of their parents, and of records that
/// refer to them.
fn note_dependents(env: &mut Env<'_>, change_set: &mut ChangeSet, model: &ModelInfo, ids: &[i64]) -> Result<()> {
    let registry = env.registry;
    let own: Vec<FieldId> = (0..model.def.fields.len())
        .filter(|field| model.fields[*field].is_many2one())
        .collect();
    change_set.before_change(env, model, &own, ids, &[])?;
    change_set.changed(env, model, &own, ids)?;
    for other in registry.models() {
        for (field, info) in other.fields.iter().enumerate() {
            let read = !registry.dependencies().of(other.id, field).is_empty();
            if info.target != Some(model.id) || info.via.is_some() || info.inverse.is_some() || !read {
                continue;
            }
            let ids = holding(env, other, field, ids)?;
            if !ids.is_empty() {
                change_set.before_change(env, other, &[field], &ids, &[])?;
                change_set.changed(env, other, &[field], &ids)?;
                change_set.reset(env, other, field, &ids);
            }
        }
    }
    Ok(())
}

/// The many2one fields that refer to this model and have this `on_delete`.
fn referring<'r>(env: &Env<'r>, model: &ModelInfo, then: OnDelete) -> Vec<(&'r ModelInfo, FieldId)> {
    let (registry, id) = (env.registry, model.id);
    let fields = registry
        .models()
        .iter()
        .flat_map(|other| (0..other.def.fields.len()).map(move |field| (other, field)));
    fields
        .filter(|(other, field)| {
            let info = &other.fields[*field];
            info.target == Some(id)
                && info.def.stored
                && matches!(info.def.kind, Kind::Many2one { on_delete, .. } if on_delete == then)
        })
        .collect()
}

/// The records whose many2one or many2many refers to one of these.
fn holding(env: &mut Env<'_>, model: &ModelInfo, field: FieldId, ids: &[i64]) -> Result<Vec<i64>> {
    let pairs = holders(env, model, field, ids)?;
    let mut holding: Vec<i64> = pairs.into_iter().map(|(_, id)| id).collect();
    holding.sort_unstable();
    Ok(holding)
}

/// The pairs of one of these records, and a record that refers to it.
fn holders(env: &mut Env<'_>, model: &ModelInfo, field: FieldId, ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    let link = env.registry.link(model, field)?.reversed();
    env.pairs(env.sql().links(link, ids)?)
}
