//! Commands on a many2many relation.

use std::collections::BTreeSet;

use super::foreign;
use crate::command::{Action, CommandPlace};
use crate::def::Role;
use crate::env::{Env, UserChange};
use crate::error::{Error, Result};
use crate::registry::{FieldId, Link, ModelInfo};
use crate::write::allowed::visible;
use crate::write::recompute::ChangeSet;
use crate::write::{create, delete, rows, update};

/// A many2many of one record: commands change it in memory, and it is stored at the end.
pub(super) struct Many2manyChange<'r> {
    model: usize,
    target: &'r ModelInfo,
    field: FieldId,
    name: &'static str,
    owner: i64,
    link: Link,
    before: BTreeSet<i64>,
    now: BTreeSet<i64>,
    /// A command has updated one of its records: what reads the relation is computed again, as if the relation had
    /// changed.
    updated: bool,
}

impl<'r> Many2manyChange<'r> {
    pub(super) fn load(env: &mut Env<'r>, model: &ModelInfo, field: FieldId, owner: i64) -> Result<Self> {
        let registry = env.registry;
        let info = &model.fields[field];
        let target = info
            .target
            .ok_or_else(|| Error::internal("a many2many without its target"))?;
        let link = registry.link(model, field)?;
        let linked = env.pairs(env.sql().links(link, &[owner])?)?;
        let target = registry.model(target);
        // What the caller may not see stays linked, whatever he does.
        let linked = linked.into_iter().map(|(_, other)| other).collect();
        let before: BTreeSet<i64> = visible(env, target, linked)?.into_iter().collect();
        let now = before.clone();
        Ok(Many2manyChange {
            model: model.id,
            target,
            field,
            name: info.def.name,
            owner,
            link,
            before,
            now,
            updated: false,
        })
    }

    pub(super) fn apply(
        &mut self,
        env: &mut Env<'r>,
        change_set: &mut ChangeSet,
        action: Action,
        place: &CommandPlace,
    ) -> Result<()> {
        match action {
            Action::Create(values) => self
                .now
                .extend(create::create(env, change_set, self.target, vec![values])?),
            Action::Update(id, values) => {
                self.linked(change_set, id, place)?;
                update::update(env, change_set, self.target, &[id], values)?;
                self.updated = true;
            }
            Action::Delete(id) => {
                self.linked(change_set, id, place)?;
                self.now.remove(&id);
                self.before.remove(&id); // the database deletes its pairs along
                delete::delete(env, change_set, self.target, &[id])?;
            }
            Action::Unlink(id) => {
                self.now.remove(&id);
            }
            Action::Link(id) => {
                self.still_there(change_set, &[id], place)?;
                self.now.insert(id);
            }
            Action::Clear => self.now.clear(),
            Action::Set(ids) => {
                self.still_there(change_set, &ids, place)?;
                self.now = ids.into_iter().collect();
            }
        }
        Ok(())
    }

    fn linked(&self, change_set: &ChangeSet, id: i64, place: &CommandPlace) -> Result<()> {
        match self.now.contains(&id) {
            true => Ok(()),
            false => Err(foreign(change_set, self.name, self.target, id, place.id())),
        }
    }

    /// Refuses records that were deleted by an earlier command.
    fn still_there(&self, change_set: &ChangeSet, ids: &[i64], place: &CommandPlace) -> Result<()> {
        match ids.iter().position(|id| change_set.is_gone(self.target, *id)) {
            Some(index) => Err(foreign(
                change_set,
                self.name,
                self.target,
                ids[index],
                place.nth_id(index),
            )),
            None => Ok(()),
        }
    }

    pub(super) fn store(self, env: &mut Env<'r>, change_set: &mut ChangeSet) -> Result<()> {
        let removed: Vec<i64> = self.before.difference(&self.now).copied().collect();
        let added: Vec<(i64, i64)> = self.now.difference(&self.before).map(|id| (self.owner, *id)).collect();
        let model = env.registry.model(self.model);
        let (field, owner) = (self.field, self.owner);
        if removed.is_empty() && added.is_empty() {
            return match self.updated {
                true => change_set.changed(env, model, &[field], &[owner]),
                false => Ok(()),
            };
        }
        let others = added.iter().map(|(_, other)| *other).collect();
        change_set.before_change(env, model, &[field], &[owner], &[(field, others)])?;
        // Queue what reads the relation while it still leads to the removed records.
        change_set.changed(env, model, &[field], &[owner])?;
        if !removed.is_empty() {
            env.execute(env.sql().delete_pairs_with(self.link, self.owner, &removed)?)?;
            match (model.def.role, self.target.def.role) {
                (Some(Role::User), Some(Role::Group)) => env.note_user(UserChange::LostGroups(owner)),
                (Some(Role::Group), Some(Role::User)) => {
                    (removed.iter()).for_each(|user| env.note_user(UserChange::LostGroups(*user)));
                }
                _ => {}
            }
            let removed: Vec<(i64, i64)> = removed.iter().map(|id| (self.owner, *id)).collect();
            env.trail.related(env.registry, self.link, &removed, false);
        }
        change_set.store(env)?; // the pairs may name records that still wait
        change_set.unit.note_added(self.link, &added);
        rows::insert_pairs(env, self.link, &added)?;
        env.trail.related(env.registry, self.link, &added, true);
        change_set.reset(env, model, field, &[owner]);
        change_set.changed(env, model, &[field], &[owner])
    }
}
