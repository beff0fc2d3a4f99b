//! Creates records level by level, each level in one batch: first their delegates, then the records, then their
//! children.

use super::claim::claim;
use super::html::cleaned;
use super::recompute::{ChangeSet, amounts};
use super::unit_of_work::UnitOfWork;
use super::{allowed, commands, hooks, related, rows, sequence, written};
use crate::command::{Command, Input, Values};
use crate::compute::normalized;
use crate::db::Lock;
use crate::def::{Change, Default, FieldDef, Kind, Operation, Root};
use crate::env::Env;
use crate::error::{Error, Issue, Result};
use crate::field::as_given;
use crate::registry::{FieldId, FieldInfo, ModelInfo};
use crate::value::Value;

/// Creates records from checked values; answers their ids in the same order.
pub(super) fn create(
    env: &mut Env<'_>,
    change_set: &mut ChangeSet,
    model: &ModelInfo,
    records: Vec<Values>,
) -> Result<Vec<i64>> {
    if records.is_empty() {
        return Ok(Vec::new());
    }
    env.access.may(model, Operation::Create)?;
    let fields = records.iter().flat_map(|values| &values.fields);
    allowed::before_rights_change(env, model, fields.map(|(field, _)| *field))?;
    let registry = env.registry;
    let mut records = records;
    if hooks::has_before(model, Change::Create) {
        // The methods find in the database what the write has made so far, such as the parent of these records.
        change_set.store(env)?;
        hooks::before_create(env, &mut change_set.unit, model, &mut records)?;
        change_set.heed_methods();
    }
    let related: Vec<Values> = (records.iter_mut())
        .map(|values| related::split(model, values))
        .collect();
    if let Some(delegate) = model.delegate {
        create_delegates(env, change_set, model, delegate, &mut records)?;
    }
    // The methods of defaults, and the sequences, look into the database.
    change_set.unit.store_changes(env)?;
    let mut rows = vec![vec![Value::Null; model.def.fields.len()]; records.len()];
    for (field, _) in rows::stored(model)
        .into_iter()
        .filter(|(field, _)| *field != model.implicit("id"))
    {
        let missing = records.iter().filter(|values| values.get(field).is_none()).count();
        let mut defaults = default_values(env, &mut change_set.unit, model, field, missing)?.into_iter();
        for (values, row) in records.iter().zip(&mut rows) {
            row[field] = match values.get(field) {
                Some(Input::Value(value)) => {
                    stored_form(&model.fields[field], value.clone()).map_err(|error| error.below(place(values)))?
                }
                Some(_) => return Err(Error::internal("a column is given commands")),
                None => defaults.next().unwrap_or(Value::Null),
            };
        }
    }
    if let Some(remembers) = model.written {
        // A copy is given this value: it remembers the same as the record that it is copied from.
        for (values, row) in records
            .iter()
            .zip(&mut rows)
            .filter(|(values, _)| values.get(remembers).is_none())
        {
            row[remembers] = written::of_new(model, |field| values.get(field).is_some());
        }
    }
    let amounts: Result<Vec<_>> = (rows.iter_mut().zip(&records))
        .map(|(row, values)| {
            let amounts = amounts(model, row.iter_mut().enumerate());
            amounts.map_err(|error| error.below(place(values)))
        })
        .collect();
    let amounts = amounts?;
    refuse_empty(model, &rows, &records)?;
    // Before the parents get new children: lock them, and decide which of their writable computed fields will follow.
    for (field, info) in model.fields.iter().enumerate() {
        if info.is_many2one() && info.via.is_none() {
            let parents = rows.iter().filter_map(|row| row[field].id()).collect();
            let entering = [(field, parents)];
            claim(env, &mut change_set.unit, model, &[], Lock::Exclusive, &entering)?;
            change_set.before_change(env, model, &[field], &[], &entering)?;
        }
    }
    let ids = change_set.unit.add(env, model, rows)?;
    change_set.mark_of_caller(env, model, Operation::Create, &ids);
    for ((id, values), amounts) in ids.iter().zip(&records).zip(&amounts) {
        change_set.unit.pointers.put(model, &[*id], values);
        change_set.mark_new_money(env, model, amounts, *id);
    }
    change_set.created(env, model, &ids, |row, field| records[row].get(field).is_some())?;
    for (field, info) in model.fields.iter().enumerate() {
        if info.is_x2many() && info.via.is_none() {
            let given: commands::Lists = (ids.iter().zip(&mut records))
                .filter_map(|(id, values)| take_commands(values, field).map(|commands| (*id, commands)))
                .collect();
            if !given.is_empty() {
                commands::apply_to_new(env, change_set, registry.model(model.id), field, given)?;
            }
        }
    }
    let mut given = related::Given::default();
    for (id, values) in ids.iter().zip(related) {
        given.add(&[*id], values);
    }
    given.write(env, change_set, model)?;
    Ok(ids)
}

/// Where the body has a record; empty where it does not, or there is none.
pub(super) fn place(values: &Values) -> &str {
    values.place.as_deref().unwrap_or_default()
}

/// A given value as its column stores it: HTML is cleaned, a number is rounded to the column's digits. An amount of
/// money keeps its digits, until [`amounts`] takes it.
pub(super) fn stored_form(field: &FieldInfo, value: Value) -> Result<Value> {
    default_form(field, cleaned(&field.def.kind, value))
}

/// As [`stored_form`], for a default: its HTML is the author's own, and stays as it is.
fn default_form(field: &FieldInfo, value: Value) -> Result<Value> {
    match field.def.kind {
        Kind::Monetary { .. } => Ok(value),
        _ => normalized(value, field),
    }
}

/// Refuses required fields that are empty after the defaults. Computed ones get their value later.
fn refuse_empty(model: &ModelInfo, rows: &[Vec<Value>], records: &[Values]) -> Result<()> {
    let empty = |field: FieldId, def: &FieldDef| {
        let filled = !def.required || !def.related.is_empty() || def.compute.is_some() || matches!(def.kind, Kind::Id);
        let empty = rows.iter().position(|row| row[field].is_null());
        empty.filter(|_| !filled).map(|row| place(&records[row]))
    };
    let issues: Vec<Issue> = (model.def.fields.iter().enumerate())
        .filter_map(|(field, def)| {
            let name = def.name;
            let message = format!("`{name}` is required, and its default gives nothing here: give it");
            Some(Issue::field_of(empty(field, def)?, name, message))
        })
        .collect();
    match issues.is_empty() {
        true => Ok(()),
        false => Err(Error::invalid(issues)),
    }
}

fn take_commands(values: &mut Values, field: FieldId) -> Option<Vec<Command>> {
    let position = values.fields.iter().position(|(index, _)| *index == field)?;
    match values.fields.swap_remove(position).1 {
        Input::Commands(commands) => Some(commands),
        Input::Value(_) | Input::Delegate(_) => None,
    }
}

/// Creates the record that each record's delegating many2one leads to; where an existing one is named, updates it.
fn create_delegates(
    env: &mut Env<'_>,
    change_set: &mut ChangeSet,
    model: &ModelInfo,
    delegate: FieldId,
    records: &mut [Values],
) -> Result<()> {
    let parent = env.registry.target(model, delegate);
    let mut new = Vec::new();
    let mut known = Vec::new();
    for values in &mut *records {
        let inherited = split_inherited(model, delegate, values);
        match values.get(delegate) {
            Some(Input::Value(Value::Int(id))) => {
                if !inherited.fields.is_empty() {
                    known.push((vec![*id], inherited));
                }
            }
            _ => new.push(inherited),
        }
    }
    super::update::update(env, change_set, parent, known)?;
    let mut ids = create(env, change_set, parent, new)?.into_iter();
    for values in records {
        if !matches!(values.get(delegate), Some(Input::Value(Value::Int(_)))) {
            let id = ids
                .next()
                .ok_or_else(|| Error::internal("a delegate was not created"))?;
            values.put(delegate, Input::Value(Value::Int(id)));
        }
    }
    Ok(())
}

/// Moves the values of inherited fields out of `values`, into values for the delegate.
pub(super) fn split_inherited(model: &ModelInfo, delegate: FieldId, values: &mut Values) -> Values {
    let mut inherited = match values.get(delegate) {
        Some(Input::Delegate(given)) => given.clone(),
        _ => Values {
            place: values.place.clone(),
            ..Values::default()
        },
    };
    values.fields.retain(|(_, input)| !matches!(input, Input::Delegate(_)));
    let (own, theirs): (Vec<_>, Vec<_>) = std::mem::take(&mut values.fields)
        .into_iter()
        .partition(|(field, _)| model.fields[*field].inherited().is_none());
    values.fields = own;
    for (field, input) in theirs {
        if let Some(via) = model.fields[field].inherited() {
            inherited.put(via.split().1, input);
        }
    }
    inherited
}

/// The default of a field for `count` records: a number for each from a sequence, otherwise the same value for all. An
/// amount of money keeps its digits.
pub(super) fn default_values(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
    model: &ModelInfo,
    field: FieldId,
    count: usize,
) -> Result<Vec<Value>> {
    let info = &model.fields[field];
    let def = info.def;
    let value = match def.default {
        Default::Sequence(definition) => {
            let names = sequence::take(env, &definition, count)?;
            return names.into_iter().map(|name| normalized(name, info)).collect();
        }
        Default::Const(text) => as_given(&def.kind, text)
            .map_err(|why| Error::internal(format!("the default of {}.{}: {why}", model.def.name, def.name)))?,
        Default::Now => Value::DateTime(whole_seconds(env)),
        Default::Today => Value::Date(env.now.date()),
        Default::User => Value::Int(env.user),
        Default::Company => env.company.map_or(Value::Null, Value::Int),
        _ if count == 0 => Value::Null,
        Default::Method(name) => {
            let method = env.runtime.code(model).default(field, name)?;
            default_form(info, env.sudo(|env| env.without_read_locks(method))?)?
        }
        Default::Path { root, path } => default_form(info, at_path(env, unit, root, path)?)?,
        Default::None => match def.name {
            "create_uid" | "write_uid" => Value::Int(env.user),
            "create_date" | "write_date" => Value::DateTime(env.now),
            _ => Value::Null,
        },
    };
    Ok(vec![value; count])
}

fn whole_seconds(env: &Env<'_>) -> chrono::NaiveDateTime {
    use chrono::Timelike as _;
    env.now.with_nanosecond(0).unwrap_or(env.now)
}

/// The value at the end of a path from the caller or the caller's company; empty where a relation on the way is empty.
fn at_path(env: &mut Env<'_>, unit: &mut UnitOfWork, root: Root, names: &[&str]) -> Result<Value> {
    let registry = env.registry;
    let model = registry.needed(root.role())?;
    let value = match root {
        Root::User => Value::Int(env.user),
        Root::Company => env.company.map_or(Value::Null, Value::Int),
    };
    let path = registry.resolve_path(model, names).map_err(Error::internal)?;
    follow(env, unit, model, value, &registry.expand_path(model, &path))
}

/// The value at the end of a path of columns from the record of `model` whose id is `value`; empty where a relation on
/// the way is empty.
pub(super) fn follow<'r>(
    env: &mut Env<'r>,
    unit: &mut UnitOfWork,
    model: &'r ModelInfo,
    value: Value,
    path: &[FieldId],
) -> Result<Value> {
    let registry = env.registry;
    let (mut model, mut value) = (model, value);
    for field in path {
        let Some(id) = value.id() else {
            return Ok(Value::Null);
        };
        unit.load(env, model, &[id], None)?;
        value = unit.value(model, id, *field).cloned().unwrap_or(Value::Null);
        model = model.fields[*field]
            .target
            .map_or(model, |target| registry.model(target));
    }
    Ok(value)
}
