//! Methods that search for records, and parsing of the arguments that they share.

use serde_json::Value as Json;

use super::argument::issue;
use super::{Count, answer, arguments};
use crate::domain::{self, Domain};
use crate::env::{Call, Env};
use crate::error::{Code, Error, Issue, Result};
use crate::query::{self, Request, Search};
use crate::registry::{ModelInfo, Node};

/// The default `limit` of `name_search`.
const NAMES: usize = 100;

/// The arguments that searches have in common: `domain`, `offset`, `limit`, `order`, `active_test`.
type Window = (Option<Json>, Option<Count>, Option<Count>, Option<String>, Option<bool>);

pub(super) fn search(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let window = arguments(call)?;
    let request = request(call, window, None)?;
    query::list_ids(call.env, call.model, &request).map_err(Error::in_body)
}

pub(super) fn search_read(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (domain, fields, offset, limit, order, active_test) = arguments(call)?;
    let request = request(call, (domain, offset, limit, order, active_test), fields)?;
    query::list(call.env, call.model, &request).map_err(Error::in_body)
}

pub(super) fn search_count(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (domain, active_test) = arguments(call)?;
    let request = request(call, (domain, None, None, None, active_test), None)?;
    let count = query::count(call.env, call.model, &request.search())?;
    answer(call, count)
}

pub(super) fn name_search(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    type Given = (
        Option<String>,
        Option<Json>,
        Option<Json>,
        Option<String>,
        Option<Count>,
        Option<bool>,
    );
    let (name, domain, args, operator, limit, active_test): Given = arguments(call)?;
    let mut mistakes = Mistakes::default();
    let parts = [("/domain", domain), ("/args", args)].map(|(place, given)| mistakes.domain(call, place, given));
    let name = name.unwrap_or_default();
    let named = domain::by_name(call.model, operator.as_deref().unwrap_or("ilike"), &name);
    let named = mistakes.keep("/operator", named).filter(|_| !name.is_empty());
    let text = named.unwrap_or(Domain::TRUE);
    let limit = limit.map_or(NAMES, |Count(limit)| limit);
    if limit > call.limits.max_limit {
        let most = call.limits.max_limit;
        mistakes.keep::<()>("/limit", Err(format!("at most {most} records at a time")));
    }
    mistakes.so_far()?;
    let search = Search {
        domain: &Domain::And(parts.into_iter().chain([text]).collect()),
        order: &[],
        limit,
        offset: 0,
        archived: active_test == Some(false),
    };
    query::names(call.env, call.model, &search)
}

/// The nodes of a plain read of these fields; of all readable fields where none are named.
///
/// # Errors
/// 422 for unknown names; 403 for fields that the caller does not see.
pub(super) fn nodes(env: &Env<'_>, model: &ModelInfo, fields: Option<Vec<String>>) -> Result<Vec<Node>> {
    let Some(fields) = fields.filter(|fields| !fields.is_empty()) else {
        return Ok(query::plain_nodes(model));
    };
    let nodes = query::field_names(model, &fields).map_err(|why| Error::invalid(vec![issue("/fields", why)]))?;
    for node in &nodes {
        env.access.see(env.registry, model, &[node.field])?;
    }
    Ok(nodes)
}

/// Makes the request of a plain read from the arguments of a method.
fn request(call: &Call<'_, '_>, window: Window, fields: Option<Vec<String>>) -> Result<Request> {
    let (domain, offset, limit, order, active_test) = window;
    let mut mistakes = Mistakes::default();
    let mut request = Request::new(call.model, &call.limits);
    request.plain = true;
    request.domain = mistakes.domain(call, "/domain", domain);
    match nodes(call.env, call.model, fields) {
        Ok(nodes) => request.nodes = nodes,
        Err(error) if error.code() == Code::AccessDenied => return Err(error),
        Err(error) => mistakes.0.extend_from_slice(error.issues()),
    }
    request.offset = offset.map_or(0, |Count(offset)| offset);
    if let Some(Count(limit)) = limit {
        mistakes.keep("/limit", request.set_limit(limit, call.limits.max_limit));
    }
    if let Some(order) = order.filter(|order| !order.is_empty()) {
        let terms = query::parse_order(call.env.registry, call.model, &order);
        request.order = mistakes.keep("/order", terms).unwrap_or_default();
    }
    request.archived = active_test == Some(false);
    mistakes.so_far().map(|()| request)
}

/// Collects the mistakes in the arguments of a search.
#[derive(Debug, Default)]
pub(super) struct Mistakes(Vec<Issue>);

impl Mistakes {
    pub(super) fn keep<T>(&mut self, place: &str, result: Result<T, String>) -> Option<T> {
        result.map_err(|why| self.0.push(issue(place, why))).ok()
    }

    pub(super) fn domain(&mut self, call: &Call<'_, '_>, place: &str, given: Option<Json>) -> Domain {
        let parsed = given.map(|given| domain::parse_list(call.env.wire, call.env.registry, call.model, &given));
        parsed
            .and_then(|parsed| self.keep(place, parsed))
            .unwrap_or(Domain::TRUE)
    }

    /// Refuses the call if there are mistakes by now.
    pub(super) fn so_far(&self) -> Result<()> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(Error::invalid(self.0.clone())),
        }
    }
}
