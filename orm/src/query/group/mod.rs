//! Groups of records: what a request groups by ([`Request`], from a method's arguments or a list's parameters), the
//! groups that the database finds, and how they are told. One statement finds the groups, and one more for each
//! relation among the keys finds the names of its records.

mod calendar;
mod fill;
mod filled;
mod having;
mod names;
mod parameters;
mod read;
mod render;
mod request;
mod spoken;

pub(crate) use parameters::parse;
pub(crate) use request::Request;

use std::collections::HashMap;

use crate::compute::resolve;
use crate::env::Env;
use crate::error::Result;
use crate::registry::ModelInfo;
use crate::sql::{Grouping, Search};
use crate::value::Value;
use read::Group;

/// The names of the records that groups have as a key: for each key, by id.
type Names = Vec<HashMap<i64, String>>;

/// Answers the groups that a request asks for, as a list.
///
/// # Errors
/// 403 for a field that the caller does not see; 400 when there are more groups than a list without `limit` may have.
pub(crate) fn groups(env: &mut Env<'_>, model: &ModelInfo, request: &Request) -> Result<Vec<u8>> {
    for path in &request.named {
        env.access.see(env.registry, model, path)?;
    }
    env.access.see_domain(env.registry, model, &request.domain)?;
    if request.keys.iter().any(|key| key.target.is_some()) {
        env.session.snapshot()?; // for more than one statement
    }
    let domain = &*resolve(env, model, &request.domain)?;
    let (limit, offset) = match request.limit {
        Some(limit) if request.fill.is_none() => (limit, request.offset),
        // One more than allowed shows whether there are more. Where groups are added, the others are counted off later.
        _ => (
            request.most + 1,
            if request.fill.is_none() { request.offset } else { 0 },
        ),
    };
    let statement = env.sql().groups(
        model,
        &Grouping {
            search: Search {
                domain,
                order: &[],
                limit,
                offset,
                archived: request.archived,
            },
            keys: &request.keys,
            zone: request.zone.map(|zone| zone.name()),
            aggregates: &request.aggregates,
            having: &request.having,
            order: &request.order,
        },
    )?;
    let mut found = read::rows(env, request, &statement)?;
    if found.len() > request.most {
        return Err(request.too_many());
    }
    if let Some(fill) = &request.fill {
        found = filled::between(request, fill, found)?;
    }
    let names = names(env, request, &found)?;
    render::list(env, request, &found, &names)
}

/// Finds the names of the records that are keys.
fn names(env: &mut Env<'_>, request: &Request, groups: &[Group]) -> Result<Names> {
    let mut names = Vec::new();
    for (number, key) in request.keys.iter().enumerate() {
        let Some(target) = key.target else {
            names.push(HashMap::new());
            continue;
        };
        let mut ids: Vec<i64> = groups.iter().filter_map(|group| group.keys[number].id()).collect();
        ids.sort_unstable();
        ids.dedup();
        names.push(super::display_names(env, env.registry.model(target), &ids)?);
    }
    Ok(names)
}

/// An empty key, and a boolean one that is false: of them, records that lack what leads to the field have the same.
fn is_nothing(key: &Value) -> bool {
    matches!(key, Value::Null | Value::Bool(false))
}
