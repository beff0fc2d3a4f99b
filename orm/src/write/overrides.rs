//! Writable computed fields within one write: whether the field of a record follows its computation, or keeps what
//! somebody wrote. This is decided once, before the first of its sources changes. What records remember from one write
//! to the next is in `write/written.rs`.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap as HashMap;

use crate::dependencies::Computed;
use crate::registry::{FieldId, ModelId};

/// The state of a writable field of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OverrideState {
    /// Nobody has written it: it is computed again.
    Follows,
    /// Somebody wrote it in an earlier write: it keeps its value, unless it is reset.
    Kept,
    /// Written in this write: it keeps its value.
    Given,
}

/// What records are to remember: for each field, whether somebody has written it.
pub(super) type Notes = BTreeMap<i64, BTreeMap<FieldId, bool>>;

/// The states of the writable fields that one write has to do with.
#[derive(Debug, Default)]
pub(super) struct Overrides {
    known: HashMap<Computed, HashMap<i64, OverrideState>>,
    notes: BTreeMap<ModelId, Notes>,
}

impl Overrides {
    /// Sets the states for new records. Their rows say already which fields they were given.
    pub(super) fn begin(&mut self, field: Computed, given: &[i64], following: &[i64]) {
        self.set(field, given, OverrideState::Given);
        self.set(field, following, OverrideState::Follows);
    }

    /// Notes that a field is written in this write, whatever its state was.
    pub(super) fn mark_given(&mut self, field: Computed, ids: &[i64]) {
        self.set(field, ids, OverrideState::Given);
        self.note(field, ids, true);
    }

    /// Notes that a field was written within this write, whatever its state was. Its record remembers that already.
    pub(super) fn mark_stored(&mut self, field: Computed, id: i64) {
        self.set(field, &[id], OverrideState::Given);
        let notes = self.notes.get_mut(&field.0).and_then(|notes| notes.get_mut(&id));
        notes.map(|notes| notes.remove(&field.1));
    }

    /// Every field of a record that is written in this write.
    pub(super) fn given(&self) -> impl Iterator<Item = (Computed, i64)> {
        let given = |(id, state): (&i64, &OverrideState)| (*state == OverrideState::Given).then_some(*id);
        (self.known.iter()).flat_map(move |(field, states)| states.iter().filter_map(given).map(|id| (*field, id)))
    }

    /// Lets a field follow, whatever it holds, unless it is written in this write. Answers the records in which it
    /// follows.
    pub(super) fn reset(&mut self, field: Computed, ids: &[i64]) -> Vec<i64> {
        let given = |id: &i64| self.state(field, *id) == Some(OverrideState::Given);
        let reset: Vec<i64> = ids.iter().copied().filter(|id| !given(id)).collect();
        self.set(field, &reset, OverrideState::Follows);
        self.note(field, &reset, false);
        reset
    }

    /// Sets the state of a field that has none yet: it follows if it is `untouched`, else it is kept.
    pub(super) fn decide(&mut self, field: Computed, id: i64, untouched: bool) {
        let state = if untouched {
            OverrideState::Follows
        } else {
            OverrideState::Kept
        };
        self.known.entry(field).or_default().entry(id).or_insert(state);
    }

    /// Notes whether records are to remember that somebody has written a field.
    pub(super) fn note(&mut self, (model, field): Computed, ids: &[i64], written: bool) {
        for id in ids {
            let notes = self.notes.entry(model).or_default();
            notes.entry(*id).or_default().insert(field, written);
        }
    }

    /// Takes out what the records of each model are to remember from now on.
    pub(super) fn take_notes(&mut self) -> BTreeMap<ModelId, Notes> {
        std::mem::take(&mut self.notes)
    }

    /// Whether the field of this record has no state yet.
    pub(super) fn undecided(&self, field: Computed, id: i64) -> bool {
        self.state(field, id).is_none()
    }

    /// Whether the record's field is computed again.
    pub(super) fn follows(&self, field: Computed, id: i64) -> bool {
        self.state(field, id) == Some(OverrideState::Follows)
    }

    fn state(&self, field: Computed, id: i64) -> Option<OverrideState> {
        self.known.get(&field)?.get(&id).copied()
    }

    fn set(&mut self, field: Computed, ids: &[i64], state: OverrideState) {
        if !ids.is_empty() {
            let known = self.known.entry(field).or_default();
            known.extend(ids.iter().map(|id| (*id, state)));
        }
    }
}
