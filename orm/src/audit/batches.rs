//! Records in batches, by id.

use crate::def::Kind;
use crate::env::Env;
use crate::error::Result;
use crate::registry::ModelInfo;
use crate::write;

/// Records checked at a time: bounds the memory.
const BATCH: usize = 1_000;
/// The same, for models with binary fields, which may hold pictures.
const LARGE: usize = 50;

/// How many records there are.
pub(super) fn count(env: &mut Env<'_>, model: &ModelInfo) -> Result<u64> {
    let count = env.ids(env.sql().once().count_all(model)?)?;
    Ok(count
        .first()
        .and_then(|count| u64::try_from(*count).ok())
        .unwrap_or_default())
}

/// The next batch of ids, those that follow `last`.
pub(super) fn next(env: &mut Env<'_>, model: &ModelInfo, last: i64) -> Result<Vec<i64>> {
    let large = model.def.fields.iter().any(|field| matches!(field.kind, Kind::Binary));
    write::next_ids(env, model, last, if large { LARGE } else { BATCH })
}
