//! Inserts, updates and deletions of whole rows, many at a time, in statements whose number does not follow the number of
//! rows and whose text repeats, so that prepared ones are used again.

pub(super) use crate::compute::rows::{load, pairs, stored};

use crate::db::{Bind, Dialect, Ids, Statement};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::registry::{FieldId, ModelInfo};
use crate::sql::{bind, quoted};
use crate::value::MOST_ID;
use crate::value::Value;

/// The most rows of one statement; larger batches are cut into powers of two below it.
const MOST_ROWS: usize = 128;

/// Cuts `rows` into runs whose lengths are powers of two.
pub(super) fn batches<T>(rows: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        let largest = (1 + rest.len()).next_power_of_two() / 2;
        let (batch, tail) = rest
            .split_at_checked(largest.min(MOST_ROWS))
            .filter(|(batch, _)| !batch.is_empty())?;
        rest = tail;
        Some(batch)
    })
}

/// `(?, ?), (?, ?)`.
pub(super) fn tuples(rows: usize, columns: usize) -> String {
    let tuple = format!("({})", vec!["?"; columns].join(", "));
    vec![tuple; rows].join(", ")
}

/// Which records a many2one of these records leads to, in the database, each once.
pub(super) fn targets(env: &mut Env<'_>, model: &ModelInfo, field: FieldId, ids: &[i64]) -> Result<Vec<i64>> {
    let text = format!(
        "SELECT DISTINCT {} FROM {} WHERE {}",
        quoted(model.fields[field].def.name),
        quoted(model.def.table),
        env.session.dialect().in_ids("id")
    );
    let binds = vec![Bind::Ids(Ids(ids.to_vec()))];
    let mut targets = Vec::new();
    env.session.query(&Statement { text, binds }, |row| {
        targets.extend(row.int(0)?);
        Ok(())
    })?;
    Ok(targets)
}

/// Ids for new records, ascending, that no record had before. `last` is the last one reserved in this transaction.
pub(super) fn reserve_ids(env: &mut Env<'_>, model: &ModelInfo, last: Option<i64>, count: usize) -> Result<Vec<i64>> {
    let ids = new_ids(env, model, last, count)?;
    match ids.last() {
        Some(last) if *last > MOST_ID => Err(Error::refused(format!("{} has no ids left", model.def.name))),
        _ => Ok(ids),
    }
}

fn new_ids(env: &mut Env<'_>, model: &ModelInfo, last: Option<i64>, count: usize) -> Result<Vec<i64>> {
    let dialect = env.session.dialect();
    if let (Some(last), Dialect::Sqlite) = (last, dialect) {
        return Ok((last + 1..).take(count).collect());
    }
    let mut ids = Vec::with_capacity(count);
    let text = dialect.next_ids(model.def.table);
    let binds = match dialect {
        Dialect::Sqlite => Vec::new(),
        Dialect::Postgres => vec![Bind::Int(i64::try_from(count).ok())],
    };
    env.session.query(&Statement { text, binds }, |row| {
        ids.extend(row.int(0)?);
        Ok(())
    })?;
    match (dialect, ids.as_slice()) {
        (Dialect::Sqlite, [first]) => Ok((*first..).take(count).collect()),
        (Dialect::Postgres, ids) if ids.len() == count => Ok(ids.to_vec()),
        _ => Err(Error::internal("the database gave no ids")),
    }
}

/// Inserts rows of `fields`, in order.
pub(super) fn insert(env: &mut Env<'_>, model: &ModelInfo, fields: &[FieldId], rows: &[Vec<Value>]) -> Result<()> {
    let names: Vec<String> = (fields.iter())
        .map(|field| quoted(model.fields[*field].def.name))
        .collect();
    for batch in batches(rows) {
        let text = format!(
            "INSERT INTO {} ({}) VALUES {}",
            quoted(model.def.table),
            names.join(", "),
            tuples(batch.len(), fields.len())
        );
        let binds = (batch.iter().flat_map(|row| row.iter().zip(fields)))
            .map(|(value, field)| bind(&model.fields[*field].def.kind, value.clone()))
            .collect();
        env.session.execute(&Statement { text, binds })?;
    }
    Ok(())
}

/// Sets `fields` of rows, each with its id.
pub(super) fn update(
    env: &mut Env<'_>,
    model: &ModelInfo,
    fields: &[FieldId],
    rows: &[(i64, Vec<Value>)],
) -> Result<()> {
    let table = quoted(model.def.table);
    let names: Vec<String> = fields
        .iter()
        .map(|field| quoted(model.fields[*field].def.name))
        .collect();
    let binds_of = |(id, values): &(i64, Vec<Value>)| {
        let values = values.iter().zip(fields);
        let values = values.map(|(value, field)| bind(&model.fields[*field].def.kind, value.clone()));
        values.chain([Bind::Int(Some(*id))]).collect::<Vec<_>>()
    };
    for batch in batches(rows) {
        let binds = batch.iter().flat_map(binds_of).collect();
        let text = if let [_] = batch {
            let set: Vec<String> = names.iter().map(|name| format!("{name} = ?")).collect();
            format!("UPDATE {table} SET {} WHERE id = ?", set.join(", "))
        } else {
            let set: Vec<String> = names.iter().map(|name| format!("{name} = given.{name}")).collect();
            let values = tuples(batch.len(), names.len() + 1);
            format!(
                "WITH given({}, given_id) AS (VALUES {values}) UPDATE {table} SET {} FROM given WHERE {table}.id = given.given_id",
                names.join(", "),
                set.join(", ")
            )
        };
        env.session.execute(&Statement { text, binds })?;
    }
    Ok(())
}

/// Sets `fields` of all these records to the same values.
pub(super) fn update_all(env: &mut Env<'_>, model: &ModelInfo, values: &[(FieldId, Value)], ids: &[i64]) -> Result<()> {
    let set: Vec<String> = (values.iter())
        .map(|(field, _)| format!("{} = ?", quoted(model.fields[*field].def.name)))
        .collect();
    let text = format!(
        "UPDATE {} SET {} WHERE {}",
        quoted(model.def.table),
        set.join(", "),
        env.session.dialect().in_ids("id")
    );
    let values = values
        .iter()
        .map(|(field, value)| bind(&model.fields[*field].def.kind, value.clone()));
    let binds = values.chain([Bind::Ids(Ids(ids.to_vec()))]).collect();
    env.session.execute(&Statement { text, binds }).map(|_| ())
}

/// Deletes records.
pub(super) fn delete(env: &mut Env<'_>, model: &ModelInfo, ids: &[i64]) -> Result<()> {
    let text = format!(
        "DELETE FROM {} WHERE {}",
        quoted(model.def.table),
        env.session.dialect().in_ids("id")
    );
    env.session
        .execute(&Statement {
            text,
            binds: vec![Bind::Ids(Ids(ids.to_vec()))],
        })
        .map(|_| ())
}

/// Inserts rows of two ids into a table of pairs. Another transaction may have put the same pair in from its other side.
pub(super) fn insert_pairs(env: &mut Env<'_>, table: &str, columns: [&str; 2], pairs: &[(i64, i64)]) -> Result<()> {
    for batch in batches(pairs) {
        let text = format!(
            "INSERT INTO {} ({}, {}) VALUES {} ON CONFLICT DO NOTHING",
            quoted(table),
            quoted(columns[0]),
            quoted(columns[1]),
            tuples(batch.len(), 2)
        );
        let binds = batch
            .iter()
            .flat_map(|(a, b)| [Bind::Int(Some(*a)), Bind::Int(Some(*b))])
            .collect();
        env.session.execute(&Statement { text, binds })?;
    }
    Ok(())
}

/// Deletes the rows of a table of pairs that `column` has one of these ids in.
pub(super) fn delete_pairs(env: &mut Env<'_>, table: &str, column: &str, ids: &[i64]) -> Result<()> {
    let condition = env.session.dialect().in_ids(&quoted(column));
    let text = format!("DELETE FROM {} WHERE {condition}", quoted(table));
    let binds = vec![Bind::Ids(Ids(ids.to_vec()))];
    env.session.execute(&Statement { text, binds }).map(|_| ())
}

#[cfg(test)]
mod tests {
    #[test]
    fn batches_are_few_and_their_lengths_repeat() {
        let lengths = |rows: usize| super::batches(&vec![(); rows]).map(<[()]>::len).collect::<Vec<_>>();
        assert_eq!(lengths(0), Vec::<usize>::new());
        assert_eq!(lengths(1), [1]);
        assert_eq!(lengths(3), [2, 1]);
        assert_eq!(lengths(100), [64, 32, 4]);
        assert_eq!(lengths(300), [128, 128, 32, 8, 4]);
    }
}
