//! Copies: reads the values of records, from which a create makes new ones. One statement for each copied relation and
//! level, whatever the number of records.

use std::collections::{HashMap, HashSet};

use super::{rows, written};
use crate::command::{Action, Command, Input, Values};
use crate::def::{Default, Kind};
use crate::dependencies::is_writable;
use crate::env::Env;
use crate::error::{Error, Issue, Result};
use crate::query;
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

/// The values for copies of existing records, in the same order; `given` values replace copied ones.
pub(super) fn values(env: &mut Env<'_>, model: &ModelInfo, ids: &[i64], given: &Values) -> Result<Vec<Values>> {
    let mut copied = copies(env, model, ids, None)?;
    let mut all = Vec::with_capacity(ids.len());
    for id in ids {
        let mut values = copied.remove(id).ok_or_else(|| super::no_record(model, *id))?;
        for (field, input) in &given.fields {
            values.put(*field, input.clone());
        }
        if let Some(remembers) = model.written
            && let Some(Input::Value(before)) = values.get(remembers)
        {
            let given = given
                .fields
                .iter()
                .map(|(field, _)| *field)
                .filter(|field| is_writable(model, *field));
            let now = written::changed(model, before, given.map(|field| (field, true)));
            values.put(remembers, Input::Value(now));
        }
        require(model, &values)?;
        all.push(values);
    }
    Ok(all)
}

/// The copied values of records, by id. `parent` is the many2one that the surrounding record fills in; it is not
/// copied.
fn copies(env: &mut Env<'_>, model: &ModelInfo, ids: &[i64], parent: Option<FieldId>) -> Result<HashMap<i64, Values>> {
    let columns: Vec<FieldId> = (rows::stored(model).into_iter())
        .filter(|(field, def)| is_copied(model, *field) && def.copy && parent != Some(*field))
        .map(|(field, _)| field)
        .collect();
    let mut copied = HashMap::with_capacity(ids.len());
    let mut delegates: HashMap<i64, i64> = HashMap::new();
    for (id, mut row) in rows::load(env, model, ids, None)? {
        let mut values = Values::default();
        for field in &columns {
            values.put(*field, Input::Value(std::mem::replace(&mut row[*field], Value::Null)));
        }
        if let Some(delegate) = model.delegate {
            delegates.extend(row[delegate].id().map(|behind| (id, behind)));
        }
        copied.insert(id, values);
    }
    if let Some(delegate) = model.delegate {
        let target = env.registry.target(model, delegate);
        let mut behind: Vec<i64> = delegates.values().copied().collect();
        behind.sort_unstable();
        behind.dedup();
        let records = copies(env, target, &behind, None)?;
        for (id, values) in &mut copied {
            let record = delegates.get(id).and_then(|behind| records.get(behind));
            values.put(delegate, Input::Delegate(record.cloned().unwrap_or_default()));
        }
    }
    for field in 0..model.def.fields.len() {
        let info = &model.fields[field];
        if info.is_x2many() && info.def.copy && info.def.compute.is_none_or(|compute| compute.writable) {
            copy_relation(env, model, field, &mut copied)?;
        }
    }
    Ok(copied)
}

/// Whether a column may be copied: not those that the runtime fills in, nor the delegating many2one, whose record is
/// copied along.
fn is_copied(model: &ModelInfo, field: FieldId) -> bool {
    let def = model.fields[field].def;
    let audit = ["create_uid", "create_date", "write_uid", "write_date"].contains(&def.name);
    !audit && !matches!(def.kind, Kind::Id) && model.delegate != Some(field)
}

/// Adds the commands for a relation to many: children of a one2many are copied, records of a many2many are linked.
fn copy_relation(
    env: &mut Env<'_>,
    model: &ModelInfo,
    field: FieldId,
    copied: &mut HashMap<i64, Values>,
) -> Result<()> {
    let info = &model.fields[field];
    let target = env.registry.target(model, field);
    let owners: Vec<i64> = copied.keys().copied().collect();
    let mut commands: HashMap<i64, Vec<Command>> = HashMap::new();
    match (info.def.kind, info.inverse) {
        (Kind::One2many { .. }, Some(inverse)) => {
            let pairs = linked_to(env, model, field, &owners)?;
            let pairs = without_archived(env, target, pairs)?;
            if pairs.is_empty() {
                return Ok(());
            }
            let children: Vec<i64> = pairs.iter().map(|(_, child)| *child).collect();
            let mut children = copies(env, target, &children, Some(inverse))?;
            for (owner, child) in pairs {
                let create = children.remove(&child).map(|values| Action::Create(values).into());
                commands.entry(owner).or_default().extend(create);
            }
        }
        (Kind::Many2many { .. }, _) => {
            let pairs = linked_to(env, model, field, &owners)?;
            let mut linked: HashMap<i64, Vec<i64>> = HashMap::new();
            if info.def.compute.is_some() {
                // An empty one is copied too: otherwise the create would compute it.
                linked.extend(owners.iter().map(|owner| (*owner, Vec::new())));
            }
            for (owner, other) in without_archived(env, target, pairs)? {
                linked.entry(owner).or_default().push(other);
            }
            commands.extend(
                linked
                    .into_iter()
                    .map(|(owner, ids)| (owner, vec![Action::Set(ids).into()])),
            );
        }
        _ => return Err(Error::internal(format!("{} is no relation to many", info.def.name))),
    }
    for (owner, commands) in commands {
        if let Some(values) = copied.get_mut(&owner) {
            values.put(field, Input::Commands(commands));
        }
    }
    Ok(())
}

/// The links of a relation, as (owner, related) pairs, ordered by the related id.
fn linked_to(env: &mut Env<'_>, model: &ModelInfo, field: FieldId, owners: &[i64]) -> Result<Vec<(i64, i64)>> {
    let link = env.registry.link(model, field)?;
    let mut pairs = env.pairs(env.sql().links(link, owners)?)?;
    pairs.sort_unstable_by_key(|(_, other)| *other);
    Ok(pairs)
}

/// The pairs whose related record is not archived: a copy has what a read of the record shows.
fn without_archived(env: &mut Env<'_>, target: &ModelInfo, pairs: Vec<(i64, i64)>) -> Result<Vec<(i64, i64)>> {
    let Some(active) = target.active.filter(|_| !pairs.is_empty()) else {
        return Ok(pairs);
    };
    let related: Vec<i64> = pairs.iter().map(|(_, related)| *related).collect();
    let shown: HashSet<i64> = query::where_true(env, target, active, &related)?.into_iter().collect();
    Ok(pairs
        .into_iter()
        .filter(|(_, related)| shown.contains(related))
        .collect())
}

/// Refuses required fields that are neither copied nor given and have no default.
fn require(model: &ModelInfo, values: &Values) -> Result<()> {
    let missing = |(field, info): &(FieldId, &crate::registry::FieldInfo)| {
        let own = info.via.is_none() && is_copied(model, *field);
        let filled = !matches!(info.def.default, Default::None) || info.def.compute.is_some();
        own && info.def.required && !filled && values.get(*field).is_none()
    };
    let issues: Vec<Issue> = (model.fields.iter().enumerate().filter(missing))
        .map(|(_, info)| {
            let name = info.def.name;
            Issue::field(
                name,
                format!("`{name}` is required, and not copied: give it in `default`"),
            )
        })
        .collect();
    match issues.is_empty() {
        true => Ok(()),
        false => Err(Error::invalid(issues)),
    }
}
