//! Conditions as callers write them: flat parameters (`partner_id.city__ilike=fair`) and Odoo domains
//! (`[["amount_total", ">", 100]]`). Whatever is not known is refused with the nearest name.

use serde_json::Value as Json;

use super::{Domain, Op, Operand, Term};
use crate::def::Kind;
use crate::error::nearest;
use crate::field::{end_of_day, from_text, storable};
use crate::registry::{FieldId, FieldInfo, ModelInfo, Registry};
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

/// The operators of domains.
const OPERATORS: [(&str, Op); 14] = [
    ("=", Op::Eq),
    ("!=", Op::Ne),
    ("<>", Op::Ne),
    (">", Op::Gt),
    (">=", Op::Ge),
    ("<", Op::Lt),
    ("<=", Op::Le),
    ("in", Op::In),
    ("not in", Op::NotIn),
    ("like", Op::Like),
    ("ilike", Op::Ilike),
    ("not ilike", Op::NotIlike),
    ("child_of", Op::ChildOf),
    ("parent_of", Op::ParentOf),
];

/// The most names of a path, conditions of a request, levels of `&`, `|` and `!`, and values of a list: what the databases
/// and this program's stack can take.
const MOST_HOPS: usize = 8;
const MOST_CONDITIONS: usize = 200;
const MOST_LEVELS: usize = 50;
const MOST_VALUES: usize = 10_000;
/// The most characters of a text that is looked for in others: each of them may be compared with each of a record's.
const MOST_PATTERN: usize = 1_000;

/// A dotted path from this model.
pub(crate) fn parse_path(registry: &Registry, model: &ModelInfo, text: &str) -> Result<Vec<FieldId>, String> {
    let names: Vec<&str> = text.split('.').map(str::trim).collect();
    if names.len() > MOST_HOPS {
        return Err(format!("a path may have at most {MOST_HOPS} names"));
    }
    let path = registry.resolve_path(model, &names)?;
    let mut at = model;
    for field in &path {
        if at.fields[*field].def.secret {
            return Err(format!("{} has no field `{}`", at.def.name, at.fields[*field].def.name));
        }
        at = at.fields[*field].target.map_or(at, |target| registry.model(target));
    }
    Ok(path)
}

/// A flat parameter that is not one of `parameters`.
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

/// An Odoo domain: a list of `[field, operator, value]` with `&`, `|`, `!` in front.
pub(crate) fn parse_json(
    wire: &dyn Wire,
    registry: &Registry,
    model: &ModelInfo,
    text: &str,
    max_depth: usize,
) -> Result<Domain, String> {
    let json: Json = json::parse(text.as_bytes(), max_depth.max(4)).map_err(|error| error.detail().to_owned())?;
    parse_list(wire, registry, model, &json)
}

/// An Odoo domain that has been read.
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
    if terms.len() > 2 * MOST_CONDITIONS {
        return Err(format!("at most {MOST_CONDITIONS} conditions are allowed"));
    }
    let mut rest = terms.as_slice();
    let mut parts = Vec::new();
    while !rest.is_empty() {
        parts.push(parse_prefix(wire, registry, model, &mut rest, MOST_LEVELS)?);
    }
    Ok(Domain::And(parts))
}

/// An operator of domains.
pub(crate) fn operator(name: &str) -> Result<Op, String> {
    let known = OPERATORS.iter().find(|(known, _)| *known == name);
    known.map(|(_, op)| *op).ok_or_else(|| {
        let names = OPERATORS.iter().map(|(name, _)| *name);
        format!("`{name}` is no operator{}", nearest(name, names))
    })
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

/// A comparison with a value as given; `flat` when all values are text, where `false` means empty.
fn term(
    wire: &dyn Wire,
    registry: &Registry,
    model: &ModelInfo,
    path: Vec<FieldId>,
    op: Op,
    value: &Json,
    flat: bool,
) -> Result<Domain, String> {
    let (at, field) = registry.end_of(model, &path);
    let info = &at.fields[field];
    let name = info.def.name;
    if let Some(why) = registry.refusal(model, &path) {
        return Err(why);
    }
    if info.target.is_none() && !info.has_value() {
        return Err(format!("`{name}` cannot be filtered by"));
    }
    let texts = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    for text in texts.iter().filter_map(Json::as_str) {
        storable(text).map_err(|why| format!("`{name}`: {why}"))?;
    }
    let within = matches!(op, Op::ChildOf | Op::ParentOf);
    if within {
        hierarchical(registry, at, info, op)?;
    }
    let done = |op, operand| {
        Ok(Domain::Term(Term {
            path: path.clone(),
            op,
            operand,
        }))
    };
    if value.as_array().is_some_and(|values| values.len() > MOST_VALUES) {
        return Err(format!("at most {MOST_VALUES} values are allowed in a list"));
    }
    match (op, value) {
        (Op::In | Op::NotIn, Json::Array(values)) => {
            let values: Result<Vec<Value>, String> =
                values.iter().map(|value| operand(wire, info, value, flat)).collect();
            return done(op, Operand::Many(values?));
        }
        (Op::In | Op::NotIn, other) => return Err(format!("{} is given where a list belongs", describe(other))),
        (Op::ChildOf | Op::ParentOf, Json::Array(values)) => {
            let values: Result<Vec<Value>, String> =
                values.iter().map(|value| operand(wire, info, value, flat)).collect();
            return done(op, Operand::Many(values?));
        }
        (Op::Eq | Op::Ne, Json::Array(values)) => {
            // `=` with a list means one of the list.
            let values: Result<Vec<Value>, String> =
                values.iter().map(|value| operand(wire, info, value, flat)).collect();
            return done(if op == Op::Eq { Op::In } else { Op::NotIn }, Operand::Many(values?));
        }
        _ => {}
    }
    let textual = matches!(op, Op::Like | Op::Ilike | Op::NotIlike | Op::StartsWith);
    if let (true, Json::String(text)) = (within, value)
        && text.parse::<i64>().is_err()
        && !(flat && text == "false")
    {
        return done(op, Operand::One(Value::Text(pattern(text)?.to_owned())));
    }
    if info.target.is_some() {
        // Text that is no id is looked for among the names of the related records.
        if let Json::String(text) = value
            && (textual || text.parse::<i64>().is_err())
            && !(flat && text == "false")
            && !within
        {
            // What is not stored is not joined: its search is given the text.
            return match info.unstored {
                true => done(op, Operand::One(Value::Text(pattern(text)?.to_owned()))),
                false => by_name(registry, at, path, op, text),
            };
        }
        if textual {
            return Err(format!("{} is given where text belongs", describe(value)));
        }
    } else if textual {
        let Json::String(text) = value else {
            return Err(format!("{} is given where text belongs", describe(value)));
        };
        if !matches!(
            info.def.kind,
            Kind::Char { .. } | Kind::Text | Kind::Html | Kind::Selection { .. } | Kind::DisplayName
        ) {
            return Err(format!("`{name}` is not text: it has no pattern to match"));
        }
        return done(op, Operand::One(Value::Text(pattern(text)?.to_owned())));
    }
    let ordered = matches!(op, Op::Gt | Op::Ge | Op::Lt | Op::Le);
    if ordered && (info.target.is_some() || matches!(info.def.kind, Kind::Bool)) {
        return Err(format!("`{name}` has no order to compare by"));
    }
    // A date stands for the day's end where the day is to be included, or passed; else for its start.
    if let (Kind::DateTime, Json::String(text), Op::Le | Op::Gt) = (info.def.kind, value, op)
        && let Ok(Value::Date(date)) = from_text(&Kind::Date, text)
    {
        return done(op, Operand::One(Value::DateTime(end_of_day(date))));
    }
    match (operand(wire, info, value, flat)?, op) {
        (Value::Null, Op::Eq | Op::Ne) => done(op, Operand::One(Value::Null)),
        (Value::Null, _) => Err(format!(
            "`{name}` is compared with nothing: only `=` and `!=` say whether it is empty"
        )),
        (value, op) => done(op, Operand::One(value)),
    }
}

/// Refuses `child_of` and `parent_of` where nothing is below or above anything.
fn hierarchical(registry: &Registry, at: &ModelInfo, info: &FieldInfo, op: Op) -> Result<(), String> {
    let names = OPERATORS.iter().find(|(_, known)| *known == op);
    let operator = names.map_or("", |(name, _)| *name);
    let name = info.def.name;
    let target = info.target.map_or(at, |target| registry.model(target));
    if info.target.is_none() && !matches!(info.def.kind, Kind::Id) {
        return Err(format!(
            "`{name}` is neither an id nor a relation: `{operator}` does not apply"
        ));
    }
    match target.parent {
        Some(_) => Ok(()),
        None => Err(format!(
            "{} has no hierarchy: `{operator}` does not apply",
            target.def.name
        )),
    }
}

/// One value to compare with.
fn operand(wire: &dyn Wire, field: &FieldInfo, value: &Json, flat: bool) -> Result<Value, String> {
    let kind = match field.def.kind {
        // Any number may be compared with an id, or with a smaller number.
        Kind::Id | Kind::Int | Kind::One2many { .. } | Kind::Many2many { .. } => Kind::BigInt,
        Kind::Many2one { .. } if !value.is_array() => Kind::BigInt,
        // Compared, a text may be longer than the field, and a selection value may be unknown only by mistake.
        Kind::Char { .. } => Kind::Text,
        kind => kind,
    };
    let read = match value {
        Json::String(text) if flat && matches!(kind, Kind::Bool) => from_text(&kind, text),
        Json::String(text) if flat && text == "false" && !matches!(kind, Kind::Bool) => Ok(Value::Null),
        Json::Number(_) | Json::String(_) if matches!(kind, Kind::Decimal { .. } | Kind::Monetary { .. }) => {
            wire.read_number(value)
        }
        Json::String(text) if matches!(kind, Kind::DateTime) => match from_text(&Kind::Date, text) {
            Ok(Value::Date(day)) => Ok(Value::DateTime(day.and_time(chrono::NaiveTime::MIN))),
            _ => from_text(&kind, text),
        },
        value => wire.read_value(&kind, value),
    };
    read.map_err(|why| format!("`{}`: {why}", field.def.name))
}

/// A comparison of a relation with text: of the related records' names.
fn by_name(registry: &Registry, model: &ModelInfo, path: Vec<FieldId>, op: Op, text: &str) -> Result<Domain, String> {
    let last = *path.last().ok_or("an empty path")?;
    by_text(registry.target(model, last), &path, op, text)
}

/// A comparison with text of what a search by name looks in: of the records of `model`, or of those at the end of `path`.
pub(crate) fn by_text(model: &ModelInfo, path: &[FieldId], op: Op, text: &str) -> Result<Domain, String> {
    let (negative, op) = match op {
        Op::Ne => (true, Op::Eq),
        Op::NotIlike => (true, Op::Ilike),
        Op::Eq | Op::Like | Op::Ilike | Op::StartsWith => (false, op),
        _ => return Err(format!("{text:?} is given where the id of a record belongs")),
    };
    pattern(text)?;
    let term = |name: &Vec<FieldId>| {
        Domain::Term(Term {
            path: [path, name].concat(),
            op,
            operand: Operand::One(Value::Text(text.to_owned())),
        })
    };
    let found = match model.name_search.as_slice() {
        [name] => term(name),
        names => Domain::Or(names.iter().map(term).collect()),
    };
    Ok(if negative { Domain::Not(Box::new(found)) } else { found })
}

/// A text that is looked for in others.
fn pattern(text: &str) -> Result<&str, String> {
    match text.chars().nth(MOST_PATTERN) {
        None => Ok(text),
        Some(_) => Err(format!("a text to look for may have at most {MOST_PATTERN} characters")),
    }
}
