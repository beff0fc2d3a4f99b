//! The callers of recent requests. Two requests of the same user with the same rights share one [`Access`], so that a
//! statement that was built for the first one, with his rules in it, can be run for the second one too.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use super::{Access, Caller};

/// When so many callers are kept, all are forgotten.
const MOST: usize = 1_024;

/// Callers by their ids and their companies of new documents. Of each, the last one is kept: one with other groups, or
/// with other companies chosen, takes his place.
#[derive(Debug, Default)]
pub(crate) struct Callers(RwLock<FxHashMap<Key, Arc<Caller>>>);

/// A user, and his company of new documents.
type Key = (i64, Option<i64>);

impl Callers {
    /// The access of this caller: the one that an equal caller has had, if he is still kept.
    pub(crate) fn access(&self, caller: Caller) -> Access {
        let key = (caller.user, caller.company);
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(kept) = kept.filter(|kept| kept.is_same(&caller)) {
            return Access(Some(kept));
        }
        let caller = Arc::new(caller);
        let mut callers = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if callers.len() >= MOST {
            callers.clear();
        }
        callers.insert(key, caller.clone());
        Access(Some(caller))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Rights, Switches};
    use super::*;

    #[test]
    fn only_an_equal_caller_has_the_same_access() {
        let (callers, rights) = (Callers::default(), Arc::new(Rights::default()));
        let caller = |user, companies: &[i64], administrator| {
            Caller::new(rights.clone(), user, Some(1), companies.to_vec(), [], administrator)
        };
        let first = callers.access(caller(7, &[1], false));
        assert!(callers.access(caller(7, &[1], false)).is(&first));
        assert!(!callers.access(caller(8, &[1], false)).is(&first));
        assert!(callers.access(caller(7, &[1], false)).is(&first));
        assert!(!callers.access(caller(7, &[1, 2], false)).is(&first));
        let again = callers.access(caller(7, &[1], false));
        assert!(!again.is(&first), "another one has taken his place meanwhile");
        assert!(!callers.access(caller(7, &[1], true)).is(&again));
        let switched = caller(7, &[1], true).with_switches(Switches::default());
        assert!(callers.access(switched).is(&callers.access(caller(7, &[1], true))));
    }
}
