//! Caches the answers to searches and relations that a write's computations ask for again and again. They are used
//! until the write changes something.

use rustc_hash::FxHashMap as HashMap;

use crate::compute::load::{Database, Store as _};
use crate::domain::Domain;
use crate::env::Env;
use crate::error::Result;
use crate::registry::{FieldId, ModelId, ModelInfo, OrderTerm};

/// A search: model, condition, order, limit.
pub(crate) type SearchKey = (ModelId, Domain, Vec<OrderTerm>, Option<usize>);

/// The cached answers.
#[derive(Debug, Default)]
pub(super) struct QueryCache {
    /// The session's count of changes when the answers were read.
    changes: u64,
    searches: Vec<(SearchKey, Vec<i64>)>,
    /// The same count for the links, which some changes do not concern.
    link_changes: u64,
    links: HashMap<(ModelId, FieldId, i64), Vec<i64>>,
}

impl QueryCache {
    pub(super) fn found(&self, env: &Env<'_>, question: &SearchKey) -> Option<Vec<i64>> {
        let current = self.changes == env.session.changes();
        let mut searches = self.searches.iter().filter(|_| current);
        let (_, ids) = searches.find(|(known, _)| known == question)?;
        Some(ids.clone())
    }

    pub(super) fn note(&mut self, env: &Env<'_>, question: SearchKey, ids: &[i64]) {
        if self.changes != env.session.changes() {
            self.searches.clear();
            self.changes = env.session.changes();
        }
        self.searches.push((question, ids.to_vec()));
    }

    /// The links of a relation to many, as (owner, related) pairs; only those that are not cached are read.
    pub(super) fn links(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        field: FieldId,
        owners: &[i64],
    ) -> Result<Vec<(i64, i64)>> {
        if self.link_changes != env.session.changes() {
            self.links.clear();
            self.link_changes = env.session.changes();
        }
        let unknown = |owner: &i64| !self.links.contains_key(&(model.id, field, *owner));
        let unknown: Vec<i64> = owners.iter().copied().filter(unknown).collect();
        if !unknown.is_empty() {
            let found = Database.links(env, model, field, &unknown)?;
            let key = |owner| (model.id, field, owner);
            self.links.extend(unknown.iter().map(|owner| (key(*owner), Vec::new())));
            for (owner, id) in found {
                self.links.entry(key(owner)).or_default().push(id);
            }
        }
        let of = |owner: &i64| (*owner, self.links.get(&(model.id, field, *owner)));
        let links = owners.iter().map(of);
        Ok(links
            .flat_map(|(owner, ids)| ids.into_iter().flatten().map(move |id| (owner, *id)))
            .collect())
    }

    /// Forgets the links where there are more owners than this.
    pub(super) fn trim(&mut self, most: usize) {
        if self.links.len() > most {
            self.links.clear();
        }
    }

    /// Forgets the searches: rows that they may have to find have changed in memory.
    pub(super) fn forget_searches(&mut self) {
        self.searches.clear();
    }

    /// What the session counted from `before` to `after` were updates of columns that no relation is made of.
    pub(super) fn keep_links(&mut self, before: u64, after: u64) {
        if self.link_changes == before {
            self.link_changes = after;
        }
    }
}
