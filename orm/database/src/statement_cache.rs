//! Which statements a connection keeps prepared: those that are likely to be run again, up to a bound. When the bound
//! is reached, all are released, so that callers whose statements always differ cost time, not memory.

use std::hash::{BuildHasher as _, BuildHasherDefault};

use rustc_hash::{FxHashSet, FxHasher};

/// The most prepared statements, and (`MOST_BYTES`) the most bytes of their texts. A prepared statement takes many
/// times the bytes of its text.
const MOST: usize = 500;
const MOST_BYTES: usize = 512 * 1024;
/// The longest text, in bytes, that stays prepared; a longer one is prepared for each run.
const LONGEST: usize = 16 * 1024;

/// The statements that a connection keeps prepared, by the hashes of their texts.
#[derive(Debug, Default)]
pub(crate) struct StatementCache {
    texts: FxHashSet<u64>,
    bytes: usize,
}

/// What happens to the prepared form of a statement that is about to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// It is kept.
    Yes,
    /// It is kept, and all others are to be released first.
    Afresh,
    /// It is not kept.
    Never,
}

impl StatementCache {
    /// Decides about a statement that is about to run, and counts it.
    pub(crate) fn keep(&mut self, text: &str) -> Keep {
        if text.len() > LONGEST {
            return Keep::Never;
        }
        let hash = BuildHasherDefault::<FxHasher>::default().hash_one(text);
        if self.texts.contains(&hash) {
            return Keep::Yes;
        }
        let full = self.texts.len() >= MOST || self.bytes + text.len() > MOST_BYTES;
        if full {
            *self = StatementCache::default();
        }
        self.texts.insert(hash);
        self.bytes += text.len();
        match full {
            true => Keep::Afresh,
            false => Keep::Yes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded_by_number_and_bytes() {
        let mut kept = StatementCache::default();
        let asked: Vec<Keep> = (0..=MOST)
            .map(|number| kept.keep(&format!("SELECT {number}")))
            .collect();
        assert!(asked[..MOST].iter().all(|keep| *keep == Keep::Yes));
        assert_eq!(asked[MOST], Keep::Afresh);
        assert_eq!(kept.keep("SELECT 500"), Keep::Yes);
        assert_eq!(kept.keep(&" ".repeat(LONGEST + 1)), Keep::Never);
        let long = |number: usize| format!("SELECT {number}{}", " ".repeat(LONGEST - 100));
        let afresh = (0..3 * MOST_BYTES / LONGEST).filter(|number| kept.keep(&long(*number)) == Keep::Afresh);
        assert_eq!(afresh.count(), 2);
    }
}
