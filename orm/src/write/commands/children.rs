//! Commands on a one2many.

use std::collections::{BTreeMap, BTreeSet};

use super::foreign;
use crate::command::{Action, Command, Input, Values};
use crate::compute::load::Store as _;
use crate::db::Lock;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;
use crate::write::allowed::visible;
use crate::write::claim::claim;
use crate::write::recompute::ChangeSet;
use crate::write::unit_of_work::UnitOfWork;
use crate::write::{create, delete, update};

/// The children of records in a one2many, as far as the caller sees them: what he may not see is none of his to change.
pub(super) struct Children<'r> {
    target: &'r ModelInfo,
    inverse: FieldId,
    /// Name of the relation, for messages.
    name: &'static str,
    /// By owner.
    ids: BTreeMap<i64, BTreeSet<i64>>,
}

impl<'r> Children<'r> {
    pub(super) fn load(
        env: &mut Env<'r>,
        unit: &mut UnitOfWork,
        model: &ModelInfo,
        field: FieldId,
        owners: &[i64],
    ) -> Result<Self> {
        let registry = env.registry;
        let info = &model.fields[field];
        let (Some(target), Some(inverse)) = (info.target, info.inverse) else {
            return Err(Error::internal("a one2many without its inverse"));
        };
        let target = registry.model(target);
        let linked = unit.links(env, model, field, owners)?;
        let seen = visible(env, target, linked.iter().map(|(_, id)| *id).collect())?;
        let mut ids: BTreeMap<i64, BTreeSet<i64>> = owners.iter().map(|owner| (*owner, BTreeSet::new())).collect();
        for (owner, id) in linked.into_iter().filter(|(_, id)| seen.contains(id)) {
            ids.entry(owner).or_default().insert(id);
        }
        let name = info.def.name;
        Ok(Children {
            target,
            inverse,
            name,
            ids,
        })
    }

    /// Applies commands of one kind, each with its owner.
    pub(super) fn apply(
        &mut self,
        env: &mut Env<'r>,
        change_set: &mut ChangeSet,
        step: Vec<(i64, Command)>,
    ) -> Result<()> {
        let mut new: Vec<(i64, Values)> = Vec::new();
        let mut updated = Vec::new();
        let mut deleted = Vec::new();
        let mut linked = Vec::new();
        let mut unlinked = Vec::new();
        for (owner, Command { action, place }) in step {
            match &action {
                Action::Update(id, _) | Action::Delete(id) | Action::Unlink(id) if !self.of(owner).contains(id) => {
                    return Err(foreign(change_set, self.name, self.target, *id, place.id()));
                }
                Action::Delete(id) | Action::Unlink(id) => {
                    change_set.unit.pointers.put_named(self.target, *id, &place.command);
                }
                _ => {}
            }
            match action {
                Action::Create(values) => new.push((owner, values)),
                Action::Update(id, values) => updated.push((vec![id], values)),
                Action::Delete(id) => deleted.push(id),
                Action::Unlink(id) => unlinked.push(id),
                Action::Link(id) => linked.push((owner, id, place.id().to_owned())),
                Action::Clear => unlinked.extend(self.of(owner)),
                Action::Set(wanted) => {
                    unlinked.extend(self.of(owner).iter().filter(|id| !wanted.contains(id)));
                    let named = wanted.iter().enumerate();
                    linked.extend(named.map(|(index, id)| (owner, *id, place.nth_id(index).to_owned())));
                }
            }
        }
        self.create(env, change_set, new)?;
        update::update(env, change_set, self.target, updated)?;
        self.delete(env, change_set, &deleted)?;
        // What one record lets go another may take.
        self.unlink(env, change_set, &unlinked)?;
        self.link(env, change_set, &linked)
    }

    fn of(&self, owner: i64) -> &BTreeSet<i64> {
        static NONE: BTreeSet<i64> = BTreeSet::new();
        self.ids.get(&owner).unwrap_or(&NONE)
    }

    fn create(&mut self, env: &mut Env<'r>, change_set: &mut ChangeSet, new: Vec<(i64, Values)>) -> Result<()> {
        let (owners, mut records): (Vec<i64>, Vec<Values>) = new.into_iter().unzip();
        for (owner, values) in owners.iter().zip(&mut records) {
            values.put(self.inverse, Input::Value(Value::Int(*owner)));
        }
        let ids = create::create(env, change_set, self.target, records)?;
        for (owner, id) in owners.into_iter().zip(ids) {
            self.ids.entry(owner).or_default().insert(id);
        }
        Ok(())
    }

    fn delete(&mut self, env: &mut Env<'r>, change_set: &mut ChangeSet, ids: &[i64]) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        self.forget(ids);
        delete::delete(env, change_set, self.target, ids)
    }

    fn forget(&mut self, ids: &[i64]) {
        for own in self.ids.values_mut() {
            ids.iter().for_each(|id| {
                own.remove(id);
            });
        }
    }

    /// Takes children out of the relation: empties their inverse field, or deletes them where it is required.
    fn unlink(&mut self, env: &mut Env<'r>, change_set: &mut ChangeSet, ids: &[i64]) -> Result<()> {
        if ids.is_empty() || self.target.fields[self.inverse].def.required {
            return self.delete(env, change_set, ids);
        }
        self.forget(ids);
        self.set_inverse(env, change_set, vec![(ids.to_vec(), Value::Null)])
    }

    /// Puts records into the relation that have no parent yet; a child of another record is refused. Each is given with
    /// its owner and where the body names it.
    fn link(&mut self, env: &mut Env<'r>, change_set: &mut ChangeSet, named: &[(i64, i64, String)]) -> Result<()> {
        let new: Vec<&(i64, i64, String)> = (named.iter())
            .filter(|(owner, id, _)| !self.of(*owner).contains(id))
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        let ids = BTreeSet::from_iter(new.iter().map(|(_, id, _)| *id));
        let ids = Vec::from_iter(ids);
        claim(env, &mut change_set.unit, self.target, &ids, Lock::Exclusive, &[])?;
        let records = change_set.unit.load(env, self.target, &ids, None)?;
        let free = |id: &i64| {
            records
                .get(id)
                .is_some_and(|record| record.value(self.inverse).is_null())
        };
        if let Some((_, id, place)) = new.iter().find(|(_, id, _)| !free(id)) {
            return Err(foreign(change_set, self.name, self.target, *id, place));
        }
        let mut by_owner: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        for (owner, id, _) in new {
            by_owner.entry(*owner).or_default().insert(*id);
        }
        for (owner, ids) in &by_owner {
            self.ids.entry(*owner).or_default().extend(ids);
        }
        let to = |(owner, ids)| (Vec::from_iter(ids), Value::Int(owner));
        self.set_inverse(env, change_set, by_owner.into_iter().map(to).collect())
    }

    fn set_inverse(
        &self,
        env: &mut Env<'r>,
        change_set: &mut ChangeSet,
        children: Vec<(Vec<i64>, Value)>,
    ) -> Result<()> {
        let values = |to| Values {
            fields: vec![(self.inverse, Input::Value(to))],
            place: None,
        };
        let given = children.into_iter().map(|(ids, to)| (ids, values(to)));
        update::update(env, change_set, self.target, given.collect())
    }
}
