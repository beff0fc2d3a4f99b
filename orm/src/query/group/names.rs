//! What groups can be asked for by name: keys such as `date_order:month`, and aggregates such as `amount_total:sum` or
//! `highest:max(amount_total)`.

use crate::db::Period;
use crate::def::Kind;
use crate::domain::parse_path;
use crate::error::nearest;
use crate::registry::{FieldId, FieldInfo, ModelInfo, Registry};
use crate::sql::{Aggregate, Function, Key};

/// The functions of aggregates.
const FUNCTIONS: [(&str, Function); 9] = [
    ("sum", Function::Sum),
    ("avg", Function::Avg),
    ("min", Function::Min),
    ("max", Function::Max),
    ("count", Function::Count),
    ("count_distinct", Function::CountDistinct),
    ("array_agg", Function::ArrayAgg),
    ("bool_and", Function::BoolAnd),
    ("bool_or", Function::BoolOr),
];

/// A number of this name says where a record stands among others. It is not added up unless that is asked for.
const POSITION: &str = "sequence";

/// Parses a key: a path over many2ones, and for dates a period behind `:`, without which it is the month. Answers also
/// the path alone, as text.
pub(super) fn key(registry: &Registry, model: &ModelInfo, text: &str) -> Result<(Key, String), String> {
    let (name, period) = match text.split_once(':') {
        Some((name, period)) => (name.trim(), Some(period.trim())),
        None => (text.trim(), None),
    };
    let path = to_one_path(registry, model, name, "grouped by")?;
    let (at, end) = registry.end_of(model, &path);
    let info = &at.fields[end];
    let groups = match info.def.kind {
        Kind::Many2many { .. } => !info.def.secret,
        _ => info.has_value(),
    };
    if !groups {
        return Err(format!("`{name}` cannot be grouped by: it has no single value"));
    }
    let period = match (info.def.kind, period) {
        (Kind::Date | Kind::DateTime, None) => Some(Period::Month),
        (Kind::Date | Kind::DateTime, Some(period)) => {
            let found = Period::ALL.iter().find(|(known, _)| *known == period);
            let (_, found) = found.ok_or_else(|| {
                let names = Period::ALL.iter().map(|(name, _)| *name);
                format!("`{period}` is no period of the calendar{}", nearest(period, names))
            })?;
            if (info.def.kind.name(), *found) == ("date", Period::Hour) {
                return Err(format!("`{name}` is a date, which has no hours"));
            }
            Some(*found)
        }
        (_, None) => None,
        (_, Some(period)) => return Err(format!("`{name}` is no date: leave `:{period}` out")),
    };
    let key = Key {
        path,
        kind: info.def.kind,
        target: info.target,
        period,
    };
    Ok((key, name.to_owned()))
}

/// Parses an aggregate: `field:function`, `name:function(field)`, or a field alone, which is added up. Answers also its
/// name in the answer. `None` for a field alone that is no number.
pub(super) fn aggregate(
    registry: &Registry,
    model: &ModelInfo,
    text: &str,
) -> Result<Option<(Aggregate, String)>, String> {
    let Some((left, right)) = text.split_once(':') else {
        let path = parse_path(registry, model, text)?;
        let (at, end) = registry.end_of(model, &path);
        let one = to_one_path(registry, model, text, "aggregated").is_ok();
        return match one && adds_up(&at.fields[end]) {
            true => made(registry, model, Function::Sum, path, text).map(Some),
            false => Ok(None),
        };
    };
    let (name, function, field) = match right.strip_suffix(')').and_then(|right| right.split_once('(')) {
        Some((function, field)) => (left.trim(), function.trim(), field.trim()),
        None => (left.trim(), right.trim(), left.trim()),
    };
    let known = FUNCTIONS.iter().find(|(known, _)| *known == function);
    let (_, known) = known.ok_or_else(|| {
        let near = nearest(function, FUNCTIONS.iter().map(|(name, _)| *name));
        format!("`{function}` is no function of groups{near}: write `field:function` or `name:function(field)`")
    })?;
    let path = to_one_path(registry, model, field, "aggregated")?;
    let (at, end) = registry.end_of(model, &path);
    suits(&at.fields[end], *known, function).map_err(|why| format!("`{field}` {why}"))?;
    if name != field && !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') || name.starts_with("__")
    {
        return Err(format!(
            "`{name}` is no name for a value: write letters, digits and `_`, and no `__` at the start"
        ));
    }
    made(registry, model, *known, path, name).map(Some)
}

/// The fields that are added up where no aggregates are asked for: the numbers that the model itself stores.
pub(super) fn numbers(model: &ModelInfo) -> impl Iterator<Item = FieldId> + '_ {
    let fields = model.fields.iter().enumerate();
    let own = fields.filter(|(_, field)| field.via.is_none());
    own.filter(|(_, field)| adds_up(field)).map(|(number, _)| number)
}

/// The sum of a field of the model.
pub(super) fn sum(registry: &Registry, model: &ModelInfo, field: FieldId) -> Result<(Aggregate, String), String> {
    made(
        registry,
        model,
        Function::Sum,
        vec![field],
        model.fields[field].def.name,
    )
}

fn adds_up(field: &FieldInfo) -> bool {
    field.is_comparable() && is_number(&field.def.kind) && field.def.name != POSITION
}

fn is_number(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Int | Kind::BigInt | Kind::Float | Kind::Decimal { .. } | Kind::Monetary { .. }
    )
}

/// Refuses a function that the values of a field do not have.
fn suits(field: &FieldInfo, function: Function, name: &str) -> Result<(), String> {
    if !field.is_comparable() {
        return Err("cannot be aggregated: it has no single value".to_owned());
    }
    let is_bool = matches!(field.def.kind, Kind::Bool);
    match function {
        Function::Sum | Function::Avg if !is_number(&field.def.kind) => {
            Err(format!("is no number: it has no `{name}`"))
        }
        Function::BoolAnd | Function::BoolOr if !is_bool => Err(format!("is not true or false: it has no `{name}`")),
        Function::Min | Function::Max if is_bool => Err("is true or false: write `bool_and` or `bool_or`".to_owned()),
        _ => Ok(()),
    }
}

fn made(
    registry: &Registry,
    model: &ModelInfo,
    function: Function,
    path: Vec<FieldId>,
    name: &str,
) -> Result<(Aggregate, String), String> {
    let (at, end) = registry.end_of(model, &path);
    let in_a_currency = matches!(function, Function::Sum | Function::Avg | Function::Min | Function::Max);
    let currency = registry.currency_of(model, &path).filter(|_| in_a_currency);
    if let Some(path) = &currency
        && registry.behind_unstored(model, path).is_some()
    {
        return Err(format!(
            "`{name}` cannot be aggregated: its currency is computed when it is read"
        ));
    }
    let aggregate = Aggregate {
        function,
        kind: at.fields[end].def.kind,
        path,
        currency,
    };
    Ok((aggregate, name.to_owned()))
}

/// Parses a path of which every field but the last is a many2one, and that the database can follow.
fn to_one_path(registry: &Registry, model: &ModelInfo, name: &str, used: &str) -> Result<Vec<FieldId>, String> {
    let path = parse_path(registry, model, name)?;
    if let Some(field) = registry.behind_unstored(model, &path) {
        return Err(format!(
            "`{name}` cannot be {used}: `{}` is computed when it is read",
            field.def.name
        ));
    }
    let mut at = model;
    for hop in path.split_last().map_or(&[][..], |(_, hops)| hops) {
        let info = &at.fields[*hop];
        if !info.is_many2one() {
            return Err(format!(
                "`{name}` cannot be {used}: `{}` leads to many records",
                info.def.name
            ));
        }
        at = registry.target(at, *hop);
    }
    Ok(path)
}
