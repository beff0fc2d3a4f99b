//! Updates: gives records values, updates their delegates, then applies the commands on their relations.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap as HashMap;

use super::claim::{self, NewTargets, claim};
use super::recompute::{ChangeSet, Columns, amounts};
use super::sequence::RecordChange;
use super::{allowed, commands, constraints, create, hooks, misfits, related, sequence, trail};
use crate::command::{Input, Values};
use crate::db::Lock;
use crate::def::Operation;
use crate::env::Env;
use crate::error::{Code, Error, Result};
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

/// Records, and what all of them are given.
pub(super) type Given = (Vec<i64>, Values);

/// Updates existing records with checked values, in the order given. What different records are given is written
/// together, in as many statements as if it were one record.
pub(super) fn update(
    env: &mut Env<'_>,
    change_set: &mut ChangeSet,
    model: &ModelInfo,
    given: Vec<Given>,
) -> Result<()> {
    // No record is given values twice in one round.
    let mut rounds: Vec<Vec<Given>> = Vec::new();
    let mut rounds_of: HashMap<i64, usize> = HashMap::default();
    for (ids, values) in given.into_iter().filter(|(ids, _)| !ids.is_empty()) {
        let round = (ids.iter().filter_map(|id| rounds_of.get(id)).max()).map_or(0, |last| last + 1);
        rounds_of.extend(ids.iter().map(|id| (*id, round)));
        if rounds.len() == round {
            rounds.push(Vec::new());
        }
        rounds[round].push((ids, values));
    }
    (rounds.into_iter()).try_for_each(|round| update_once(env, change_set, model, round))
}

/// Updates records, each of which is given values once.
fn update_once(env: &mut Env<'_>, change_set: &mut ChangeSet, model: &ModelInfo, mut given: Vec<Given>) -> Result<()> {
    let all: Vec<i64> = given.iter().flat_map(|(ids, _)| ids.iter().copied()).collect();
    let ids = all.as_slice();
    change_set.store(env)?;
    let fields = given.iter().flat_map(|(_, values)| &values.fields);
    allowed::before_rights_change(env, model, fields.map(|(field, _)| *field))?;
    allowed::before(env, &mut change_set.unit, model, ids, Operation::Write)?;
    change_set.mark_of_caller(env, model, Operation::Write, ids);
    let replaced = misfits::replace(env, &mut change_set.unit, model, &given)?;
    hooks::before_write(env, &mut change_set.unit, model, &mut given)?;
    change_set.heed_methods();
    claim::hierarchy(env, model, given.iter().map(|(_, values)| values))?;
    let moves = moves(model, &given);
    claim(env, &mut change_set.unit, model, ids, Lock::Exclusive, &moves)?;
    if env.session.locks()
        && let Some(gone) = ids.iter().find(|id| env.held(model, **id).is_none())
    {
        return Err(super::no_record(model, *gone));
    }
    let mut related = related::Given::default();
    for (ids, values) in &mut given {
        change_set.mark_given(model, values.fields.iter().map(|(field, _)| *field), ids);
        change_set.unit.pointers.put(model, ids, values);
        let request = values.place.as_deref().and_then(trail::request_at);
        env.trail.written(model, ids, request);
        related.add(ids, related::split(model, values));
    }
    if let Some(delegate) = model.delegate {
        let inherited = inherited(env, model, delegate, &mut given)?;
        update(env, change_set, env.registry.target(model, delegate), inherited)?;
    }
    let mut written: Vec<Columns> = Vec::new();
    let mut relations: Vec<(FieldId, commands::Lists)> = Vec::new();
    for (ids, values) in given {
        let place = create::place(&values).to_owned();
        let here = |error: Error| error.below(&place);
        let mut columns: Vec<(FieldId, Value)> = Vec::new();
        for (field, input) in values.fields {
            match input {
                Input::Value(value) => {
                    let value = create::stored_form(&model.fields[field], value).map_err(here)?;
                    columns.push((field, value));
                }
                Input::Commands(commands) => {
                    let commands = ids.iter().map(|id| (*id, commands.clone()));
                    match relations.iter_mut().find(|(known, _)| *known == field) {
                        Some((_, known)) => known.extend(commands),
                        None => relations.push((field, commands.collect())),
                    }
                }
                Input::Delegate(_) => return Err(Error::internal("a delegate's values were not taken out")),
            }
        }
        let amounts = amounts(model, columns.iter_mut().map(|(field, value)| (*field, value))).map_err(here)?;
        written.push(Columns { ids, columns, amounts });
    }
    let written = change_set.in_currencies(env, model, written)?;
    for Columns { ids, amounts, .. } in &written {
        change_set.mark_money(model, amounts, ids);
    }
    write_columns(env, change_set, model, &written, &moves)?;
    for (field, ids) in replaced {
        change_set.reset(env, model, field, &ids);
    }
    for (field, given) in relations {
        commands::apply(env, change_set, model, field, given)?;
    }
    related.write(env, change_set, model)
}

/// The records that many2ones are about to lead to, by field.
fn moves(model: &ModelInfo, given: &[Given]) -> Vec<(FieldId, Vec<i64>)> {
    let mut moves: BTreeMap<FieldId, BTreeSet<i64>> = BTreeMap::new();
    for (field, input) in given.iter().flat_map(|(_, values)| &values.fields) {
        if let Input::Value(value) = input
            && model.fields[*field].is_many2one()
        {
            moves.entry(*field).or_default().extend(value.id());
        }
    }
    let moves = moves.into_iter().map(|(field, ids)| (field, Vec::from_iter(ids)));
    moves.collect()
}

/// Takes out what the delegates of records are given.
fn inherited(env: &mut Env<'_>, model: &ModelInfo, delegate: FieldId, given: &mut [Given]) -> Result<Vec<Given>> {
    let mut inherited: Vec<Given> = Vec::new();
    let mut unknown: Vec<(Vec<i64>, Values)> = Vec::new();
    for (ids, values) in given {
        let theirs = create::split_inherited(model, delegate, values);
        match values.get(delegate) {
            _ if theirs.fields.is_empty() => {}
            Some(Input::Value(Value::Int(delegate))) => inherited.push((vec![*delegate], theirs)),
            _ => unknown.push((ids.clone(), theirs)),
        }
    }
    let ids: Vec<i64> = unknown.iter().flat_map(|(ids, _)| ids.iter().copied()).collect();
    if !ids.is_empty() {
        let delegates = env.pairs(env.sql().links(env.registry.link(model, delegate)?, &ids)?)?;
        let delegates: HashMap<i64, i64> = delegates.into_iter().collect();
        inherited.extend(unknown.into_iter().map(|(ids, theirs)| {
            let ids = BTreeSet::from_iter(ids.iter().filter_map(|id| delegates.get(id).copied()));
            (Vec::from_iter(ids), theirs)
        }));
    }
    Ok(inherited)
}

/// Writes columns of records, and queues what follows from that. `moves` are the new targets of many2ones.
fn write_columns(
    env: &mut Env<'_>,
    change_set: &mut ChangeSet,
    model: &ModelInfo,
    written: &[Columns],
    moves: &NewTargets,
) -> Result<()> {
    match before_storing(env, change_set, model, written) {
        // A record may be about to get a value that another one of them gives up: one after another, in the order given.
        Err(error) if error.code() == Code::Conflict && written.len() > 1 => {
            let mut each = written.iter().map(std::slice::from_ref);
            return each.try_for_each(|one| write_columns(env, change_set, model, one, moves));
        }
        checked => checked?,
    }
    for Columns { ids, columns, .. } in written {
        let pointers = &change_set.unit.pointers;
        sequence::refuse_loss(env, pointers, model, ids, RecordChange::Changed(columns))?;
    }
    let changes = changes(written);
    for (ids, fields) in &changes {
        change_set.before_change(env, model, fields, ids, moves)?;
    }
    let resets = differing(env, change_set, model, written)?;
    for (ids, fields) in &changes {
        // Queue what reads these relations while they still lead to the old parents.
        let moving = fields
            .iter()
            .copied()
            .filter(|field| model.fields[*field].is_many2one());
        change_set.changed(env, model, &Vec::from_iter(moving), ids)?;
    }
    store(env, change_set, model, written)?;
    for Columns { ids, columns, .. } in written {
        sequence::moved(env, model, columns, ids)?;
    }
    for (ids, fields) in &changes {
        if let Some(parent) = fields.iter().find(|field| model.parent == Some(**field)) {
            no_circle(env, change_set, model, *parent, ids)?;
        }
        change_set.changed(env, model, fields, ids)?;
    }
    for (field, ids) in resets {
        change_set.reset(env, model, field, &ids);
    }
    Ok(())
}

/// Which fields are written of which records: fields that the same records are given stand together.
fn changes(written: &[Columns]) -> BTreeMap<Vec<i64>, Vec<FieldId>> {
    let mut by_field: BTreeMap<FieldId, Vec<i64>> = BTreeMap::new();
    for Columns { ids, columns, .. } in written {
        for (field, _) in columns {
            by_field.entry(*field).or_default().extend(ids);
        }
    }
    let mut changes: BTreeMap<Vec<i64>, Vec<FieldId>> = BTreeMap::new();
    for (field, ids) in by_field {
        changes.entry(ids).or_default().push(field);
    }
    changes
}

/// Stores columns, and by whom and when they were written.
fn store(env: &mut Env<'_>, change_set: &mut ChangeSet, model: &ModelInfo, written: &[Columns]) -> Result<()> {
    let by = [
        (model.implicit("write_uid"), Value::Int(env.user)),
        (model.implicit("write_date"), Value::DateTime(env.now)),
    ];
    if let [Columns { ids, columns, .. }] = written {
        return (change_set.unit).set_all(env, model, &[columns, &by[..]].concat(), ids);
    }
    // A column that a record is not given is written as it is.
    let fields = written.iter().flat_map(|written| &written.columns).chain(&by);
    let fields = Vec::from_iter(BTreeSet::from_iter(fields.map(|(field, _)| *field)));
    let ids: Vec<i64> = written.iter().flat_map(|written| written.ids.iter().copied()).collect();
    let records = change_set.unit.load(env, model, &ids, None)?;
    let mut rows: Vec<(i64, Vec<Value>)> = Vec::with_capacity(ids.len());
    for Columns { ids, columns, .. } in written {
        for id in ids {
            let Some(record) = records.get(id) else { continue };
            let value = |field: &FieldId| {
                let given = columns.iter().chain(&by).find(|(given, _)| given == field);
                given.map_or_else(|| record.value(*field).clone(), |(_, value)| value.clone())
            };
            rows.push((*id, fields.iter().map(value).collect()));
        }
    }
    change_set.unit.set_stored(env, model, &fields, &rows)
}

/// Checks the constraints of records whose columns are about to change.
fn before_storing(env: &mut Env<'_>, change_set: &mut ChangeSet, model: &ModelInfo, written: &[Columns]) -> Result<()> {
    let fields = written.iter().flat_map(|written| &written.columns);
    let fields = Vec::from_iter(BTreeSet::from_iter(fields.map(|(field, _)| *field)));
    if !constraints::any_concerned(model, &fields) {
        return Ok(());
    }
    let ids: Vec<i64> = written.iter().flat_map(|written| written.ids.iter().copied()).collect();
    let records = change_set.unit.load(env, model, &ids, None)?;
    let mut rows: Vec<(i64, Vec<Value>)> = Vec::with_capacity(ids.len());
    for Columns { ids, columns, .. } in written {
        for (id, record) in ids.iter().filter_map(|id| Some((id, records.get(id)?))) {
            let mut row = record.values().to_vec();
            for (field, value) in columns {
                row[*field] = value.clone();
            }
            rows.push((*id, row));
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
    written: &[Columns],
) -> Result<BTreeMap<FieldId, Vec<i64>>> {
    let registry = env.registry;
    let resetting = |field: FieldId| !registry.dependencies().resets(model.id, field).is_empty();
    let concerned = |written: &&Columns| written.columns.iter().any(|(field, _)| resetting(*field));
    let written: Vec<&Columns> = written.iter().filter(concerned).collect();
    let ids: Vec<i64> = written.iter().flat_map(|written| written.ids.iter().copied()).collect();
    if !ids.is_empty() {
        change_set.unit.load(env, model, &ids, None)?;
    }
    let mut differing: BTreeMap<FieldId, Vec<i64>> = BTreeMap::new();
    for Columns { ids, columns, .. } in written {
        for (field, value) in columns.iter().filter(|(field, _)| resetting(*field)) {
            let differs = |id: &i64| change_set.unit.value(model, *id, *field) != Some(value);
            let ids = ids.iter().copied().filter(differs);
            differing.entry(*field).or_default().extend(ids);
        }
    }
    Ok(differing)
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
