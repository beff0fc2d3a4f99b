//! Makes a comparison of a field with a value as the caller gave it: reads the value as one of the field's kind, and looks
//! for text in the names of related records.

use serde_json::Value as Json;

use super::{Domain, Op, Operand, Term};
use crate::def::Kind;
use crate::error::nearest;
use crate::field::{end_of_day, from_text, storable};
use crate::registry::{FieldId, FieldInfo, ModelInfo, Registry};
use crate::value::Value;
use crate::wire::{Wire, describe};

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

/// The most values of a list.
const MOST_VALUES: usize = 10_000;
/// The most characters of a search pattern: in the worst case each of them is compared with each character of a value.
const MOST_PATTERN: usize = 1_000;

/// Looks up an operator of domains by its name.
pub(crate) fn operator(name: &str) -> Result<Op, String> {
    let known = OPERATORS.iter().find(|(known, _)| *known == name);
    known.map(|(_, op)| *op).ok_or_else(|| {
        let names = OPERATORS.iter().map(|(name, _)| *name);
        format!("`{name}` is no operator{}", nearest(name, names))
    })
}

/// Makes a comparison with a value as the caller gave it. `flat`: it is from a query parameter, so every value is text.
pub(super) fn term(
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
    let of_lists = match op {
        Op::In | Op::NotIn | Op::ChildOf | Op::ParentOf => Some(op),
        // `=` with a list means `in`, `!=` means `not in`.
        Op::Eq => Some(Op::In),
        Op::Ne => Some(Op::NotIn),
        _ => None,
    };
    match (of_lists, value) {
        (Some(op), Json::Array(values)) => {
            let values: Result<Vec<Value>, String> =
                values.iter().map(|value| operand(wire, info, value, flat)).collect();
            return done(op, Operand::Many(values?));
        }
        (Some(Op::In | Op::NotIn), other) if matches!(op, Op::In | Op::NotIn) => {
            return Err(format!("{} is given where a list belongs", describe(other)));
        }
        _ => {}
    }
    let is_empty = |text: &str| flat && text == wire.empty_parameter();
    let textual = matches!(op, Op::Like | Op::Ilike | Op::NotIlike | Op::StartsWith);
    if let (true, Json::String(text)) = (within, value)
        && text.parse::<i64>().is_err()
        && !is_empty(text)
    {
        return done(op, Operand::One(Value::Text(pattern(text)?.to_owned())));
    }
    if info.target.is_some() {
        // A text that is not an id is searched in the names of the related records.
        if let Json::String(text) = value
            && (textual || text.parse::<i64>().is_err())
            && !is_empty(text)
            && !within
        {
            // A relation that is not stored cannot be joined: its `search` function gets the text.
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
    // A date without a time: for `<=` and `>` the end of the day, for all other operators its start.
    if let (Kind::DateTime, Json::String(text), Op::Le | Op::Gt) = (info.def.kind, value, op)
        && let Ok(Value::Date(date)) = from_text(&Kind::Date, text)
    {
        return done(op, Operand::One(Value::DateTime(end_of_day(date))));
    }
    match (operand(wire, info, value, flat)?, op) {
        (Value::Null, Op::Eq | Op::Ne) => done(op, Operand::One(Value::Null)),
        // The domain of a relation is offered with names of fields, which a client replaces by what may be empty.
        (Value::Null, _) if !flat => Ok(Domain::NONE),
        (Value::Null, _) => Err(format!(
            "`{name}` is compared with nothing: only `=` and `!=` say whether it is empty"
        )),
        (value, op) => done(op, Operand::One(value)),
    }
}

/// Refuses `child_of` and `parent_of` on a field that is no id or relation, and where the model has no hierarchy.
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

/// Reads one value to compare with.
fn operand(wire: &dyn Wire, field: &FieldInfo, value: &Json, flat: bool) -> Result<Value, String> {
    let kind = match field.def.kind {
        // A number out of the field's range is allowed: it is only compared.
        Kind::Id | Kind::Int | Kind::One2many { .. } | Kind::Many2many { .. } => Kind::BigInt,
        Kind::Many2one { .. } if value.is_number() || value.is_string() => Kind::BigInt,
        // So is a text longer than the field. (A selection keeps its kind: an unknown value can only be a mistake.)
        Kind::Char { .. } => Kind::Text,
        kind => kind,
    };
    let read = match value {
        Json::String(text) if flat && matches!(kind, Kind::Bool) => from_text(&kind, text),
        Json::String(text) if flat && text == wire.empty_parameter() => Ok(Value::Null),
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

/// Compares the names of the records that a relation leads to with a text.
fn by_name(registry: &Registry, model: &ModelInfo, path: Vec<FieldId>, op: Op, text: &str) -> Result<Domain, String> {
    let last = *path.last().ok_or("an empty path")?;
    by_text(registry.target(model, last), &path, op, text)
}

/// Compares the fields in which a search by name looks (`name_search`) with a text. `model` is the model at the end of
/// `path`; an empty path means the searched records themselves.
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

/// Checks the length of a search pattern.
fn pattern(text: &str) -> Result<&str, String> {
    match text.chars().nth(MOST_PATTERN) {
        None => Ok(text),
        Some(_) => Err(format!("a text to look for may have at most {MOST_PATTERN} characters")),
    }
}
