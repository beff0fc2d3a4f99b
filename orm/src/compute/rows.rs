//! Rows of the database as computations and writes read them: whole, by id, many at a time.

use rustc_hash::FxHashMap as HashMap;

use crate::db::{Bind, Ids, Lock, Statement};
use crate::def::FieldDef;
use crate::def::columns::has_column;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::registry::{FieldId, ModelInfo};
use crate::sql::quoted;
use crate::value::Value;

/// The stored columns of a model with their indices.
pub(crate) fn stored(model: &ModelInfo) -> Vec<(FieldId, &'static FieldDef)> {
    let own = model.def.fields.iter().enumerate();
    own.filter(|(_, def)| has_column(def)).collect()
}

/// Whole rows by id, those that exist: a value for each field of the definition, empty where it has no column. With a
/// lock, each as it is when no other transaction that writes it is left, and held so until this one ends; without one, a write
/// notes the versions that it saw.
pub(crate) fn load(
    env: &mut Env<'_>,
    model: &ModelInfo,
    ids: &[i64],
    lock: Option<Lock>,
) -> Result<HashMap<i64, Vec<Value>>> {
    let fields = stored(model);
    let names: Vec<String> = fields.iter().map(|(_, def)| quoted(def.name)).collect();
    let dialect = env.session.dialect();
    let version = dialect.row_version().filter(|_| lock.is_none() && env.session.locks());
    let text = format!(
        "SELECT {} FROM {} WHERE {}{}",
        names
            .iter()
            .map(String::as_str)
            .chain(version)
            .collect::<Vec<_>>()
            .join(", "),
        quoted(model.def.table),
        dialect.in_ids("id"),
        lock.map_or("", |lock| dialect.lock_rows(lock))
    );
    let mut rows = HashMap::with_capacity_and_hasher(ids.len(), Default::default());
    let binds = vec![Bind::Ids(Ids(ids.to_vec()))];
    let mut seen = Vec::new();
    env.session.query(&Statement { text, binds }, |row| {
        let mut values = vec![Value::Null; model.def.fields.len()];
        for (column, (field, def)) in fields.iter().enumerate() {
            values[*field] = row.value(column, &def.kind)?;
        }
        let id = values[model.implicit("id")]
            .id()
            .ok_or_else(|| Error::internal("a row without an id"))?;
        if version.is_some() {
            seen.extend(row.int(fields.len())?.map(|version| (id, version)));
        }
        rows.insert(id, values);
        Ok(())
    })?;
    for (id, version) in seen {
        env.saw(model, id, version);
    }
    if let Some(lock) = lock {
        env.hold(model, rows.keys().copied(), lock);
        env.session.waited();
    }
    Ok(rows)
}

/// Pairs of a statement's first two columns.
pub(crate) fn pairs(env: &mut Env<'_>, text: String, ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    let mut pairs = Vec::new();
    env.session.query(
        &Statement {
            text,
            binds: vec![Bind::Ids(Ids(ids.to_vec()))],
        },
        |row| {
            if let (Some(first), Some(second)) = (row.int(0)?, row.int(1)?) {
                pairs.push((first, second));
            }
            Ok(())
        },
    )?;
    Ok(pairs)
}
