//! Writes: a request body is parsed and checked, becomes rows, stored computed fields are recomputed, and the response
//! is read in the same transaction. An error leaves nothing behind: the caller rolls its transaction back.

mod allowed;
mod backfill;
mod claim;
mod commands;
mod conflict;
mod constraint_methods;
mod constraints;
mod copy;
mod create;
mod delete;
mod evaluate;
mod export;
mod hooks;
mod html;
mod import;
mod independent;
mod misfits;
mod nesting;
mod overrides;
mod parse;
mod query_cache;
mod recompute;
mod references;
mod related;
mod reverse_paths;
mod rows;
mod search;
mod sequence;
mod trail;
mod unit_of_work;
mod update;
mod written;

pub use backfill::compute_all;
pub use export::export;
pub use import::{Compared, Summary, load};
pub use independent::is_independent;
pub use trail::prune as prune_trail;

pub(crate) use backfill::next as next_ids;
pub(crate) use constraint_methods::call_method as broken_by;
pub(crate) use evaluate::{Wanted, evaluate};
pub(crate) use nesting::around;
pub(crate) use references::existing;
pub(crate) use reverse_paths::reaching;
pub(crate) use search::{links, search};
pub(crate) use sequence::{Numbering, move_past, numbering};

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use serde_json::Value as Json;
pub(crate) use unit_of_work::UnitOfWork;
use unit_of_work::with_unit;
pub(crate) use written::may_be as may_be_written;

use nesting::{change, change_of};
use parse::{MOST_RECORDS, Mode, Parser};

use crate::command::{Input, Values};
use crate::compute;
use crate::compute::load::{ReadTree, Reading};
use crate::db::Lock;
use crate::def::{Kind, Operation};
use crate::env::{Env, Origin};
use crate::error::{Code, Error, Result};
use crate::query;
use crate::record::Record;
use crate::registry::{FieldId, ModelInfo, Node};
use crate::value::Value;

/// Creates one record from an object, or several from a list (all or none). Answers the record, or the list of records,
/// rendered by the model's response tree.
///
/// # Errors
/// 422 with every mistake of the body; 409 when a record with the same unique values exists.
pub fn create(env: &mut Env<'_>, model: &ModelInfo, body: &Json) -> Result<Vec<u8>> {
    let ids = create_ids(env, model, body)?;
    let mut answers = respond(env, model, &ids)?;
    if answers.len() < ids.len() {
        return Err(deletes_itself("create"));
    }
    match (env.wire.read_list(body).is_some(), answers.pop()) {
        (false, Some(answer)) => Ok(answer),
        (_, last) => {
            answers.extend(last);
            let layout = env.wire.layout();
            let records = answers.join(layout.separator.as_bytes());
            Ok([layout.list[0].as_bytes(), &records, layout.list[1].as_bytes()].concat())
        }
    }
}

/// Creates one record from each body, all or none: creates of several requests that waited together, which come from
/// `origins`. Answers one response for each body. After an error, run each alone: pointers may refer to another request
/// of the batch, and what the creates do besides may be of any of them.
///
/// # Errors
/// As [`create`].
pub fn create_batch(
    env: &mut Env<'_>,
    model: &ModelInfo,
    bodies: &[&Json],
    origins: &[Origin],
) -> Result<Vec<Vec<u8>>> {
    let places = (0..bodies.len()).map(trail::place_of_request);
    let ids = create_bodies(env, model, bodies.iter().copied().zip(places), origins)?;
    let answers = respond(env, model, &ids)?;
    match answers.len() == ids.len() {
        true => Ok(answers),
        false => Err(deletes_itself("create")),
    }
}

/// The refusal of a write after which its own record is not there: a method that went along has deleted it.
fn deletes_itself(write: &str) -> Error {
    Error::new(Code::Conflict, format!("the {write} would delete the record itself"))
}

/// Creates one record from an object, or several from a list (all or none); answers their ids.
///
/// # Errors
/// As [`create`].
pub(crate) fn create_ids(env: &mut Env<'_>, model: &ModelInfo, body: &Json) -> Result<Vec<i64>> {
    match env.wire.read_list(body) {
        Some(bodies) => create_bodies(env, model, bodies.into_iter().map(|part| (part.given, part.place)), &[]),
        None => create_bodies(env, model, [(body, String::new())], &[]),
    }
}

/// Creates one record from each body. The text beside a body is its JSON pointer: `/1` in a list, empty for a single
/// object.
fn create_bodies<'b>(
    env: &mut Env<'_>,
    model: &ModelInfo,
    bodies: impl IntoIterator<Item = (&'b Json, String)>,
    origins: &[Origin],
) -> Result<Vec<i64>> {
    env.access.may(model, Operation::Create)?;
    let mut parser = Parser::new(env);
    let records: Vec<Values> = (bodies.into_iter())
        .map(|(body, place)| parser.values(model, body, &place, Mode::Create, None))
        .collect();
    let known = accept(env, parser, UnitOfWork::default())?;
    change_of(env, model, known, origins, |env, change_set| {
        create::create(env, change_set, model, records)
    })
}

/// Creates records from checked values; answers their ids.
pub(crate) fn create_values(env: &mut Env<'_>, model: &ModelInfo, records: Vec<Values>) -> Result<Vec<i64>> {
    change(env, model, UnitOfWork::default(), |env, change_set| {
        create::create(env, change_set, model, records)
    })
}

/// Updates existing records with checked values.
pub(crate) fn update_values(env: &mut Env<'_>, model: &ModelInfo, ids: &[i64], values: Values) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    change(env, model, UnitOfWork::default(), |env, change_set| {
        update::update(env, change_set, model, vec![(ids.to_vec(), values)])
    })
}

/// Sets one field of existing records to the same value.
pub(crate) fn set(env: &mut Env<'_>, model: &ModelInfo, ids: &[i64], field: FieldId, value: Value) -> Result<()> {
    let mut values = Values::default();
    values.put(field, Input::Value(value));
    update_values(env, model, ids, values)
}

/// The default of a field: what a create that does not give one stores. An amount of money is rounded to its currency
/// if the default of the currency's field tells which it is.
pub(crate) fn default_value(env: &mut Env<'_>, model: &ModelInfo, field: FieldId) -> Result<Value> {
    // An inherited field's default is the delegate's.
    match model.fields[field].inherited() {
        Some(_) => {
            let (owner, field) = env.registry.origin(model, field);
            default_value(env, owner, field)
        }
        None => {
            let values = create::default_values(env, &mut UnitOfWork::default(), model, field, 1)?;
            let value = values.into_iter().next().unwrap_or(Value::Null);
            match model.fields[field].def.kind {
                Kind::Monetary { .. } => {
                    let unit = default_rounding(env, model, field)?;
                    compute::to_unit(value, &model.fields[field], &unit)
                }
                _ => Ok(value),
            }
        }
    }
}

/// The rounding factor of the currency that a monetary field of a new record begins with; empty where the record begins
/// without one, or it is to be computed.
fn default_rounding(env: &mut Env<'_>, model: &ModelInfo, field: FieldId) -> Result<Value> {
    let registry = env.registry;
    let path = registry
        .rounding(model, field)
        .map(|path| registry.expand_path(model, &path));
    match path.as_deref().and_then(<[FieldId]>::split_first) {
        Some((first, rest)) if model.fields[*first].def.compute.is_none() => {
            let first_id = default_value(env, model, *first)?;
            create::follow(
                env,
                &mut UnitOfWork::default(),
                registry.target(model, *first),
                first_id,
                rest,
            )
        }
        _ => Ok(Value::Null),
    }
}

/// Copies records; answers the ids of the copies in the same order. Values of `overrides` replace the copied ones.
///
/// # Errors
/// 422 with every mistake of `overrides`; otherwise as [`create`].
pub(crate) fn copy(env: &mut Env<'_>, model: &ModelInfo, ids: &[i64], overrides: &Json) -> Result<Vec<i64>> {
    let mut parser = Parser::new(env);
    let given = parser.values(model, overrides, "", Mode::Copy, None);
    accept(env, parser, UnitOfWork::default())?;
    let copies = copy::values(env, model, ids, &given)?;
    create_values(env, model, copies)
}

/// Recomputes stored fields of records, in the order of their dependencies, with the records locked. Fields that read
/// them are not recomputed, unless they are given too.
pub(crate) fn compute_again(env: &mut Env<'_>, model: &ModelInfo, fields: Vec<(FieldId, BTreeSet<i64>)>) -> Result<()> {
    let ids: BTreeSet<i64> = fields.iter().flat_map(|(_, ids)| ids.iter().copied()).collect();
    claim::whole_hierarchy(env, model)?;
    let ids: Vec<i64> = ids.into_iter().collect();
    claim::claim(env, &mut UnitOfWork::default(), model, &ids, Lock::Exclusive, &[])?;
    let fields = fields.into_iter().map(|(field, ids)| (model.id, field, ids));
    recompute::only(env, fields.collect())?;
    claim::confirm_seen(env)
}

/// Deletes existing records.
pub(crate) fn delete_records(env: &mut Env<'_>, model: &ModelInfo, ids: &[i64]) -> Result<()> {
    env.access.may(model, Operation::Delete)?;
    if ids.is_empty() {
        return Ok(());
    }
    change(env, model, UnitOfWork::default(), |env, change_set| {
        delete::delete(env, change_set, model, ids)
    })
}

/// Loads records with the relations along these paths; answers those that exist, by id. For a constraint or a method,
/// which decides by what it reads, everything is locked until the transaction ends.
pub(crate) fn load_records(
    env: &mut Env<'_>,
    model: &ModelInfo,
    ids: &[i64],
    paths: &[Vec<FieldId>],
) -> Result<HashMap<i64, Record>> {
    let (reading, lock) = match env.locking_for() {
        Some(_) => (Reading::Decision, Some(Lock::Shared)),
        None => (Reading::Snapshot, None),
    };
    let depends = ReadTree::along(env.registry, model, paths, reading)?;
    with_unit(env, |env, unit| {
        compute::load::load(env, unit, model, ids, &depends, lock)
    })
}

/// Updates a record; fields that the body does not name stay as they are. Answers the record, rendered by the model's
/// response tree.
///
/// # Errors
/// 404 when there is no such record; otherwise as [`create`].
pub fn update(env: &mut Env<'_>, model: &ModelInfo, id: i64, body: &Json) -> Result<Vec<u8>> {
    update_bodies(env, model, vec![(id, body, String::new())], &[])?
        .pop()
        .ok_or_else(|| deletes_itself("update"))
}

/// Updates different records, each with a body of its own, all or none: [independent](is_independent) updates of several
/// requests that waited together, which come from `origins`. Otherwise as [`create_batch`].
///
/// # Errors
/// As [`update`].
pub fn update_batch(
    env: &mut Env<'_>,
    model: &ModelInfo,
    given: &[(i64, &Json)],
    origins: &[Origin],
) -> Result<Vec<Vec<u8>>> {
    let given = given.iter().enumerate();
    let given = given.map(|(index, (id, body))| (*id, *body, trail::place_of_request(index)));
    update_bodies(env, model, given.collect(), origins)
}

/// Updates records, each with a body, whose JSON pointer is beside it. Answers each record.
fn update_bodies(
    env: &mut Env<'_>,
    model: &ModelInfo,
    given: Vec<(i64, &Json, String)>,
    origins: &[Origin],
) -> Result<Vec<Vec<u8>>> {
    env.access.may(model, Operation::Write)?;
    env.access.may(model, Operation::Read)?;
    let ids: Vec<i64> = given.iter().map(|(id, _, _)| *id).collect();
    let mut parser = Parser::new(env);
    let values: Vec<Values> = (given.into_iter())
        .map(|(_, body, place)| parser.values(model, body, &place, Mode::Update, None))
        .collect();
    let mut known = UnitOfWork::default();
    // As in `references::existing`: asked before any lock, and again with the records locked.
    if env.session.locks() {
        refuse_missing(model, &ids, &allowed::visible(env, model, ids.clone())?)?;
    }
    let fields = values.iter().flat_map(|values| &values.fields);
    allowed::before_rights_change(env, model, fields.map(|(field, _)| *field))?;
    claim::hierarchy(env, model, &values)?;
    claim::claim(env, &mut known, model, &ids, Lock::Exclusive, &[])?;
    match env.session.locks() || env.access.is_ruled(model, Operation::Read) {
        // The rows are known, or needed to judge them.
        true => {
            let found = known.load(env, model, &ids, None)?;
            refuse_missing(model, &ids, &allowed::visible_of(env, model, &found)?)?;
        }
        false => all_exist(env, model, &ids)?,
    }
    allowed::before(env, &mut known, model, &ids, Operation::Write)?;
    let known = accept(env, parser, known)?;
    change_of(env, model, known, origins, |env, change_set| {
        let given = ids.iter().map(|id| vec![*id]).zip(values);
        update::update(env, change_set, model, given.collect())
    })?;
    let answers = respond(env, model, &ids)?;
    match answers.len() == ids.len() {
        true => Ok(answers),
        false => Err(deletes_itself("update")),
    }
}

/// Updates existing records; fields that the body does not name stay as they are.
///
/// # Errors
/// As [`create`].
pub(crate) fn update_body(env: &mut Env<'_>, model: &ModelInfo, ids: &[i64], body: &Json) -> Result<()> {
    allowed::check(env, model, ids, Operation::Write)?;
    let mut parser = Parser::new(env);
    let values = parser.values(model, body, "", Mode::Update, None);
    accept(env, parser, UnitOfWork::default())?;
    update_values(env, model, ids, values)
}

/// Deletes a record.
///
/// # Errors
/// 404 when there is no such record; 409 while other records still need it.
pub fn delete(env: &mut Env<'_>, model: &ModelInfo, id: i64) -> Result<()> {
    env.access.may(model, Operation::Delete)?;
    must_exist(env, model, id)?;
    delete_records(env, model, &[id])
}

/// Those of these records that cannot be deleted, because others refer to them with `on_delete = restrict`.
pub(crate) fn needed(env: &mut Env<'_>, model: &ModelInfo, ids: &[i64]) -> Result<Vec<i64>> {
    match ids {
        [] => Ok(Vec::new()),
        ids => Ok(delete::needed(env, model, ids)?.into_iter().collect()),
    }
}

/// Refuses an id without a record (404). A write locks the record from here on.
pub(crate) fn must_exist(env: &mut Env<'_>, model: &ModelInfo, id: i64) -> Result<()> {
    all_exist(env, model, &[id])
}

/// Refuses ids without records that the caller may read, naming the first.
pub(crate) fn all_exist(env: &mut Env<'_>, model: &ModelInfo, ids: &[i64]) -> Result<()> {
    env.access.may(model, Operation::Read)?;
    refuse_missing(model, ids, &references::existing(env, model, ids)?)
}

fn refuse_missing(model: &ModelInfo, ids: &[i64], found: &HashSet<i64>) -> Result<()> {
    match ids.iter().find(|id| !found.contains(id)) {
        None => Ok(()),
        Some(id) => Err(no_record(model, *id)),
    }
}

/// The 404 for an id without a record.
pub(crate) fn no_record(model: &ModelInfo, id: i64) -> Error {
    Error::not_found(format!("there is no record {id} of {}", model.def.name))
}

/// Refuses a body that names fields which the caller may not write, and one with mistakes: those of its form, and ids without a record, all together. The records that the body
/// names are loaded into `known`, which is answered.
fn accept(env: &mut Env<'_>, parser: Parser<'_>, mut known: UnitOfWork) -> Result<UnitOfWork> {
    if let Some(denied) = parser.denied {
        return Err(denied);
    }
    if parser.records > MOST_RECORDS {
        let detail = format!(
            "the body describes {} records; send at most {MOST_RECORDS}",
            parser.records
        );
        return Err(Error::new(Code::PayloadTooLarge, detail));
    }
    let mut issues = parser.issues;
    issues.extend(parser.references.missing(env, &mut known)?);
    match issues.is_empty() {
        true => Ok(known),
        false => Err(Error::invalid(issues)),
    }
}

fn respond(env: &mut Env<'_>, model: &ModelInfo, ids: &[i64]) -> Result<Vec<Vec<u8>>> {
    let every: Vec<Node>;
    let (nodes, plain) = match model.write_response.as_slice() {
        [] => {
            every = query::plain_nodes(model);
            (every.as_slice(), true)
        }
        nodes => (nodes, false),
    };
    let style = query::Style { plain, archived: false };
    query::read_tree(env, model, ids, nodes, style)
}
