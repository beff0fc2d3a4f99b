//! Commands on a many2many.

use std::collections::{BTreeMap, BTreeSet};

use super::foreign;
use crate::command::{Action, Command, CommandPlace};
use crate::def::Role;
use crate::env::{Env, UserChange};
use crate::error::{Error, Result};
use crate::registry::{FieldId, Link, ModelInfo};
use crate::write::allowed::visible;
use crate::write::recompute::ChangeSet;
use crate::write::{create, delete, rows, update};

/// A many2many of records: commands change it in memory, and it is stored at the end.
pub(super) struct Many2manyChange<'r> {
    model: &'r ModelInfo,
    target: &'r ModelInfo,
    field: FieldId,
    link: Link,
    /// By owner.
    linked: BTreeMap<i64, Linked>,
}

/// The related records of one record.
#[derive(Default)]
struct Linked {
    before: BTreeSet<i64>,
    now: BTreeSet<i64>,
    /// A command has updated one of them: what reads the relation is computed again, as if the relation had changed.
    updated: bool,
}

impl<'r> Many2manyChange<'r> {
    pub(super) fn load(env: &mut Env<'r>, model: &ModelInfo, field: FieldId, owners: &[i64]) -> Result<Self> {
        let registry = env.registry;
        let target = (model.fields[field].target).ok_or_else(|| Error::internal("a many2many without its target"))?;
        let target = registry.model(target);
        let link = registry.link(model, field)?;
        let pairs = env.pairs(env.sql().links(link, owners)?)?;
        // What the caller may not see stays linked, whatever he does.
        let others = BTreeSet::from_iter(pairs.iter().map(|(_, other)| *other));
        let seen = visible(env, target, Vec::from_iter(others))?;
        let mut linked: BTreeMap<i64, Linked> = owners.iter().map(|owner| (*owner, Linked::default())).collect();
        for (owner, other) in pairs.into_iter().filter(|(_, other)| seen.contains(other)) {
            let linked = linked.entry(owner).or_default();
            linked.before.insert(other);
            linked.now.insert(other);
        }
        Ok(Many2manyChange {
            model: registry.model(model.id),
            target,
            field,
            link,
            linked,
        })
    }

    /// Applies commands of one kind, each with its owner.
    pub(super) fn apply(
        &mut self,
        env: &mut Env<'r>,
        change_set: &mut ChangeSet,
        step: Vec<(i64, Command)>,
    ) -> Result<()> {
        let (mut owners, mut new) = (Vec::new(), Vec::new());
        let mut updated = Vec::new();
        let mut deleted = Vec::new();
        for (owner, Command { action, place }) in step {
            let linked = self.linked.entry(owner).or_default();
            match action {
                Action::Update(id, _) | Action::Delete(id) if !linked.now.contains(&id) => {
                    return Err(self.foreign(change_set, id, place.id()));
                }
                Action::Create(values) => {
                    owners.push(owner);
                    new.push(values);
                }
                Action::Update(id, values) => {
                    updated.push((vec![id], values));
                    linked.updated = true;
                }
                Action::Delete(id) => {
                    change_set.unit.pointers.put_named(self.target, id, &place.command);
                    deleted.push(id);
                }
                Action::Unlink(id) => {
                    linked.now.remove(&id);
                }
                Action::Link(id) => {
                    linked.now.insert(id);
                    self.still_there(change_set, &[id], &place)?;
                }
                Action::Clear => linked.now.clear(),
                Action::Set(ids) => {
                    linked.now = ids.iter().copied().collect();
                    self.still_there(change_set, &ids, &place)?;
                }
            }
        }
        for (owner, id) in owners
            .into_iter()
            .zip(create::create(env, change_set, self.target, new)?)
        {
            self.linked.entry(owner).or_default().now.insert(id);
        }
        update::update(env, change_set, self.target, updated)?;
        if deleted.is_empty() {
            return Ok(());
        }
        for linked in self.linked.values_mut() {
            for id in &deleted {
                linked.now.remove(id);
                linked.before.remove(id); // the database deletes its pairs along
            }
        }
        delete::delete(env, change_set, self.target, &deleted)
    }

    fn foreign(&self, change_set: &ChangeSet, id: i64, place: &str) -> Error {
        let name = self.model.fields[self.field].def.name;
        foreign(change_set, name, self.target, id, place)
    }

    /// Refuses records that were deleted by an earlier command.
    fn still_there(&self, change_set: &ChangeSet, ids: &[i64], place: &CommandPlace) -> Result<()> {
        match ids.iter().position(|id| change_set.is_gone(self.target, *id)) {
            Some(index) => Err(self.foreign(change_set, ids[index], place.nth_id(index))),
            None => Ok(()),
        }
    }

    pub(super) fn store(self, env: &mut Env<'r>, change_set: &mut ChangeSet) -> Result<()> {
        let (model, fields) = (self.model, [self.field]);
        let (mut removed, mut added) = (Vec::new(), Vec::new());
        let (mut changed, mut updated) = (Vec::new(), Vec::new());
        for (
            owner,
            Linked {
                before,
                now,
                updated: is_updated,
            },
        ) in &self.linked
        {
            removed.extend(before.difference(now).map(|id| (*owner, *id)));
            added.extend(now.difference(before).map(|id| (*owner, *id)));
            match before == now {
                false => changed.push(*owner),
                true if *is_updated => updated.push(*owner),
                true => {}
            }
        }
        if !updated.is_empty() {
            change_set.changed(env, model, &fields, &updated)?;
        }
        if changed.is_empty() {
            return Ok(());
        }
        let others = added.iter().map(|(_, other)| *other).collect();
        change_set.before_change(env, model, &fields, &changed, &[(self.field, others)])?;
        // Queue what reads the relation while it still leads to the removed records.
        change_set.changed(env, model, &fields, &changed)?;
        rows::delete_pairs(env, self.link, &removed)?;
        for (owner, other) in &removed {
            match (model.def.role, self.target.def.role) {
                (Some(Role::User), Some(Role::Group)) => env.note_user(UserChange::LostGroups(*owner)),
                (Some(Role::Group), Some(Role::User)) => env.note_user(UserChange::LostGroups(*other)),
                _ => {}
            }
        }
        env.trail.related(env.registry, self.link, &removed, false);
        change_set.store(env)?; // the pairs may name records that still wait
        change_set.unit.note_added(self.link, &added);
        rows::insert_pairs(env, self.link, &added)?;
        env.trail.related(env.registry, self.link, &added, true);
        change_set.reset(env, model, self.field, &changed);
        change_set.changed(env, model, &fields, &changed)
    }
}
