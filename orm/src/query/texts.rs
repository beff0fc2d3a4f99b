//! What is kept of a level's statement between requests: its text, and the key under which other statements of it are kept.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::db::Dialect;
use crate::sql::Text;

/// Up to this many parents, a to-one target is joined laterally (PostgreSQL): reading it again for each parent that
/// names it costs less than another round trip.
pub(super) const FEW: usize = 16;

/// Tells a statement from those of all levels: the number of the level, the database, and which of three forms the
/// statement has: for one id, up to [`FEW`] ids, or more.
pub(super) type StatementKey = (u64, bool, usize);

/// The texts of one level's statement. Nothing but the database and the form makes a difference, since a level is always
/// reached by the same relation (the top one by ids). A top level that is selected by a condition has another text each
/// time, which is not kept.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// For each database and form, once built, without rules of a caller.
    open: [[OnceLock<Text>; 3]; 2],
    /// No other level of the process has this number; 0 for a level that serves one request only.
    number: u64,
}

impl Texts {
    /// The place of the text without rules for a database and a number of ids.
    pub(super) fn open(&self, dialect: Dialect, ids: usize) -> &OnceLock<Text> {
        &self.open[usize::from(dialect.is_server())][form(ids)]
    }

    /// The key for statements with rules; `None` for a level that serves one request only.
    pub(super) fn key(&self, dialect: Dialect, ids: usize) -> Option<StatementKey> {
        (self.number > 0).then(|| (self.number, dialect.is_server(), form(ids)))
    }

    /// Gives the level its number.
    pub(super) fn give_number(&mut self) {
        static LAST: AtomicU64 = AtomicU64::new(0);
        self.number = LAST.fetch_add(1, Ordering::Relaxed) + 1;
    }
}

/// The form of the statement for a number of ids.
fn form(ids: usize) -> usize {
    match ids {
        1 => 0,
        0..=FEW => 1,
        _ => 2,
    }
}
