//! Computes stored fields of the records that were there before the fields were: after a migration.

use std::collections::BTreeSet;

use super::recompute;
use crate::env::Env;
use crate::error::Result;
use crate::registry::{FieldId, ModelId, ModelInfo};

/// Records computed at a time: bounds the memory.
const BATCH: usize = 1_000;

/// Computes these fields of all records, in the order of their dependencies; other fields that read them are not
/// computed.
///
/// # Errors
/// When a computation refuses, or gives nothing for a required field.
pub fn compute_all(env: &mut Env<'_>, fields: &[(ModelId, FieldId)]) -> Result<()> {
    let registry = env.registry;
    let mut fields = fields.to_vec();
    fields.sort_by_key(|field| registry.dependencies().layer(*field));
    for (model, field) in fields {
        let mut last = 0;
        loop {
            let ids = next(env, registry.model(model), last, BATCH)?;
            let Some(highest) = ids.last().copied() else { break };
            recompute::only(env, vec![(model, field, BTreeSet::from_iter(ids))])?;
            env.forget_held();
            last = highest;
        }
    }
    Ok(())
}

/// At most `most` ids that follow `last`, in order.
pub(crate) fn next(env: &mut Env<'_>, model: &ModelInfo, last: i64, most: usize) -> Result<Vec<i64>> {
    env.ids(env.sql().ids_after(model, last, most)?)
}
