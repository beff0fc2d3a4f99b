//! Writable computed fields: which of them follow a change, and which ones their records remember as written.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap as HashMap;

use super::{BATCH, ChangeSet, batches};
use crate::db::Lock;
use crate::dependencies::{Computed, is_writable};
use crate::env::Env;
use crate::error::Result;
use crate::registry::{FieldId, ModelId, ModelInfo};
use crate::write::claim::NewTargets;
use crate::write::evaluate::{Wanted, evaluate};
use crate::write::reverse_paths::reaching;
use crate::write::written;

impl ChangeSet {
    /// Called before fields of records change. Decides which writable computed fields that read them follow the change:
    /// those that their record remembers as not written, and those whose stored value is what the computation gives
    /// from the old sources. The others were written by somebody, and keep their value.
    pub(in crate::write) fn before_change(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        fields: &[FieldId],
        ids: &[i64],
        entering: &NewTargets,
    ) -> Result<()> {
        // What only the rounding depends on does not make a value that somebody wrote a computed one.
        for rounding in [false, true] {
            self.decide(env, model, fields, ids, entering, rounding)?;
        }
        Ok(())
    }

    fn decide(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        fields: &[FieldId],
        ids: &[i64],
        entering: &NewTargets,
        rounding: bool,
    ) -> Result<()> {
        let registry = env.registry;
        let mut reached: HashMap<(ModelId, &[FieldId], FieldId), Vec<i64>> = HashMap::default();
        let mut undecided: BTreeMap<ModelId, Wanted> = BTreeMap::new();
        for field in fields {
            let dependents = registry.dependencies().of(model.id, *field).iter();
            for dependent in dependents.filter(|dependent| dependent.writable && dependent.rounding == rounding) {
                let origin = registry.model(dependent.computed.0);
                let path = dependent.path.as_slice();
                // New related records (`entering`) matter only to what reads through the relation that they enter.
                let relation = if dependent.other_side { *field } else { FieldId::MAX };
                let found = match reached.entry((origin.id, path, relation)) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(new) => {
                        let mut found = reaching(env, &mut self.unit, origin, path, ids)?;
                        let owners = entering.iter().find(|(entered, _)| *entered == relation);
                        if let (Some((_, owners)), [before @ .., _]) = (owners, path) {
                            found.extend(reaching(env, &mut self.unit, origin, before, owners)?);
                        }
                        new.insert(found)
                    }
                };
                let new = (found.iter().copied()).filter(|id| self.overrides.undecided(dependent.computed, *id));
                let wanted = undecided.entry(origin.id).or_default();
                wanted.entry(dependent.computed.1).or_default().extend(new);
            }
        }
        for (model, wanted) in undecided {
            let info = registry.model(model);
            for batch in batches(wanted) {
                let batch = self.maybe_written(env, info, batch)?;
                for (field, values) in evaluate(env, &mut self.unit, info, &batch)? {
                    for (id, differs) in values {
                        self.overrides.decide((model, field), id, differs.is_none());
                        if differs.is_none() && !rounding {
                            self.overrides.note((model, field), &[id], false);
                        }
                    }
                }
                self.unit.trim();
            }
        }
        Ok(())
    }

    /// Of these fields of records, those that somebody may have written. Of the others it is decided that they follow.
    fn maybe_written(&mut self, env: &mut Env<'_>, model: &ModelInfo, mut wanted: Wanted) -> Result<Wanted> {
        let ids: BTreeSet<i64> = wanted.values().flatten().copied().collect();
        let (Some(remembers), false) = (model.written, ids.is_empty()) else {
            return Ok(wanted);
        };
        let ids = Vec::from_iter(ids);
        let records = self.unit.load(env, model, &ids, Some(Lock::Exclusive))?;
        for (field, ids) in &mut wanted {
            let written = |id: &i64| {
                let remembered = records.get(id).map(|record| record.value(remembers));
                remembered.is_none_or(|remembered| written::may_be(model, remembered, *field))
            };
            let (maybe, never): (BTreeSet<i64>, BTreeSet<i64>) = ids.iter().copied().partition(written);
            for id in never {
                self.overrides.decide((model.id, *field), id, true);
            }
            *ids = maybe;
        }
        Ok(wanted)
    }

    /// Stores which writable fields of a record somebody has written, where that has changed.
    pub(super) fn note_written(&mut self, env: &mut Env<'_>) -> Result<()> {
        for (model, notes) in self.overrides.take_notes() {
            let model = env.registry.model(model);
            let Some(field) = model.written else { continue };
            let notes = Vec::from_iter(notes);
            for batch in notes.chunks(BATCH) {
                let ids: Vec<i64> = batch.iter().map(|(id, _)| *id).collect();
                let records = self.unit.load(env, model, &ids, Some(Lock::Exclusive))?;
                let differing = batch.iter().filter_map(|(id, notes)| {
                    let before = records.get(id)?.value(field);
                    let now = written::changed(model, before, notes.iter().map(|(field, is)| (*field, *is)));
                    (now != *before).then(|| (*id, vec![now]))
                });
                let differing = differing.collect();
                self.unit.set(env, model, &[field], differing)?;
                self.unit.trim();
            }
        }
        Ok(())
    }

    /// A field of records has changed to another value: the writable fields that declare it in `resets(…)` are computed
    /// again, unless they are given in this write.
    pub(in crate::write) fn reset(&mut self, env: &Env<'_>, model: &ModelInfo, field: FieldId, ids: &[i64]) {
        for reset in env.registry.dependencies().resets(model.id, field) {
            let following = self.overrides.reset((model.id, *reset), ids);
            self.push(env, (model.id, *reset), &following);
        }
    }

    /// A method that went along may have written itself: the writable computed fields that it gave a value keep it, like
    /// those that this write is given.
    pub(in crate::write) fn heed_methods(&mut self) {
        for (field, id) in std::mem::take(&mut self.unit.given_within) {
            self.overrides.mark_stored(field, id);
        }
    }

    /// The writable computed fields of records that this write, or one within it, has given a value.
    pub(in crate::write) fn given(&mut self) -> Vec<(Computed, i64)> {
        self.heed_methods();
        self.overrides.given().collect()
    }

    /// Notes that the writable computed fields among these are given in this write: they keep the given value.
    pub(in crate::write) fn mark_given(
        &mut self,
        model: &ModelInfo,
        fields: impl Iterator<Item = FieldId>,
        ids: &[i64],
    ) {
        for field in fields.filter(|field| is_writable(model, *field)) {
            self.overrides.mark_given((model.id, field), ids);
        }
    }
}
