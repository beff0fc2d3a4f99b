//! What a write does to users, for whoever keeps a log of that.

use std::collections::BTreeSet;

use super::Env;

/// Something that a write does to a user, by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UserChange {
    /// He is archived.
    Archived(i64),
    /// Groups are taken from him.
    LostGroups(i64),
}

impl Env<'_> {
    /// Notes what the write does to a user.
    pub fn note_user(&mut self, change: UserChange) {
        self.user_changes.insert(change);
    }

    /// What was noted, each once.
    pub fn take_user_changes(&mut self) -> BTreeSet<UserChange> {
        std::mem::take(&mut self.user_changes)
    }
}
