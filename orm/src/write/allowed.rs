//! Which records a caller may change: asked before a change, with the records locked, and again when everything is
//! computed, since what is given may take a record out of the caller's reach.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::claim::claim;
use super::no_record;
use super::unit_of_work::{UnitOfWork, with_unit};
use crate::access::{holds, refused_records};
use crate::compute::load::{ReadTree, Reading, load};
use crate::db::Lock;
use crate::def::{Operation, Role};
use crate::domain::Domain;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::record::Record;
use crate::registry::{FieldId, ModelId, ModelInfo};

/// Records that a caller created or changed himself, by model and by what he did.
pub(super) type Changed = BTreeMap<(ModelId, Operation), BTreeSet<i64>>;

/// Refuses a change of existing records that the caller may not make. Where a rule restricts him, they are locked first.
///
/// # Errors
/// 403 without the right, and for records that his rules do not let him change; 404 for records that he cannot see.
pub(super) fn before(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
    model: &ModelInfo,
    ids: &[i64],
    operation: Operation,
) -> Result<()> {
    env.access.may(model, operation)?;
    if !env.access.is_ruled(model, operation) {
        return Ok(());
    }
    claim(env, unit, model, ids, Lock::Exclusive, &[])?;
    let allowed = locked_and_allowed(env, unit, model, ids, operation)?;
    match ids.iter().find(|id| !allowed.contains(id)) {
        None => Ok(()),
        Some(id) => Err(refusal(env, model, *id, operation)?),
    }
}

/// Before a change of users or groups, or of a relation to users: waits for writes with the rights as they were.
pub(super) fn before_rights_change(
    env: &mut Env<'_>,
    model: &ModelInfo,
    mut fields: impl Iterator<Item = FieldId>,
) -> Result<()> {
    let registry = env.registry;
    let has_role = |model: &ModelInfo| matches!(model.def.role, Some(Role::User | Role::Group | Role::Switch));
    let leads_to_users = |field: FieldId| {
        let info = &model.fields[field];
        info.is_x2many() && info.target.is_some_and(|target| has_role(registry.model(target)))
    };
    match has_role(model) || fields.any(leads_to_users) {
        true => env.change_rights(),
        false => Ok(()),
    }
}

/// Refuses a write after which records that it created or changed are beyond the caller's rules.
///
/// # Errors
/// 403.
pub(super) fn after(env: &mut Env<'_>, unit: &mut UnitOfWork, changed: Changed) -> Result<()> {
    for ((model, operation), ids) in changed {
        let model = env.registry.model(model);
        let ids: Vec<i64> = ids.into_iter().collect();
        let allowed = locked_and_allowed(env, unit, model, &ids, operation)?;
        let lost: Vec<i64> = ids.iter().copied().filter(|id| !allowed.contains(id)).collect();
        // The write itself may have deleted some of them.
        if !lost.is_empty() && !env.ids(env.sql().existing(model, &lost)?)?.is_empty() {
            return Err(refused_records(model, operation));
        }
    }
    Ok(())
}

/// Those of `ids` that the caller may read; all of them where no rule restricts him. Of a model that he has no right to
/// read, none.
pub(super) fn visible(env: &mut Env<'_>, model: &ModelInfo, ids: Vec<i64>) -> Result<HashSet<i64>> {
    match env.access.may(model, Operation::Read) {
        Err(_) => Ok(HashSet::default()),
        Ok(()) if ids.is_empty() || !env.access.is_ruled(model, Operation::Read) => Ok(ids.into_iter().collect()),
        Ok(()) => allowed(env, model, &ids, Operation::Read),
    }
}

/// As [`visible`], of records that are loaded.
pub(super) fn visible_of(env: &mut Env<'_>, model: &ModelInfo, records: &HashMap<i64, Record>) -> Result<HashSet<i64>> {
    if env.access.may(model, Operation::Read).is_err() {
        return Ok(HashSet::default());
    }
    match in_memory(env, model, records, Operation::Read)? {
        Some(visible) => Ok(visible),
        None => allowed(
            env,
            model,
            &records.keys().copied().collect::<Vec<_>>(),
            Operation::Read,
        ),
    }
}

/// Those of the records that the caller may do this with; `None` where their own columns do not tell.
fn in_memory(
    env: &Env<'_>,
    model: &ModelInfo,
    records: &HashMap<i64, Record>,
    operation: Operation,
) -> Result<Option<HashSet<i64>>> {
    let rule = env
        .access
        .records(env.registry, model, operation)?
        .unwrap_or(Domain::TRUE);
    let judged = records
        .iter()
        .map(|(id, record)| Some((*id, holds(model, &rule, record.values())?)));
    let judged: Option<Vec<(i64, bool)>> = judged.collect();
    Ok(judged.map(|judged| {
        judged
            .into_iter()
            .filter_map(|(id, holds)| holds.then_some(id))
            .collect()
    }))
}

/// Those of the records, which are locked, that the caller may do this with. What his rules read on other records is locked too: it
/// stays as it is until the write ends.
fn locked_and_allowed(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
    model: &ModelInfo,
    ids: &[i64],
    operation: Operation,
) -> Result<HashSet<i64>> {
    let records = unit.load(env, model, ids, None)?;
    if let Some(allowed) = in_memory(env, model, &records, operation)? {
        return Ok(allowed);
    }
    let paths: BTreeSet<Vec<FieldId>> = env.access.paths(env.registry, model, operation).into_iter().collect();
    if env.session.locks() && !paths.is_empty() {
        let paths: Vec<Vec<FieldId>> = paths.into_iter().collect();
        let needs = ReadTree::along(env.registry, model, &paths, Reading::Decision)?;
        load(env, unit, model, ids, &needs, Some(Lock::Exclusive))?;
    }
    allowed(env, model, ids, operation)
}

fn allowed(env: &mut Env<'_>, model: &ModelInfo, ids: &[i64], operation: Operation) -> Result<HashSet<i64>> {
    let found = env.ids(env.sql().allowed(model, ids, operation)?)?;
    Ok(found.into_iter().collect())
}

fn refusal(env: &mut Env<'_>, model: &ModelInfo, id: i64, operation: Operation) -> Result<Error> {
    match visible(env, model, vec![id])?.is_empty() {
        true => Ok(no_record(model, id)),
        false => Ok(refused_records(model, operation)),
    }
}

/// As [`before`], outside of a change.
pub(super) fn check(env: &mut Env<'_>, model: &ModelInfo, ids: &[i64], operation: Operation) -> Result<()> {
    with_unit(env, |env, unit| before(env, unit, model, ids, operation))
}
