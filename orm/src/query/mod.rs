//! Reading: a request becomes a plan, the plan fetches one statement for each relation and level, and the rows are
//! rendered straight to JSON.

mod export;
mod fetch;
mod json;
mod plan;
mod plans;
mod request;

pub use export::export;
pub use json::WireFormat;
pub use request::{Limits, Request};

pub(crate) use request::field_names;

pub(crate) use plans::Plans;

use plan::Root;

use crate::env::Env;
use crate::error::{Error, Result};
use crate::registry::{ModelInfo, Node};

/// Answers a list: a bare JSON array.
///
/// # Errors
/// 400 when more rows match than a list without `limit` may have.
pub fn list(env: &mut Env<'_>, model: &ModelInfo, request: &Request) -> Result<Vec<u8>> {
    let level = env
        .registry
        .plans()
        .get(env.registry, model, &request.nodes, request.plain)?;
    let root = Root::Where {
        domain: &request.domain,
        order: &request.order,
        // One more than allowed tells that there are more.
        limit: request.limit + usize::from(!request.limited),
        offset: request.offset,
    };
    let rendered = fetch::fetch(env, &level, root)?;
    if !request.limited && rendered.len() > request.limit {
        return Err(Error::parameter(
            "limit",
            format!(
                "more than {} records match: give `limit` (and `offset`), or narrow the filters",
                request.limit
            ),
        ));
    }
    Ok(rendered.into_array())
}

/// Answers one record: a JSON object.
///
/// # Errors
/// 404 when there is no such record.
pub fn read_one(env: &mut Env<'_>, model: &ModelInfo, id: i64, request: &Request) -> Result<Vec<u8>> {
    read_tree(env, model, &[id], &request.nodes, request.plain)?
        .pop()
        .ok_or_else(|| Error::not_found(format!("there is no record {id} of {}", model.def.name)))
}

/// The records with these ids, in this order, each rendered by `nodes`; ids without a record are left out.
pub(crate) fn read_tree(
    env: &mut Env<'_>,
    model: &ModelInfo,
    ids: &[i64],
    nodes: &[Node],
    plain: bool,
) -> Result<Vec<Vec<u8>>> {
    let level = env.registry.plans().get(env.registry, model, nodes, plain)?;
    let rendered = fetch::fetch(env, &level, Root::Ids(ids))?;
    Ok(ids
        .iter()
        .filter_map(|id| rendered.first(*id))
        .map(<[u8]>::to_vec)
        .collect())
}

/// Every readable field: what a plain read answers.
pub(crate) fn plain_nodes(model: &ModelInfo) -> Vec<Node> {
    let readable = |index: &usize| {
        let field = &model.fields[*index];
        let shown = field.def.stored || field.is_x2many() || matches!(field.def.kind, crate::def::Kind::DisplayName);
        shown && !field.def.secret
    };
    (0..model.fields.len())
        .filter(readable)
        .map(|field| Node {
            field,
            children: Vec::new(),
        })
        .collect()
}
