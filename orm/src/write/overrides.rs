//! Writable computed fields in one change: whether a record's field follows its computation, or keeps what somebody
//! wrote. This is decided once, before the first of its sources changes; what records remember of it is in
//! `write/written.rs`.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap as HashMap;

use crate::dependencies::Computed;
use crate::registry::{FieldId, ModelId};

/// How a record's writable field stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Nobody touched it: it is computed again.
    Follows,
    /// Somebody wrote it before: it stays, unless it is reset.
    Kept,
    /// Written in this change: it stays.
    Given,
}

/// What records are to remember: of fields, whether somebody has written them.
pub(super) type Notes = BTreeMap<i64, BTreeMap<FieldId, bool>>;

/// The overrides of one change.
#[derive(Debug, Default)]
pub(super) struct Overrides {
    known: HashMap<Computed, HashMap<i64, Standing>>,
    notes: BTreeMap<ModelId, Notes>,
}

impl Overrides {
    /// New records, which remember already what they were given.
    pub(super) fn begin(&mut self, field: Computed, given: &[i64], following: &[i64]) {
        self.set(field, given, Standing::Given);
        self.set(field, following, Standing::Follows);
    }

    /// Notes that a field is written: whatever was known of it does not count any more.
    pub(super) fn give(&mut self, field: Computed, ids: &[i64]) {
        self.set(field, ids, Standing::Given);
        self.note(field, ids, true);
    }

    /// Notes that a field follows, whatever it held before, unless it is written in this change. Answers the records in
    /// which it does.
    pub(super) fn reset(&mut self, field: Computed, ids: &[i64]) -> Vec<i64> {
        let given = |id: &i64| self.standing(field, *id) == Some(Standing::Given);
        let reset: Vec<i64> = ids.iter().copied().filter(|id| !given(id)).collect();
        self.set(field, &reset, Standing::Follows);
        self.note(field, &reset, false);
        reset
    }

    /// Notes what was found out about a record.
    pub(super) fn decide(&mut self, field: Computed, id: i64, untouched: bool) {
        let standing = if untouched { Standing::Follows } else { Standing::Kept };
        self.known.entry(field).or_default().entry(id).or_insert(standing);
    }

    /// Notes whether records are to remember that somebody has written a field.
    pub(super) fn note(&mut self, (model, field): Computed, ids: &[i64], written: bool) {
        for id in ids {
            let notes = self.notes.entry(model).or_default();
            notes.entry(*id).or_default().insert(field, written);
        }
    }

    /// What records of each model are to remember from now on.
    pub(super) fn take_notes(&mut self) -> BTreeMap<ModelId, Notes> {
        std::mem::take(&mut self.notes)
    }

    /// Whether nothing is known yet.
    pub(super) fn undecided(&self, field: Computed, id: i64) -> bool {
        self.standing(field, id).is_none()
    }

    /// Whether the record's field is computed again.
    pub(super) fn follows(&self, field: Computed, id: i64) -> bool {
        self.standing(field, id) == Some(Standing::Follows)
    }

    fn standing(&self, field: Computed, id: i64) -> Option<Standing> {
        self.known.get(&field)?.get(&id).copied()
    }

    fn set(&mut self, field: Computed, ids: &[i64], standing: Standing) {
        if !ids.is_empty() {
            let known = self.known.entry(field).or_default();
            known.extend(ids.iter().map(|id| (*id, standing)));
        }
    }
}
