//! Relations by rows and many2many pairs that are not inserted yet.

use rustc_hash::FxHashSet as HashSet;

use super::UnitOfWork;
use crate::error::Result;
use crate::registry::{FieldId, Link, ModelId, ModelInfo, Registry};

impl UnitOfWork {
    /// The links of a relation to many that are only in memory, as (owner, related) pairs, for these owners.
    pub(super) fn fresh_links(
        &self,
        registry: &Registry,
        model: &ModelInfo,
        field: FieldId,
        owners: &HashSet<i64>,
    ) -> Result<Vec<(i64, i64)>> {
        let info = &model.fields[field];
        let links: Vec<(i64, i64)> = match info.target.zip(info.inverse) {
            Some((target, inverse)) => {
                let children = self.fresh_values(target, inverse);
                children.map(|(id, owner)| (owner, id)).collect()
            }
            None => self.fresh_pairs(registry.link(model, field)?).collect(),
        };
        Ok(links.into_iter().filter(|(owner, _)| owners.contains(owner)).collect())
    }

    /// The records whose many2one or many2many leads to one of `ids`, as far as that is only in memory.
    pub(in crate::write) fn fresh_reaching(
        &self,
        registry: &Registry,
        model: &ModelInfo,
        field: FieldId,
        ids: &[i64],
    ) -> Result<Vec<i64>> {
        let ids: HashSet<i64> = ids.iter().copied().collect();
        let pairs = self.fresh_pairs(registry.link(model, field)?);
        Ok((pairs.chain(self.fresh_values(model.id, field)))
            .filter(|(_, to)| ids.contains(to))
            .map(|(from, _)| from)
            .collect())
    }

    /// The waiting pairs of a many2many, those included that a field of the other model has written.
    fn fresh_pairs(&self, link: Link) -> impl Iterator<Item = (i64, i64)> {
        let of = |link| self.pairs.get(&link).into_iter().flatten().copied();
        of(link).chain(of(link.reversed()).map(|(other, own)| (own, other)))
    }

    /// The many2one values of new records, as (record, target) pairs.
    fn fresh_values(&self, model: ModelId, field: FieldId) -> impl Iterator<Item = (i64, i64)> {
        let fresh = self.fresh.range((model, i64::MIN)..=(model, i64::MAX));
        fresh.filter_map(move |key| Some((key.1, self.rows.get(key)?.get(field)?.id()?)))
    }
}
