//! The ids of other records that a body names: looked up before anything is written, one statement for each model. The
//! rows are kept, since computations read most of them again.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet as HashSet;

use super::allowed;
use super::claim::claim;
use super::unit_of_work::{UnitOfWork, with_unit};
use crate::db::Lock;
use crate::def::Operation;
use crate::env::Env;
use crate::error::{Issue, Place, Result};
use crate::registry::{ModelId, ModelInfo};

/// Ids with the JSON pointers that name them, by model.
#[derive(Debug, Default)]
pub(super) struct References(BTreeMap<ModelId, Vec<(i64, String)>>);

impl References {
    pub(super) fn add(&mut self, model: ModelId, id: i64, pointer: &str) {
        self.0.entry(model).or_default().push((id, pointer.to_owned()));
    }

    /// A mistake for each pointer at an id without a record.
    pub(super) fn missing(&self, env: &mut Env<'_>, unit: &mut UnitOfWork) -> Result<Vec<Issue>> {
        let mut issues = Vec::new();
        for (model, named) in &self.0 {
            let model = env.registry.model(*model);
            let ids: Vec<i64> = named.iter().map(|(id, _)| *id).collect();
            let found = unit.load(env, model, &ids, None)?;
            let found = allowed::visible_of(env, model, &found)?;
            issues.extend(
                named
                    .iter()
                    .filter(|(id, _)| !found.contains(id))
                    .map(|(id, pointer)| Issue {
                        place: Place::Pointer(pointer.clone()),
                        message: format!("there is no record {id} of {}", model.def.name),
                    }),
            );
        }
        Ok(issues)
    }
}

/// Those of `ids` that exist and that the caller may read. A write locks them, so that they go on existing until it ends.
pub(crate) fn existing(env: &mut Env<'_>, model: &ModelInfo, ids: &[i64]) -> Result<HashSet<i64>> {
    if env.session.locks() {
        // Who does not see a record does not wait for its lock: the wait would tell that it is there.
        let seen: Vec<i64> = allowed::visible(env, model, ids.to_vec())?.into_iter().collect();
        with_unit(env, |env, unit| claim(env, unit, model, &seen, Lock::Exclusive, &[]))?;
        let held = ids.iter().copied().filter(|id| env.held(model, *id).is_some());
        let held = held.collect();
        return allowed::visible(env, model, held);
    }
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    // Where a rule restricts the caller, the statement that asks it finds only what exists.
    if !env.access.is_ruled(model, Operation::Read) {
        ids = env.ids(env.sql().existing(model, &ids)?)?;
    }
    allowed::visible(env, model, ids)
}
