//! Records in batches, by id.

use crate::db::Statement;
use crate::def::Kind;
use crate::env::Env;
use crate::error::Result;
use crate::registry::ModelInfo;
use crate::sql::quoted;
use crate::write;

/// Records of one batch: bounds the memory.
const BATCH: usize = 1_000;
/// The same, of records that may hold pictures.
const LARGE: usize = 50;

/// How many records there are.
pub(super) fn count(env: &mut Env<'_>, model: &ModelInfo) -> Result<u64> {
    let (text, binds) = (format!("SELECT COUNT(*) FROM {}", quoted(model.def.table)), Vec::new());
    let mut count = 0;
    env.session.query(&Statement { text, binds }, |row| {
        count = row
            .int(0)?
            .and_then(|count| u64::try_from(count).ok())
            .unwrap_or_default();
        Ok(())
    })?;
    Ok(count)
}

/// The ids that follow `last`.
pub(super) fn next(env: &mut Env<'_>, model: &ModelInfo, last: i64) -> Result<Vec<i64>> {
    let large = model.def.fields.iter().any(|field| matches!(field.kind, Kind::Binary));
    write::next_ids(env, model, last, if large { LARGE } else { BATCH })
}
