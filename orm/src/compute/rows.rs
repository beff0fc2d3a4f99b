//! Reads whole rows by id, many at a time, for computations and writes.

use rustc_hash::FxHashMap as HashMap;

use crate::db::Lock;
use crate::def::FieldDef;
use crate::def::columns::has_column;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

/// The fields of a model that have a column, with their indices.
pub(crate) fn stored(model: &ModelInfo) -> Vec<(FieldId, &'static FieldDef)> {
    let own = model.def.fields.iter().enumerate();
    own.filter(|(_, def)| has_column(def)).collect()
}

/// Whole rows by id, those that exist: a value for each field of the definition, empty where it has no column. With a
/// lock, waits until no other transaction holds a conflicting lock on a row, and locks the rows until this one ends.
/// Without, a write on PostgreSQL notes the versions that it has read, which are checked again at its end, or when it
/// locks the rows after all.
///
/// # Errors
/// When a row that is locked has changed since it was read without a lock: the write has to run again.
pub(crate) fn load(
    env: &mut Env<'_>,
    model: &ModelInfo,
    ids: &[i64],
    lock: Option<Lock>,
) -> Result<HashMap<i64, Vec<Value>>> {
    let fields = stored(model);
    let version = env.session.locks() && env.session.dialect().row_version().is_some();
    let statement = env.sql().rows(model, &fields, ids, lock, version)?;
    let mut rows = HashMap::with_capacity_and_hasher(ids.len(), Default::default());
    let mut seen = Vec::new();
    env.query(statement, |row| {
        let mut values = vec![Value::Null; model.def.fields.len()];
        for (column, (field, def)) in fields.iter().enumerate() {
            values[*field] = row.value(column, &def.kind)?;
        }
        let id = values[model.implicit("id")]
            .id()
            .ok_or_else(|| Error::internal("a row without an id"))?;
        if version {
            seen.extend(row.int(fields.len())?.map(|version| (id, version)));
        }
        rows.insert(id, values);
        Ok(())
    })?;
    for (id, version) in seen {
        match lock {
            None => env.saw(model, id, version),
            Some(_) if env.is_as_seen(model, id, version) => {}
            Some(_) => return Err(env.session.give_way()),
        }
    }
    if let Some(lock) = lock {
        env.hold(model, rows.keys().copied(), lock);
        env.session.invalidate_caches();
    }
    Ok(rows)
}
