//! Updates: the same values for some records, their delegates along, then the commands on their relations.

use super::recompute::Queue;
use super::{commands, create, rows};
use crate::command::{Input, Values};
use crate::db::{Bind, Ids, Statement};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::registry::{FieldId, ModelInfo};
use crate::sql::quoted;
use crate::value::Value;

/// Updates records that exist. Values have been checked.
pub(super) fn update(
    env: &mut Env<'_>,
    queue: &mut Queue,
    model: &ModelInfo,
    ids: &[i64],
    values: Values,
) -> Result<()> {
    let mut values = values;
    if let Some(delegate) = model.delegate {
        let inherited = create::split_inherited(model, delegate, &mut values);
        if !inherited.fields.is_empty() {
            let parents = delegates(env, model, delegate, ids)?;
            update(env, queue, env.registry.target(model, delegate), &parents, inherited)?;
        }
    }
    let mut columns: Vec<(FieldId, Value)> = Vec::new();
    let mut relations = Vec::new();
    for (field, input) in values.fields {
        match input {
            Input::Value(value) => columns.push((field, value)),
            Input::Commands(commands) => relations.push((field, commands)),
            Input::Delegate(_) => return Err(Error::internal("a delegate's values were not taken out")),
        }
    }
    let fields: Vec<FieldId> = columns.iter().map(|(field, _)| *field).collect();
    let moves: Vec<FieldId> = fields
        .iter()
        .copied()
        .filter(|field| model.fields[*field].is_many2one())
        .collect();
    // Where a record moves from.
    queue.changed(env, model, &moves, ids)?;
    columns.push((model.implicit("write_uid"), Value::Int(env.user)));
    columns.push((model.implicit("write_date"), Value::DateTime(env.now)));
    rows::update_all(env, model, &columns, ids)?;
    queue.changed(env, model, &fields, ids)?;
    for (field, given) in relations {
        for id in ids {
            commands::apply(env, queue, model, field, *id, given.clone())?;
        }
    }
    Ok(())
}

fn delegates(env: &mut Env<'_>, model: &ModelInfo, delegate: FieldId, ids: &[i64]) -> Result<Vec<i64>> {
    let (column, table) = (quoted(model.fields[delegate].def.name), quoted(model.def.table));
    let text = format!(
        "SELECT {column} FROM {table} WHERE {}",
        env.session.dialect().in_ids("id")
    );
    let mut parents = Vec::new();
    env.session.query(
        &Statement {
            text,
            binds: vec![Bind::Ids(Ids(ids.to_vec()))],
        },
        |row| {
            parents.extend(row.int(0)?);
            Ok(())
        },
    )?;
    Ok(parents)
}
