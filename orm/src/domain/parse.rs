//! Parses conditions as callers write them: flat parameters (`partner_id.city__ilike=fair`) and Odoo domains
//! (`[["amount_total", ">", 100]]`). An unknown name is refused, and the error suggests the nearest known one.

use serde_json::Value as Json;

use super::term::{operator, term};
use super::{Domain, Op, Operand, Term};
use crate::error::nearest;
use crate::registry::{FieldId, ModelInfo, Registry};
use crate::value::Value;
use crate::wire::{Wire, describe, json};

/// The `__` suffixes of flat parameters.
const SUFFIXES: [(&str, Op); 13] = [
    ("ne", Op::Ne),
    ("gt", Op::Gt),
    ("ge", Op::Ge),
    ("lt", Op::Lt),
    ("le", Op::Le),
    ("in", Op::In),
    ("not_in", Op::NotIn),
    ("like", Op::Like),
    ("ilike", Op::Ilike),
    ("not_ilike", Op::NotIlike),
    ("startswith", Op::StartsWith),
    ("child_of", Op::ChildOf),
    ("parent_of", Op::ParentOf),
];

/// Limits of conditions: the names of a path, the conditions, and the nesting of `&`, `|` and `!`. They are what the databases and this program's stack can take.
const MOST_HOPS: usize = 8;
const MOST_CONDITIONS: usize = 200;
const MOST_LEVELS: usize = 50;

/// Parses a dotted path that starts at this model. Secret fields are refused as if they did not exist.
pub(crate) fn parse_path(registry: &Registry, model: &ModelInfo, text: &str) -> Result<Vec<FieldId>, String> {
    let names: Vec<&str> = text.split('.').map(str::trim).collect();
    if names.len() > MOST_HOPS {
        return Err(format!("a path may have at most {MOST_HOPS} names"));
    }
    registry.resolve_public_path(model, &names)
}

/// Parses a flat parameter as a condition. `parameters` are the names of the parameters that are no conditions; an
/// error may suggest them.
pub(crate) fn parse_parameter(
    wire: &dyn Wire,
    registry: &Registry,
    model: &ModelInfo,
    name: &str,
    value: &str,
    parameters: &[&'static str],
) -> Result<Domain, String> {
    let unknown = |why: String| {
        if name.contains('.') || name.contains("__") {
            return why;
        }
        let known = model.names().chain(parameters.iter().copied());
        format!(
            "{} has no field and no parameter `{name}`{}",
            model.def.name,
            nearest(name, known)
        )
    };
    // An exact name wins over a suffix.
    let exact = parse_path(registry, model, name);
    let (path, op) = match (exact, name.rsplit_once("__")) {
        (Ok(path), _) => (path, Op::Eq),
        (Err(_), Some((field, "is_set"))) => {
            let path = parse_path(registry, model, field)?;
            let op = match value {
                "true" => Op::Ne,
                "false" => Op::Eq,
                _ => return Err(format!("`{value}` is given where true or false belongs")),
            };
            return Ok(Domain::Term(Term {
                path,
                op,
                operand: Operand::One(Value::Null),
            }));
        }
        (Err(_), Some((field, suffix))) => {
            let path = parse_path(registry, model, field)?;
            let known = SUFFIXES.iter().find(|(known, _)| *known == suffix);
            let (_, op) = known.ok_or_else(|| {
                let names = SUFFIXES.iter().map(|(name, _)| *name).chain(["is_set"]);
                format!("`{suffix}` is no operator{}", nearest(suffix, names))
            })?;
            (path, *op)
        }
        (Err(why), None) => {
            let range = [("_start", Op::Ge), ("_end", Op::Le)];
            let found = range.iter().find_map(|(suffix, op)| {
                parse_path(registry, model, name.strip_suffix(suffix)?)
                    .ok()
                    .map(|path| (path, *op))
            });
            found.ok_or_else(|| unknown(why))?
        }
    };
    let values = |text: &str| Json::String(text.to_owned());
    let within = matches!(op, Op::ChildOf | Op::ParentOf);
    let ids = within && value.contains(',') && value.split(',').all(|id| id.trim().parse::<i64>().is_ok());
    let json = match op {
        _ if ids => Json::Array(value.split(',').map(|part| values(part.trim())).collect()),
        Op::In | Op::NotIn => Json::Array(value.split(',').map(|part| values(part.trim())).collect()),
        _ => values(value),
    };
    term(wire, registry, model, path, op, &json, true)
}

/// Parses the text of an Odoo domain: a list of `[field, operator, value]`, with `&`, `|` and `!` in front of what they
/// join.
pub(crate) fn parse_json(
    wire: &dyn Wire,
    registry: &Registry,
    model: &ModelInfo,
    text: &str,
    max_depth: usize,
) -> Result<Domain, String> {
    let json = json::read(text.as_bytes(), 3 * max_depth.max(4) + 1);
    let json = json.map_err(|why| format!("the domain is not well-formed JSON: {why}"))?;
    parse_list(wire, registry, model, &json)
}

/// As [`parse_json`], of a domain that is parsed JSON already.
pub(crate) fn parse_list(
    wire: &dyn Wire,
    registry: &Registry,
    model: &ModelInfo,
    json: &Json,
) -> Result<Domain, String> {
    let Json::Array(terms) = json else {
        return Err(format!(
            "{} is given where a list of conditions belongs",
            describe(json)
        ));
    };
    // The other terms are the operators in front of conditions.
    if terms.len() > 2 * MOST_CONDITIONS || terms.iter().filter(|term| term.is_array()).count() > MOST_CONDITIONS {
        return Err(format!("at most {MOST_CONDITIONS} conditions are allowed"));
    }
    let mut rest = terms.as_slice();
    let mut parts = Vec::new();
    while !rest.is_empty() {
        parts.push(parse_prefix(wire, registry, model, &mut rest, MOST_LEVELS)?);
    }
    Ok(Domain::And(parts))
}

fn parse_prefix(
    wire: &dyn Wire,
    registry: &Registry,
    model: &ModelInfo,
    rest: &mut &[Json],
    levels: usize,
) -> Result<Domain, String> {
    let below = levels.checked_sub(1).ok_or("the conditions are nested too deeply")?;
    let (first, tail) = rest
        .split_first()
        .ok_or("an operator `&`, `|` or `!` lacks its condition")?;
    *rest = tail;
    match first {
        Json::String(operator) => match operator.as_str() {
            "&" => Ok(Domain::And(vec![
                parse_prefix(wire, registry, model, rest, below)?,
                parse_prefix(wire, registry, model, rest, below)?,
            ])),
            "|" => Ok(Domain::Or(vec![
                parse_prefix(wire, registry, model, rest, below)?,
                parse_prefix(wire, registry, model, rest, below)?,
            ])),
            "!" => Ok(Domain::Not(Box::new(parse_prefix(wire, registry, model, rest, below)?))),
            other => Err(format!(
                "`{other}` joins no conditions: write \"&\", \"|\" or \"!\" in front of them"
            )),
        },
        Json::Array(parts) => match parts.as_slice() {
            [Json::String(field), Json::String(operator), value] => {
                let path = parse_path(registry, model, field)?;
                term(wire, registry, model, path, self::operator(operator)?, value, false)
            }
            _ => Err("a condition is [\"field\", \"operator\", value]".to_owned()),
        },
        other => Err(format!("{} is given where a condition belongs", describe(other))),
    }
}
