//! What a domain finds, evaluated record by record, without SQL and without the runtime's parser.

use std::collections::{BTreeMap, BTreeSet};

use caseless::default_case_fold_str;
use orm::prelude::Json;
use serde_json::json;
use unicode_normalization::UnicodeNormalization;

/// The type of a field; of a relation, with its model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Type {
    Id,
    Text,
    Size,
    Number,
    Price,
    Day,
    Moment,
    Bool,
    One(&'static str),
    Many(&'static str),
}

const PLACE: &[(&str, Type)] = &[
    ("id", Type::Id),
    ("name", Type::Text),
    ("code", Type::Text),
    ("parcel_ids", Type::Many("x.parcel")),
];
const LABEL: &[(&str, Type)] = &[("id", Type::Id), ("name", Type::Text), ("number", Type::Number)];
const PARCEL: &[(&str, Type)] = &[
    ("id", Type::Id),
    ("name", Type::Text),
    ("size", Type::Size),
    ("number", Type::Number),
    ("price", Type::Price),
    ("day", Type::Day),
    ("moment", Type::Moment),
    ("sent", Type::Bool),
    ("place_id", Type::One("x.place")),
    ("parent_id", Type::One("x.parcel")),
    ("child_ids", Type::Many("x.parcel")),
    ("label_ids", Type::Many("x.label")),
];

/// The fields of a model.
pub(crate) fn fields(model: &str) -> &'static [(&'static str, Type)] {
    match model {
        "x.place" => PLACE,
        "x.label" => LABEL,
        _ => PARCEL,
    }
}

fn field(model: &str, name: &str) -> Type {
    let found = fields(model).iter().find(|(known, _)| *known == name);
    found.unwrap_or_else(|| panic!("{model} has no {name}")).1
}

/// The records of each model by their ids, as they were created. Relations to many are lists of ids.
pub(crate) type Rows = BTreeMap<&'static str, BTreeMap<i64, Json>>;

/// The records of a model that fulfil the domain.
pub(crate) fn found(rows: &Rows, model: &'static str, domain: &[Json]) -> Vec<i64> {
    let ids = rows[model].keys().copied();
    ids.filter(|id| holds_all(rows, model, *id, domain)).collect()
}

fn holds_all(rows: &Rows, model: &'static str, id: i64, domain: &[Json]) -> bool {
    let (mut rest, mut holds) = (domain, true);
    while !rest.is_empty() {
        holds &= prefix(rows, model, id, &mut rest, false);
    }
    holds
}

fn prefix(rows: &Rows, model: &'static str, id: i64, rest: &mut &[Json], negated: bool) -> bool {
    let (first, tail) = rest.split_first().unwrap();
    *rest = tail;
    match first.as_str() {
        Some("!") => prefix(rows, model, id, rest, !negated),
        Some(joined) => {
            let one = prefix(rows, model, id, rest, negated);
            let other = prefix(rows, model, id, rest, negated);
            if (joined == "&") != negated {
                one && other
            } else {
                one || other
            }
        }
        None if first[0].is_number() => (first[0] == json!(1)) != negated,
        None => {
            let path: Vec<&str> = first[0].as_str().unwrap().split('.').collect();
            let op = match (first[1].as_str().unwrap(), &first[2]) {
                ("=", Json::Array(_)) => "in",
                ("!=" | "<>", Json::Array(_)) => "not in",
                ("<>", _) => "!=",
                ("ILIKE", _) => "ilike",
                (op, _) => op,
            };
            leaf(rows, model, id, &path, op, &first[2], negated)
        }
    }
}

/// What `!` turns a comparison into.
const OPPOSITES: [(&str, &str); 7] = [
    ("=", "!="),
    (">", "<="),
    (">=", "<"),
    ("in", "not in"),
    ("like", "not like"),
    ("ilike", "not ilike"),
    ("any", "not any"),
];

fn leaf(rows: &Rows, model: &'static str, id: i64, path: &[&str], op: &str, value: &Json, negated: bool) -> bool {
    if !negated {
        return path_holds(rows, model, id, path, op, value);
    }
    let mut at = model;
    let mut many = false;
    for hop in &path[..path.len() - 1] {
        at = match field(at, hop) {
            Type::Many(target) => {
                many = true;
                target
            }
            Type::One(target) => target,
            other => panic!("{hop} is {other:?}"),
        };
    }
    let opposite = OPPOSITES.iter().find_map(|(one, other)| match op {
        _ if op == *one => Some(*other),
        _ if op == *other => Some(*one),
        _ => None,
    });
    match opposite {
        Some(opposite) if !many => path_holds(rows, model, id, path, opposite, value),
        _ => {
            // An empty field, or an empty relation to one, is in neither.
            let itself = path == ["id"] || path == ["parent_id"] && op.ends_with("_of");
            let first = matches!(field(model, path[0]), Type::Many(_)) || itself || many;
            let set = first || !rows[model][&id][path[0]].is_null();
            set && !path_holds(rows, model, id, path, op, value)
        }
    }
}

fn path_holds(rows: &Rows, model: &'static str, id: i64, path: &[&str], op: &str, value: &Json) -> bool {
    if op == "=?" && *value == json!(false) {
        return true;
    }
    match (path, field(model, path[0])) {
        ([name], ty) => compare(rows, model, id, name, ty, op, value),
        ([name, rest @ ..], Type::One(target) | Type::Many(target)) => related(rows, model, id, name)
            .iter()
            .any(|id| path_holds(rows, target, *id, rest, op, value)),
        (path, ty) => panic!("{path:?} {ty:?}"),
    }
}

fn related(rows: &Rows, model: &str, id: i64, name: &str) -> Vec<i64> {
    match &rows[model][&id][name] {
        Json::Array(ids) => ids.iter().map(|id| id.as_i64().unwrap()).collect(),
        one => one.as_i64().into_iter().collect(),
    }
}

fn compare(rows: &Rows, model: &'static str, id: i64, name: &str, ty: Type, op: &str, value: &Json) -> bool {
    if op == "=?" {
        return compare(rows, model, id, name, ty, "=", value);
    }
    match ty {
        Type::One(target) | Type::Many(target) => {
            let ids = related(rows, model, id, name);
            if op.ends_with("_of") {
                let tree = tree(rows, target, op, value);
                // The field that makes the hierarchy stands for the record itself.
                return if name == "parent_id" {
                    tree.contains(&id)
                } else {
                    ids.iter().any(|id| tree.contains(id))
                };
            }
            if let "any" | "not any" = op {
                let domain = value.as_array().unwrap();
                return ids.iter().any(|id| holds_all(rows, target, *id, domain)) == (op == "any");
            }
            let (op, negative) = positive(op);
            let one = |value: &Json| match value {
                Json::Bool(false) => matches!(ty, Type::One(_)) && ids.is_empty(),
                Json::Number(number) => ids.contains(&number.as_i64().unwrap()),
                text => ids.iter().any(|id| named(rows, target, *id, op, text)),
            };
            let holds = match value {
                Json::Array(values) => values.iter().any(one),
                Json::Bool(false) => ids.is_empty(),
                value => one(value),
            };
            holds != negative
        }
        Type::Id if op.ends_with("_of") => tree(rows, model, op, value).contains(&id),
        ty => scalar(&rows[model][&id][name], ty, op, value, model == "x.label"),
    }
}

fn positive(op: &str) -> (&str, bool) {
    match op {
        "!=" => ("=", true),
        "not in" => ("in", true),
        "not like" => ("like", true),
        "not ilike" => ("ilike", true),
        op => (op, false),
    }
}

/// Whether a search by name finds the record.
fn named(rows: &Rows, model: &'static str, id: i64, op: &str, text: &Json) -> bool {
    let row = &rows[model][&id];
    let names = match model {
        "x.place" => vec![&row["name"], &row["code"]],
        _ => vec![&row["name"]],
    };
    let op = if op == "in" { "=" } else { op };
    let empty = json!("");
    names.into_iter().any(|name| {
        // The display name of a record without a name is an empty text.
        let name = if name.is_null() && model == "x.parcel" {
            &empty
        } else {
            name
        };
        scalar(name, Type::Text, op, text, model == "x.label")
    })
}

/// The ids at or below the given records, or at or above them.
fn tree(rows: &Rows, model: &'static str, op: &str, value: &Json) -> BTreeSet<i64> {
    let given = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    let starts = |id: &i64| {
        given.iter().any(|given| match given {
            Json::String(_) => named(rows, model, *id, "ilike", given),
            given => given.as_i64() == Some(*id),
        })
    };
    let parents = |id: i64| std::iter::successors(Some(id), |id| rows[model][id]["parent_id"].as_i64());
    let all = rows[model].keys().copied();
    match op {
        "child_of" => all.filter(|id| parents(*id).any(|id| starts(&id))).collect(),
        _ => all.filter(starts).flat_map(parents).collect(),
    }
}

/// Compares a stored value with a given one; `plain`: whatever the accents.
fn scalar(stored: &Json, ty: Type, op: &str, given: &Json, plain: bool) -> bool {
    let (op, negative) = positive(op);
    let text = stored.as_str();
    let order = |given: &Json| {
        key(stored, ty, op)
            .zip(key(given, ty, op))
            .map(|(stored, given)| stored.cmp(&given))
    };
    let equal = |given: &Json| match given {
        Json::Bool(_) if ty == Type::Bool => stored.as_bool().unwrap_or(false) == given.as_bool().unwrap(),
        Json::Bool(false) => stored.is_null(),
        given => order(given).is_some_and(|order| order.is_eq()),
    };
    let is_false = *given == json!(false);
    match op {
        // Nothing is told apart from an empty value by these.
        "=" if negative && given.as_str() == Some("") => text.is_some_and(|text| !text.is_empty()),
        "like" | "ilike" if negative && (is_false || given.as_str() == Some("")) => stored.is_null(),
        "=" => equal(given) != negative,
        "in" => given.as_array().unwrap().iter().any(equal) != negative,
        "like" | "ilike" => {
            let part = given.as_str().unwrap_or("");
            let holds =
                part.is_empty() || text.is_some_and(|text| matches(&format!("%{part}%"), text, op == "ilike", plain));
            holds != negative
        }
        _ if is_false => false,
        "=like" | "=ilike" => text.is_some_and(|text| matches(given.as_str().unwrap(), text, op == "=ilike", plain)),
        ">" => order(given).is_some_and(|order| order.is_gt()),
        ">=" => order(given).is_some_and(|order| order.is_ge()),
        "<" => order(given).is_some_and(|order| order.is_lt()),
        "<=" => order(given).is_some_and(|order| order.is_le()),
        other => panic!("{other}"),
    }
}

/// A value in a form that compares like it; `None` where it is empty.
fn key(value: &Json, ty: Type, op: &str) -> Option<String> {
    match (ty, value) {
        (_, Json::Null | Json::Bool(false)) => None,
        (Type::Day, Json::String(text)) => Some(text[..10].to_owned()),
        (Type::Moment, Json::String(text)) if text.len() == 10 => {
            // A date for a date-time is the day's start, but its end in `>` and `<=`.
            Some(format!(
                "{text} {}",
                if matches!(op, ">" | "<=") {
                    "23:59:59"
                } else {
                    "00:00:00"
                }
            ))
        }
        (_, Json::String(text)) => Some(text.replace('T', " "))
            .filter(|_| ty == Type::Moment)
            .or(Some(text.clone())),
        // Thousandths, from zero on.
        (_, Json::Number(number)) => Some(format!(
            "{:012}",
            (number.as_f64().unwrap() * 1000.0).round() as i64 + 1_000_000
        )),
        (ty, value) => panic!("{ty:?} {value}"),
    }
}

fn matches(pattern: &str, text: &str, ignore_case: bool, plain: bool) -> bool {
    let folded = |text: &str| {
        let text = if ignore_case {
            default_case_fold_str(text)
        } else {
            text.to_owned()
        };
        let accent = |one: &char| plain && ('\u{300}'..='\u{36f}').contains(one);
        let dotless = |one| if plain && one == 'ı' { 'i' } else { one };
        text.nfd()
            .filter(|one| !accent(one))
            .map(dotless)
            .nfc()
            .collect::<Vec<char>>()
    };
    wildcard(&folded(pattern), &folded(text))
}

fn wildcard(pattern: &[char], text: &[char]) -> bool {
    match (pattern, text) {
        (['%', rest @ ..], text) => (0..=text.len()).any(|at| wildcard(rest, &text[at..])),
        (['_', rest @ ..], [_, text @ ..]) => wildcard(rest, text),
        (['\\', one, rest @ ..], [first, text @ ..]) => one == first && wildcard(rest, text),
        (['\\' | '_', ..], []) => false,
        ([one, rest @ ..], [first, text @ ..]) => one == first && wildcard(rest, text),
        (pattern, text) => pattern.is_empty() && text.is_empty(),
    }
}
