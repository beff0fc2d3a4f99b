//! The method `read_group`: its arguments as a request for groups.

use serde_json::Value as Json;

use super::search::Mistakes;
use super::{Count, arguments};
use crate::env::Call;
use crate::error::{Error, Result};
use crate::query::group::{self, Request};
use crate::wire::describe;

/// The arguments: `domain`, `fields`, `groupby`, `offset`, `limit`, `orderby`, `lazy`, `having`, `tz`, `fill_temporal`,
/// `active_test`.
type Given = (
    Option<Json>,
    Option<Vec<String>>,
    Option<Json>,
    Option<Count>,
    Option<Count>,
    Option<String>,
    Option<bool>,
    Option<Json>,
    Option<String>,
    Option<Json>,
    Option<bool>,
);

pub(super) fn read_group(call: &mut Call<'_, '_>) -> Result<Vec<u8>> {
    let (domain, fields, keys, offset, limit, order, lazy, having, zone, fill, active_test): Given = arguments(call)?;
    let (registry, model, wire) = (call.env.registry, call.model, call.env.wire);
    let mut mistakes = Mistakes::default();
    let mut request = Request::new(&call.limits);
    request.given = domain.as_ref().and_then(Json::as_array).cloned().unwrap_or_default();
    request.domain = mistakes.domain(call, "/domain", domain);
    let keys = keys.map_or(Ok(Vec::new()), names);
    let keys = keys.and_then(|keys| request.group_by(registry, model, &keys, lazy.unwrap_or(true)));
    mistakes.keep("/groupby", keys);
    let fields = match fields.filter(|fields| !fields.is_empty()) {
        Some(fields) => request.aggregate(registry, model, &fields, false),
        None => request.aggregate_numbers(call.env, model),
    };
    mistakes.keep("/fields", fields);
    // What they name is not known where one of those is a mistake.
    mistakes.so_far()?;
    mistakes.keep(
        "/orderby",
        request.order_by(order.as_deref().filter(|order| !order.is_empty())),
    );
    if let Some(having) = having {
        mistakes.keep("/having", request.having(wire, &having));
    }
    if let Some(zone) = zone {
        mistakes.keep("/tz", request.zone(&zone));
    }
    if let Some(Count(limit)) = limit {
        mistakes.keep("/limit", request.limit(limit));
    }
    request.offset = offset.map_or(0, |Count(offset)| offset);
    request.archived = active_test == Some(false);
    if let Some(fill) = fill {
        mistakes.keep("/fill_temporal", request.fill(wire, &fill));
    }
    mistakes.so_far()?;
    group::groups(call.env, model, &request).map_err(Error::in_body)
}

/// The keys: one, or a list of them.
fn names(given: Json) -> Result<Vec<String>, String> {
    let wrong = |given: &Json| {
        format!(
            "{} is given where the name of a field, or a list of names, belongs",
            describe(given)
        )
    };
    match given {
        Json::String(name) => Ok(vec![name]),
        Json::Array(names) => (names.iter())
            .map(|name| name.as_str().map(str::to_owned).ok_or_else(|| wrong(name)))
            .collect(),
        other => Err(wrong(&other)),
    }
}
