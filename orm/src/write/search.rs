//! Searches by an author's code. They see what the write under way has in memory; what a constraint or method decides
//! by is locked.

use std::collections::BTreeSet;

use super::unit_of_work::{self, with_unit};
use crate::compute::load::Store as _;
use crate::db::Lock;
use crate::domain::Domain;
use crate::env::Env;
use crate::error::Result;
use crate::query::{self, Search};
use crate::registry::{FieldId, ModelId, ModelInfo, OrderTerm};

/// How often a search that a constraint or method decides by is repeated, until locking its records does not change its
/// result.
const MOST_SEARCHES: usize = 3;

/// The ids of the matching records in this order, at most `limit`; archived ones only where the condition names
/// `active`.
pub(crate) fn search(
    env: &mut Env<'_>,
    model: &ModelInfo,
    domain: Domain,
    order: Vec<OrderTerm>,
    limit: Option<usize>,
) -> Result<Vec<i64>> {
    let question = (model.id, domain, order, limit);
    let search = Search {
        domain: &question.1,
        order: &question.2,
        limit: limit.unwrap_or(usize::MAX),
        offset: 0,
        archived: false,
    };
    if let Some(decides) = env.locking_for() {
        return held_ids(env, decides, model, &search);
    }
    let Some(unit) = unit_of_work::take_pending(env) else {
        return query::ids(env, model, &search);
    };
    let known = unit.found(env, &question);
    env.pending = Some(Box::new(unit));
    if let Some(ids) = known {
        return Ok(ids);
    }
    let ids = query::ids(env, model, &search)?;
    with_unit(env, |env, unit| unit.note(env, question, &ids));
    Ok(ids)
}

/// The links of a relation to many, as (owner, related) pairs.
pub(crate) fn links(env: &mut Env<'_>, model: &ModelInfo, field: FieldId, ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    with_unit(env, |env, unit| unit.links(env, model, field, ids))
}

/// The result of a search by a constraint or method of the model `decides`, locked until the transaction ends. The
/// found records do not change, and no other constraint or method of these two models searches meanwhile: it might not
/// find what this one is about to write.
fn held_ids(env: &mut Env<'_>, decides: ModelId, model: &ModelInfo, search: &Search<'_>) -> Result<Vec<i64>> {
    for id in BTreeSet::from([decides, model.id]) {
        env.hold_name(format!("search {}", env.registry.model(id).def.name))?;
    }
    let mut ids = query::ids(env, model, search)?;
    for _ in 0..MOST_SEARCHES {
        with_unit(env, |env, unit| {
            unit.load(env, model, &ids, Some(Lock::Shared)).map(|_| ())
        })?;
        let again = query::ids(env, model, search)?;
        if again == ids {
            return Ok(ids);
        }
        ids = again;
    }
    Err(env.session.give_way())
}
