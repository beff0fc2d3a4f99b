//! The parameters of a list that asks for groups: `group_by=state,date_order:month&aggregate=amount_total:sum`.

use serde_json::Value as Json;

use super::request::Request;
use crate::domain::{self, Domain};
use crate::env::Limits;
use crate::error::{Error, Result};
use crate::query::parameters::{ASKS_FOR_GROUPS, archived_too, bounded, by_name, parse_count};
use crate::registry::{ModelInfo, Registry};
use crate::wire::{Wire, json};

/// Every parameter of a list of groups, but for the filters.
const PARAMETERS: [&str; 10] = [
    ASKS_FOR_GROUPS,
    "aggregate",
    "having",
    "time_zone",
    "fill_temporal",
    "order",
    "limit",
    "offset",
    "domain",
    "active_test",
];

/// The most levels of JSON in a parameter, but for `domain`.
const MOST_LEVELS: usize = 4;

/// Parses the parameters of a list of groups.
///
/// # Errors
/// 400 naming the parameter.
pub(crate) fn parse(
    registry: &Registry,
    model: &ModelInfo,
    parameters: &[(String, String)],
    limits: &Limits,
    wire: &dyn Wire,
) -> Result<Request> {
    let parameters = by_name(parameters, &PARAMETERS)?;
    let mut request = Request::new(limits);
    let mut filters = Vec::new();
    // What an order or a condition on groups names is set before them, wherever it stands in the URL.
    let given = |name: &str| {
        let found = parameters.iter().find(|(known, _)| *known == name);
        found.map(|(_, values)| values[0])
    };
    let set = |name: &str, set: &mut dyn FnMut(&str) -> Result<(), String>| match given(name) {
        Some(value) => set(value).map_err(|why| Error::parameter(name, why)),
        None => Ok(()),
    };
    set(ASKS_FOR_GROUPS, &mut |value| {
        request.group_by(registry, model, &words(value), false)
    })?;
    set("aggregate", &mut |value| {
        request.aggregate(registry, model, &words(value), true)
    })?;
    let order = request.order_by(given("order"));
    order.map_err(|why| Error::parameter("order", why))?;
    set("having", &mut |value| request.having(wire, &read(value)?))?;
    set("time_zone", &mut |value| request.zone(value))?;
    set("limit", &mut |value| request.limit(parse_count(value)?))?;
    set("offset", &mut |value| {
        request.offset = parse_count(value)?;
        Ok(())
    })?;
    set("active_test", &mut |value| {
        request.archived = archived_too(value)?;
        Ok(())
    })?;
    set("fill_temporal", &mut |value| request.fill(wire, &read(value)?))?;
    set("domain", &mut |value| {
        filters.push(domain::parse_json(wire, registry, model, value, limits.max_depth)?);
        // It can be parsed, so this can be, too.
        let parsed: Json = serde_json::from_str(value).map_err(|error| error.to_string())?;
        request.given = parsed.as_array().cloned().unwrap_or_default();
        Ok(())
    })?;
    for (name, values) in parameters.iter().filter(|(name, _)| !PARAMETERS.contains(name)) {
        let refuse = |why: String| Error::parameter(*name, why);
        if ["fields", "cursor", "count"].contains(name) {
            return Err(refuse(format!(
                "groups have no `{name}`: `aggregate` names the values to tell of them"
            )));
        }
        let filter = domain::parse_parameter(wire, registry, model, (name, values), &PARAMETERS);
        filters.push(filter.map_err(refuse)?);
    }
    bounded(filters.len())?;
    request.domain = Domain::And(filters);
    Ok(request)
}

fn words(value: &str) -> Vec<&str> {
    value.split(',').collect()
}

fn read(value: &str) -> Result<Json, String> {
    json::read(value.as_bytes(), MOST_LEVELS).map_err(|why| format!("this is not well-formed JSON: {why}"))
}
