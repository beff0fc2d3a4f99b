//! Updates: gives several records the same values, updates their delegates, then applies the commands on their
//! relations.

use super::claim::{self, NewTargets, claim};
use super::recompute::{ChangeSet, amounts};
use super::sequence::RecordChange;
use super::{allowed, commands, constraints, create, hooks, misfits, related, rows, sequence};
use crate::command::{Input, Values};
use crate::db::Lock;
use crate::def::Operation;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

/// Updates existing records with checked values.
pub(super) fn update(
    env: &mut Env<'_>,
    change_set: &mut ChangeSet,
    model: &ModelInfo,
    ids: &[i64],
    values: Values,
) -> Result<()> {
    change_set.store(env)?;
    allowed::before_rights_change(env, model, values.fields.iter().map(|(field, _)| *field))?;
    allowed::before(env, &mut change_set.unit, model, ids, Operation::Write)?;
    change_set.mark_of_caller(env, model, Operation::Write, ids);
    let mut values = values;
    let replaced = misfits::replace(env, &mut change_set.unit, model, ids, &values)?;
    hooks::before_write(env, &mut change_set.unit, model, ids, &mut values)?;
    change_set.heed_methods();
    claim::hierarchy(env, model, &values)?;
    let moves: Vec<(FieldId, Vec<i64>)> = (values.fields.iter())
        .filter_map(|(field, input)| match input {
            Input::Value(value) if model.fields[*field].is_many2one() => {
                Some((*field, value.id().into_iter().collect()))
            }
            _ => None,
        })
        .collect();
    claim(env, &mut change_set.unit, model, ids, Lock::Exclusive, &moves)?;
    if env.session.locks()
        && let Some(gone) = ids.iter().find(|id| env.held(model, **id).is_none())
    {
        return Err(super::no_record(model, *gone));
    }
    env.trail.written(model, ids);
    change_set.mark_given(model, values.fields.iter().map(|(field, _)| *field), ids);
    change_set.unit.pointers.put(model, ids, &values);
    let related = related::split(model, &mut values);
    if let Some(delegate) = model.delegate {
        let inherited = create::split_inherited(model, delegate, &mut values);
        if !inherited.fields.is_empty() {
            let parents = match values.get(delegate) {
                Some(Input::Value(Value::Int(given))) => vec![*given],
                _ => rows::many2one_ids(env, model, delegate, ids)?,
            };
            update(
                env,
                change_set,
                env.registry.target(model, delegate),
                &parents,
                inherited,
            )?;
        }
    }
    let place = create::place(&values).to_owned();
    let here = |error: Error| error.below(&place);
    let mut columns: Vec<(FieldId, Value)> = Vec::new();
    let mut relations = Vec::new();
    for (field, input) in values.fields {
        match input {
            Input::Value(value) => {
                let value = create::stored_form(&model.fields[field], value).map_err(here)?;
                columns.push((field, value));
            }
            Input::Commands(commands) => relations.push((field, commands)),
            Input::Delegate(_) => return Err(Error::internal("a delegate's values were not taken out")),
        }
    }
    let amounts = amounts(model, columns.iter_mut().map(|(field, value)| (*field, value))).map_err(here)?;
    for ((ids, columns), amounts) in change_set.in_currencies(env, model, ids, columns, &amounts)? {
        change_set.mark_money(model, &amounts, &ids);
        write_columns(env, change_set, model, &ids, columns, &moves)?;
    }
    for (field, ids) in replaced {
        change_set.reset(env, model, field, &ids);
    }
    for (field, given) in relations {
        for id in ids {
            commands::apply(env, change_set, model, field, *id, given.clone())?;
        }
    }
    let mut given = related::Given::default();
    given.add(ids, related);
    given.write(env, change_set, model)
}

/// Writes columns of records, and queues what follows from that. `moves` are the new targets of many2ones.
fn write_columns(
    env: &mut Env<'_>,
    change_set: &mut ChangeSet,
    model: &ModelInfo,
    ids: &[i64],
    mut columns: Vec<(FieldId, Value)>,
    moves: &NewTargets,
) -> Result<()> {
    let fields: Vec<FieldId> = columns.iter().map(|(field, _)| *field).collect();
    before_storing(env, change_set, model, &columns, ids)?;
    sequence::refuse_loss(
        env,
        &change_set.unit.pointers,
        model,
        ids,
        RecordChange::Changed(&columns),
    )?;
    change_set.before_change(env, model, &fields, ids, moves)?;
    let resets = differing(env, change_set, model, &columns, ids)?;
    // Queue what reads these relations while they still lead to the old parents.
    let moving: Vec<FieldId> = moves.iter().map(|(field, _)| *field).collect();
    change_set.changed(env, model, &moving, ids)?;
    columns.push((model.implicit("write_uid"), Value::Int(env.user)));
    columns.push((model.implicit("write_date"), Value::DateTime(env.now)));
    change_set.unit.set_all(env, model, &columns, ids)?;
    sequence::moved(env, model, &columns, ids)?;
    if let Some(parent) = fields.iter().find(|field| model.parent == Some(**field)) {
        no_circle(env, change_set, model, *parent, ids)?;
    }
    change_set.changed(env, model, &fields, ids)?;
    for (field, ids) in resets {
        change_set.reset(env, model, field, &ids);
    }
    Ok(())
}

/// Checks the constraints of records whose columns are about to change.
fn before_storing(
    env: &mut Env<'_>,
    change_set: &mut ChangeSet,
    model: &ModelInfo,
    columns: &[(FieldId, Value)],
    ids: &[i64],
) -> Result<()> {
    let fields: Vec<FieldId> = columns.iter().map(|(field, _)| *field).collect();
    if !constraints::any_concerned(model, &fields) {
        return Ok(());
    }
    let mut rows: Vec<(i64, Vec<Value>)> = (change_set.unit.load(env, model, ids, None)?.iter())
        .map(|(id, record)| (*id, record.values().to_vec()))
        .collect();
    for (_, row) in &mut rows {
        for (field, value) in columns {
            row[*field] = value.clone();
        }
    }
    let given: Vec<(i64, &[Value])> = rows.iter().map(|(id, row)| (*id, row.as_slice())).collect();
    constraints::before_storing(env, &change_set.unit.pointers, model, &given, Some(&fields))
}

/// For each written field that other fields declare in `resets(…)`: the records whose value really changes.
fn differing(
    env: &mut Env<'_>,
    change_set: &mut ChangeSet,
    model: &ModelInfo,
    columns: &[(FieldId, Value)],
    ids: &[i64],
) -> Result<Vec<(FieldId, Vec<i64>)>> {
    let registry = env.registry;
    let resetting = |field: FieldId| !registry.dependencies().resets(model.id, field).is_empty();
    let columns: Vec<&(FieldId, Value)> = columns.iter().filter(|(field, _)| resetting(*field)).collect();
    if columns.is_empty() {
        return Ok(Vec::new());
    }
    change_set.unit.load(env, model, ids, None)?;
    let differs = |id: &i64, field: FieldId, value: &Value| change_set.unit.value(model, *id, field) != Some(value);
    Ok(columns
        .into_iter()
        .map(|(field, value)| {
            (
                *field,
                ids.iter().copied().filter(|id| differs(id, *field, value)).collect(),
            )
        })
        .collect())
}

/// Refuses a record that would become its own ancestor.
fn no_circle(env: &mut Env<'_>, change_set: &ChangeSet, model: &ModelInfo, parent: FieldId, ids: &[i64]) -> Result<()> {
    let above = env.ids(env.sql().own_ancestors(model, ids)?)?;
    match above.last() {
        None => Ok(()),
        Some(id) => {
            let message = format!("record {id} of {} would be above itself", model.def.name);
            let parent = model.fields[parent].def.name;
            Err(Error::invalid(vec![
                change_set.unit.pointers.issue(model, *id, parent, &message),
            ]))
        }
    }
}
