//! Statements with the rules of a caller in them, kept for his further requests: they differ from one to the next only in
//! the ids of the records that are read.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use super::texts::StatementKey;
use crate::access::Access;
use crate::db::Bind;
use crate::sql::{Statement, Text, ids_bind};

/// When so many statements are kept, or they take so many bytes altogether, all are dropped: callers who ask for
/// different fields each time cannot fill the memory.
const MOST: usize = 4_096;
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// A statement that takes more bytes is not kept: a few of them would push out all others.
const LARGEST: usize = MOST_BYTES / 64;

/// What a statement is kept under: the key of its level, and the place of the access that it was made under. The
/// statement keeps that access alive, so that no other one comes to that place.
type Key = (StatementKey, usize);

/// The statements of one catalogue.
#[derive(Debug, Default)]
pub(super) struct RuledStatements(RwLock<Kept>);

#[derive(Debug, Default)]
struct Kept {
    statements: FxHashMap<Key, Arc<RuledStatement>>,
    bytes: usize,
}

/// A statement without the ids of the records that it reads.
#[derive(Debug)]
pub(super) struct RuledStatement {
    pub(super) text: Text,
    binds: Vec<Bind>,
    /// The index of the ids among the binds.
    ids_at: usize,
}

impl RuledStatement {
    /// The binds for these ids.
    pub(super) fn binds(&self, ids: &[i64]) -> Vec<Bind> {
        let mut binds = self.binds.clone();
        binds[self.ids_at] = ids_bind(ids);
        binds
    }

    /// About how much memory it takes.
    fn bytes(&self) -> usize {
        let bytes = |bind: &Bind| match bind {
            Bind::Ids(ids) => 8 * ids.0.len(),
            Bind::Values(values) => 64 * values.0.len(),
            Bind::Text(Some(text)) => text.len(),
            _ => 0,
        };
        let binds = self.binds.iter().map(|bind| size_of::<Bind>() + bytes(bind));
        self.text.sql.len() + binds.sum::<usize>()
    }
}

impl RuledStatements {
    /// The statement that was made under this access.
    pub(super) fn get(&self, level: StatementKey, access: &Access) -> Option<Arc<RuledStatement>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        kept.statements.get(&(level, access.place())).cloned()
    }

    /// Keeps a statement that is built of the level's parts and the rules of its access alone.
    pub(super) fn keep(&self, level: StatementKey, statement: &Statement) {
        let Some(ids_at) = statement.text.ids_at else { return };
        let binds = statement.binds.iter().enumerate();
        let statement = RuledStatement {
            text: statement.text.clone(),
            // The ids of this request are not kept: there may be many.
            binds: binds
                .map(|(place, bind)| if place == ids_at { ids_bind(&[]) } else { bind.clone() })
                .collect(),
            ids_at,
        };
        let bytes = statement.bytes();
        if bytes > LARGEST {
            return;
        }
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.bytes + bytes > MOST_BYTES || kept.statements.len() >= MOST {
            *kept = Kept::default();
        }
        let key = (level, statement.text.access.place());
        if kept.statements.insert(key, Arc::new(statement)).is_none() {
            kept.bytes += bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(length: usize, ids: &[i64]) -> Statement {
        Statement {
            text: Text {
                sql: " ".repeat(length),
                tables: Vec::new(),
                cached: true,
                access: Access::EVERYTHING,
                ids_at: Some(1),
            },
            binds: vec![ids_bind(&[7]), ids_bind(ids), ids_bind(&[8, 9])],
        }
    }

    #[test]
    fn another_request_has_its_own_ids_between_the_rules_values() {
        let (kept, key) = (RuledStatements::default(), (1, false, 2));
        kept.keep(key, &statement(10, &[1, 2, 3]));
        let found = kept.get(key, &Access::EVERYTHING).unwrap();
        let texts = |ids| format!("{:?}", found.binds(ids));
        assert_eq!(texts(&[4, 5]), format!("{:?}", statement(10, &[4, 5]).binds));
        assert_eq!(texts(&[6]), format!("{:?}", statement(10, &[6]).binds));
        assert!(kept.get((2, false, 2), &Access::EVERYTHING).is_none());
    }

    #[test]
    fn what_is_kept_is_bounded_by_number_and_bytes() {
        let kept = RuledStatements::default();
        let state = || {
            let kept = kept.0.read().unwrap();
            (kept.statements.len(), kept.bytes)
        };
        let many_ids = vec![1; 100_000];
        for number in 0..=MOST as u64 {
            kept.keep((number, false, 0), &statement(10, &many_ids));
        }
        assert_eq!(state().0, 1, "all were dropped when there were too many");
        for number in 0..200 {
            kept.keep((number, true, 0), &statement(LARGEST / 2, &many_ids));
            assert!(state().1 <= MOST_BYTES, "{:?}", state());
        }
        let before = state();
        kept.keep((0, true, 1), &statement(LARGEST + 1, &[]));
        assert_eq!(state(), before);
    }
}
