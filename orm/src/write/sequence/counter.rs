//! PostgreSQL's own sequences, which give the numbers of those sequences that may leave some out.

use super::{Record, begin_period, columns, read, table};
use crate::db::{Bind, Ids, Statement};
use crate::def::{Role, SequenceDef};
use crate::env::Env;
use crate::error::Result;
use crate::registry::{FieldId, ModelInfo};
use crate::sequence::NEXT;
use crate::sql::quoted;
use crate::value::Value;

/// Takes numbers from the database's sequence, which is made where there is none and begins at the record's next
/// number. Where that was raised without moving the database's sequence, the latter catches up first.
pub(super) fn reserve(env: &mut Env<'_>, sequence: &SequenceDef, record: &Record, count: usize) -> Result<Vec<i64>> {
    let (dialect, name) = (env.session.dialect(), counter(env, record.id)?);
    if !record.counted {
        env.session.lock_name(&name)?;
        env.session.batch(&dialect.create_sequence(&name, record.next))?;
    }
    if let Some(first) = begin_period(env, sequence)? {
        env.session.batch(&dialect.restart_sequence(&name, first))?;
    } else if record.last.is_some_and(|last| last + 1 < record.next) {
        catch_up(env, sequence, record.id)?;
    }
    let mut numbers = Vec::with_capacity(count);
    let (text, binds) = (dialect.next_numbers(&name), vec![Bind::Int(i64::try_from(count).ok())]);
    env.session.query(&Statement { text, binds }, |row| {
        numbers.extend(row.int(0)?);
        Ok(())
    })?;
    Ok(numbers)
}

/// Moves the database's sequence up to the record's next number, never back. Both are locked before they are read.
pub(super) fn catch_up(env: &mut Env<'_>, sequence: &SequenceDef, id: i64) -> Result<()> {
    let (dialect, name) = (env.session.dialect(), counter(env, id)?);
    env.session.batch(&dialect.lock_sequence(&name))?;
    let model = table(env)?;
    let (table, columns) = (quoted(model.def.table), columns(dialect, model));
    let text = format!("SELECT {columns} FROM {table} WHERE id = ? FOR SHARE");
    let binds = vec![Bind::Int(Some(id))];
    match read(env, sequence, Statement { text, binds })? {
        Some(record) if record.last.unwrap_or_default() < record.next => {
            env.session.batch(&dialect.restart_sequence(&name, record.next))
        }
        _ => Ok(()),
    }
}

/// The name of the database's sequence for a record.
fn counter(env: &Env<'_>, id: i64) -> Result<String> {
    Ok(env.session.dialect().sequence_name(table(env)?.def.table, id))
}

/// Called when columns of these records were written: where `number_next` is one of them, the database's sequences go
/// on from there.
pub(in crate::write) fn moved(
    env: &mut Env<'_>,
    model: &ModelInfo,
    columns: &[(FieldId, Value)],
    ids: &[i64],
) -> Result<()> {
    let next = |(field, value): &(FieldId, Value)| value.id().filter(|_| model.fields[*field].def.name == NEXT);
    let (true, Some(next)) = (model.def.role == Some(Role::Sequence), columns.iter().find_map(next)) else {
        return Ok(());
    };
    let dialect = env.session.dialect();
    let (counted, _) = dialect.counted(model.def.table, "id");
    let (table, these) = (quoted(model.def.table), dialect.in_ids("id"));
    let text = format!("SELECT id FROM {table} WHERE {these} AND {counted} ORDER BY id");
    let binds = vec![Bind::Ids(Ids(ids.to_vec()))];
    let mut found = Vec::new();
    env.session.query(&Statement { text, binds }, |row| {
        found.extend(row.int(0)?);
        Ok(())
    })?;
    for id in found {
        env.session.batch(&dialect.restart_sequence(&counter(env, id)?, next))?;
    }
    Ok(())
}
