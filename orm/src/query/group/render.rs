//! Writes groups: the number of records, the aggregates, the keys, and the condition that opens the group.

use serde_json::{Map, Value as Json, json};

use super::calendar::{label, next, to_utc};
use super::read::{Aggregated, Group, time};
use super::request::Request;
use super::{Names, is_nothing};
use crate::db::Period;
use crate::def::Kind;
use crate::env::Env;
use crate::error::Result;
use crate::sql::Key;
use crate::value::Value;
use crate::wire::Wire;

/// The groups as a list.
pub(super) fn list(env: &mut Env<'_>, request: &Request, groups: &[Group], names: &Names) -> Result<Vec<u8>> {
    let (wire, layout) = (env.wire, env.wire.layout());
    let asked = asked(&request.given);
    let mut out = layout.list[0].as_bytes().to_vec();
    for (number, group) in groups.iter().enumerate() {
        let mut record = if number > 0 { layout.separator } else { "" }.as_bytes().to_vec();
        write(wire, &mut record, request, group, names, &asked)?;
        env.budget.push(&mut out, &record)?;
    }
    out.extend_from_slice(layout.list[1].as_bytes());
    Ok(out)
}

/// Writes the members of one group.
struct Members<'o> {
    wire: &'static dyn Wire,
    out: &'o mut Vec<u8>,
    first: bool,
}

impl Members<'_> {
    fn add(&mut self, name: &str, value: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<()> {
        if !std::mem::replace(&mut self.first, false) {
            self.out.extend_from_slice(self.wire.layout().separator.as_bytes());
        }
        self.out.extend_from_slice(self.wire.key(name).as_bytes());
        value(self.out)
    }

    fn add_json(&mut self, name: &str, value: &Json) -> Result<()> {
        self.add(name, |out| {
            out.extend_from_slice(value.to_string().as_bytes());
            Ok(())
        })
    }
}

fn write(
    wire: &'static dyn Wire,
    out: &mut Vec<u8>,
    request: &Request,
    group: &Group,
    names: &Names,
    asked: &[Json],
) -> Result<()> {
    out.extend_from_slice(wire.layout().record[0].as_bytes());
    let mut members = Members { wire, out, first: true };
    let count = Value::Int(group.count);
    members.add(&request.spoken.count, |out| {
        wire.write_value(out, &Kind::BigInt, &count)
    })?;
    for (name, value) in request.spoken.aggregates.iter().zip(&group.aggregates) {
        members.add(name, |out| write_aggregated(wire, out, value, request, name))?;
    }
    let (mut ranges, mut parts) = (Map::new(), Vec::new());
    for (number, (key, value)) in request.keys.iter().zip(&group.keys).enumerate() {
        let (spec, field) = &request.spoken.keys[number];
        if let Some(period) = key.period {
            let range = range(wire, request, key, period, value)?;
            members.add(spec, |out| match time(value) {
                Some(start) => wire.write_value(out, &Kind::Text, &Value::Text(label(period, start))),
                None => write_empty(wire, out),
            })?;
            parts.push(match &range {
                Some([from, to]) => between(field, from, to),
                None => equal(wire, field, key, value)?,
            });
            let range = range.map_or(Json::Bool(false), |[from, to]| json!({"from": from, "to": to}));
            ranges.insert(spec.clone(), range);
            continue;
        }
        members.add(spec, |out| match (key.target, value) {
            (_, Value::Null) => write_empty(wire, out),
            (Some(_), Value::Int(id)) => {
                let name = names[number].get(id).map_or("", String::as_str);
                wire.write_pair(out, *id, name)
            }
            (_, value) => wire.write_value(out, &key.kind, value),
        })?;
        parts.push(equal(wire, field, key, value)?);
    }
    if !ranges.is_empty() {
        members.add_json("__range", &Json::Object(ranges))?;
    }
    parts.extend((!asked.is_empty()).then(|| asked.to_vec()));
    members.add_json("__domain", &all_of(parts))?;
    if !request.later.is_empty() {
        members.add_json("__context", &json!({"group_by": request.later}))?;
    }
    let mixed = request.spoken.aggregates.iter().zip(&group.aggregates);
    let mixed: Vec<&String> = (mixed.filter(|(_, value)| matches!(value, Aggregated::Mixed)))
        .map(|(name, _)| name)
        .collect();
    if !mixed.is_empty() {
        members.add_json("__several_currencies", &json!(mixed))?;
    }
    out.extend_from_slice(wire.layout().record[1].as_bytes());
    Ok(())
}

fn write_empty(wire: &dyn Wire, out: &mut Vec<u8>) -> Result<()> {
    wire.write_value(out, &Kind::Text, &Value::Null)
}

fn write_aggregated(
    wire: &dyn Wire,
    out: &mut Vec<u8>,
    value: &Aggregated,
    request: &Request,
    name: &str,
) -> Result<()> {
    let values = match value {
        Aggregated::None | Aggregated::Mixed => return write_empty(wire, out),
        Aggregated::One(kind, value) => return wire.write_value(out, kind, value),
        Aggregated::Many(values) => values,
    };
    let number = request.spoken.aggregates.iter().position(|known| known == name);
    let kind = number.map_or(Kind::Text, |number| request.aggregates[number].kind);
    let layout = wire.layout();
    out.extend_from_slice(layout.list[0].as_bytes());
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(layout.separator.as_bytes());
        }
        match value {
            Value::Null => write_empty(wire, out)?,
            value => wire.write_value(out, &kind, value)?,
        }
    }
    out.extend_from_slice(layout.list[1].as_bytes());
    Ok(())
}

/// The beginning of a period and that of the next one, in UTC; `false` beyond what can be stored. `None` for no date.
fn range(wire: &dyn Wire, request: &Request, key: &Key, period: Period, value: &Value) -> Result<Option<[Json; 2]>> {
    let Some(start) = time(value) else { return Ok(None) };
    let is_date = matches!(key.kind, Kind::Date);
    let zone = request.zone.filter(|_| !is_date);
    let bound = |local: Option<chrono::NaiveDateTime>| {
        let value = match local.and_then(|local| to_utc(zone, local)) {
            Some(time) if is_date => Value::Date(time.date()),
            Some(time) => Value::DateTime(time),
            None => Value::Null,
        };
        wire.value(&key.kind, &value)
    };
    Ok(Some([bound(Some(start))?, bound(next(period, start))?]))
}

/// A condition in prefix notation: one term, with what joins its parts in front.
type Condition = Vec<Json>;

fn between(field: &str, from: &Json, to: &Json) -> Condition {
    let bounds = [(">=", from), ("<", to)]
        .into_iter()
        .filter(|(_, bound)| bound.is_string());
    let terms: Vec<Json> = bounds
        .map(|(operator, bound)| json!([field, operator, bound]))
        .collect();
    joined("&", terms.into_iter().map(|term| vec![term]).collect())
}

/// The condition that a key has this value. A record that lacks what leads to the field has none.
fn equal(wire: &dyn Wire, field: &str, key: &Key, value: &Value) -> Result<Condition> {
    let kind = match key.target {
        Some(_) => Kind::Id,
        None => key.kind,
    };
    let value_json = match value {
        Value::Null => wire.value(&Kind::Text, &Value::Null)?,
        value => wire.value(&kind, value)?,
    };
    let mut parts = Vec::new();
    if is_nothing(value) {
        let nothing = wire.value(&Kind::Text, &Value::Null)?;
        let hops = field.match_indices('.').map(|(end, _)| &field[..end]);
        parts.extend(hops.map(|hop| vec![json!([hop, "=", nothing])]));
    }
    parts.push(vec![json!([field, "=", value_json])]);
    Ok(joined("|", parts))
}

/// The condition that was asked for, as one term.
fn asked(given: &[Json]) -> Condition {
    let (mut terms, mut open) = (0_usize, 0_usize);
    for part in given {
        // A condition, or an operator before what it joins, begins a term unless one is open.
        terms += usize::from(open == 0);
        open = open.max(1);
        match part.as_str() {
            Some("!") => {}
            Some(_) => open += 1,
            None => open -= 1,
        }
    }
    std::iter::repeat_n(Json::from("&"), terms.saturating_sub(1))
        .chain(given.iter().cloned())
        .collect()
}

fn all_of(parts: Vec<Condition>) -> Json {
    Json::Array(joined("&", parts))
}

fn joined(operator: &str, parts: Vec<Condition>) -> Condition {
    let operators = std::iter::repeat_n(Json::from(operator), parts.len().saturating_sub(1));
    operators.chain(parts.into_iter().flatten()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_side_by_side_become_one() {
        let one = |given: Json| Json::Array(asked(given.as_array().unwrap()));
        let [a, b, c] = [json!(["a", "=", 1]), json!(["b", "=", 2]), json!(["c", "=", 3])];
        assert_eq!(one(json!([])), json!([]));
        assert_eq!(one(json!([a])), json!([a]));
        assert_eq!(one(json!([a, "|", b, c])), json!(["&", a, "|", b, c]));
        assert_eq!(
            one(json!(["!", a, "!", "&", b, c, a])),
            json!(["&", "&", "!", a, "!", "&", b, c, a])
        );
    }
}
