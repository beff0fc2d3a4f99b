//! Writable computed fields: whether a record's field follows its computation in this change, or keeps what it holds.
//! Decided once, before the first of its sources changes.

use rustc_hash::FxHashMap as HashMap;

use crate::triggers::Computed;

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

/// The standings of one change.
#[derive(Debug, Default)]
pub(super) struct Standings(HashMap<Computed, HashMap<i64, Standing>>);

impl Standings {
    /// Notes that a field is written: whatever was known of it does not count any more.
    pub(super) fn give(&mut self, field: Computed, ids: &[i64]) {
        self.set(field, ids, Standing::Given);
    }

    /// Notes that a field follows, of new records; or whatever it held before, unless it is written in this change.
    /// Answers the records in which it does.
    pub(super) fn reset(&mut self, field: Computed, ids: &[i64]) -> Vec<i64> {
        let given = |id: &i64| self.standing(field, *id) == Some(Standing::Given);
        let reset: Vec<i64> = ids.iter().copied().filter(|id| !given(id)).collect();
        self.set(field, &reset, Standing::Follows);
        reset
    }

    /// Notes what was found out about a record.
    pub(super) fn decide(&mut self, field: Computed, id: i64, untouched: bool) {
        let standing = if untouched { Standing::Follows } else { Standing::Kept };
        self.0.entry(field).or_default().entry(id).or_insert(standing);
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
        self.0.get(&field)?.get(&id).copied()
    }

    fn set(&mut self, field: Computed, ids: &[i64], standing: Standing) {
        if !ids.is_empty() {
            let known = self.0.entry(field).or_default();
            known.extend(ids.iter().map(|id| (*id, standing)));
        }
    }
}
