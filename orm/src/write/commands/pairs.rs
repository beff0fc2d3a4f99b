//! Commands on a many2many relation.

use std::collections::BTreeSet;

use super::{foreign, id_place};
use crate::command::Command;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::registry::{FieldId, Link, ModelInfo};
use crate::write::recompute::ChangeSet;
use crate::write::{create, delete, rows, update};

/// A many2many relation of one record: changed in memory, stored at the end.
pub(super) struct Pairs<'r> {
    model: usize,
    target: &'r ModelInfo,
    field: FieldId,
    name: &'static str,
    owner: i64,
    link: Link,
    before: BTreeSet<i64>,
    now: BTreeSet<i64>,
    /// A record of it was updated by a command: what reads the relation is computed again, as if the relation had changed.
    updated: bool,
}

impl<'r> Pairs<'r> {
    pub(super) fn load(env: &mut Env<'r>, model: &ModelInfo, field: FieldId, owner: i64) -> Result<Self> {
        let registry = env.registry;
        let info = &model.fields[field];
        let target = info
            .target
            .ok_or_else(|| Error::internal("a many2many without its target"))?;
        let link = registry.link(model, field)?;
        let linked = env.pairs(env.sql().links(link, &[owner])?)?;
        let before: BTreeSet<i64> = linked.into_iter().map(|(_, other)| other).collect();
        let now = before.clone();
        Ok(Pairs {
            model: model.id,
            target: registry.model(target),
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
        command: Command,
        place: &str,
    ) -> Result<()> {
        let id_place = &id_place(place);
        match command {
            Command::Create(values) => self
                .now
                .extend(create::create(env, change_set, self.target, vec![values])?),
            Command::Update(id, values) => {
                self.linked(change_set, id, id_place)?;
                update::update(env, change_set, self.target, &[id], values)?;
                self.updated = true;
            }
            Command::Delete(id) => {
                self.linked(change_set, id, id_place)?;
                self.now.remove(&id);
                self.before.remove(&id); // its pairs go with it
                delete::delete(env, change_set, self.target, &[id])?;
            }
            Command::Unlink(id) => {
                self.now.remove(&id);
            }
            Command::Link(id) => {
                self.still_there(change_set, &[id], id_place)?;
                self.now.insert(id);
            }
            Command::Clear => self.now.clear(),
            Command::Set(ids) => {
                self.still_there(change_set, &ids, place)?;
                self.now = ids.into_iter().collect();
            }
        }
        Ok(())
    }

    fn linked(&self, change_set: &ChangeSet, id: i64, place: &str) -> Result<()> {
        match self.now.contains(&id) {
            true => Ok(()),
            false => Err(foreign(change_set, self.name, self.target, id, place)),
        }
    }

    /// Refuses records that were deleted by an earlier command.
    fn still_there(&self, change_set: &ChangeSet, ids: &[i64], place: &str) -> Result<()> {
        match ids.iter().find(|id| change_set.is_gone(self.target, **id)) {
            Some(id) => Err(foreign(change_set, self.name, self.target, *id, place)),
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
        change_set.changing(env, model, &[field], &[owner], &[(field, others)])?;
        // Who is taken out.
        change_set.changed(env, model, &[field], &[owner])?;
        if !removed.is_empty() {
            env.execute(env.sql().delete_pairs_with(self.link, self.owner, &removed)?)?;
        }
        change_set.store(env)?; // the records that the pairs name
        rows::insert_pairs(env, self.link, &added)?;
        change_set.reset(env, model, field, &[owner]);
        change_set.changed(env, model, &[field], &[owner])
    }
}
