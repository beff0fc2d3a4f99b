//! Statements with the rules of a caller in them, kept for his further requests: they differ from one to the next only in
//! the ids of the records that are read.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use super::plan::StatementKey;
use crate::access::Access;
use crate::db::Bind;
use crate::sql::{Statement, ids_bind};

/// When the kept texts have so many bytes altogether, or there are so many, all are dropped: callers who ask for
/// different fields each time cannot fill the memory.
const MOST_BYTES: usize = 4 * 1024 * 1024;
const MOST: usize = 4_096;

/// What a statement is kept under: [that of its level](super::plan::Level::statement_key), and the place of the access
/// that it was made under, which it keeps alive, so that no other access comes to that place.
type Key = (StatementKey, usize);

/// The statements of one catalogue.
#[derive(Debug, Default)]
pub(super) struct RuledStatements(RwLock<Kept>);

#[derive(Debug, Default)]
struct Kept {
    statements: FxHashMap<Key, Arc<Statement>>,
    bytes: usize,
}

impl RuledStatements {
    /// The statement that was made under this access.
    pub(super) fn get(&self, level: StatementKey, access: &Access) -> Option<Arc<Statement>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        kept.statements.get(&(level, access.place())).cloned()
    }

    /// Keeps a statement that is built of the level's parts and the rules of the access alone.
    pub(super) fn keep(&self, level: StatementKey, statement: &Statement) {
        let bytes = statement.text.sql.len();
        if bytes > MOST_BYTES / 64 || statement.text.ids_at.is_none() {
            return;
        }
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.bytes + bytes > MOST_BYTES || kept.statements.len() >= MOST {
            *kept = Kept::default();
        }
        let key = (level, statement.text.access.place());
        if kept.statements.insert(key, Arc::new(statement.clone())).is_none() {
            kept.bytes += bytes;
        }
    }
}

/// The binds of a kept statement for other ids.
pub(super) fn binds(statement: &Statement, ids: &[i64]) -> Vec<Bind> {
    let mut binds = statement.binds.clone();
    if let Some(place) = statement.text.ids_at {
        binds[place] = ids_bind(ids);
    }
    binds
}
