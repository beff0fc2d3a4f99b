//! Parses flat parameters, such as `partner_id.city__ilike=fair`. An unknown name is refused, and the error suggests the
//! nearest known one.

use serde_json::Value as Json;

use super::list::{Parser, parse_path, read};
use super::operator::Operator;
use super::{Domain, Op, Operand, Term};
use crate::error::nearest;
use crate::registry::{FieldId, ModelInfo, Registry};
use crate::value::Value;
use crate::wire::Wire;

/// How many levels the JSON of a domain has that is the value of a parameter (`order_line__any=…`).
const DOMAIN_DEPTH: usize = 8;

/// Parses a flat parameter as a condition. `values` are those of all parameters of this name: more than one for a list
/// only (`state__in=draft&state__in=sale`). `parameters` are the names of the parameters that are no conditions; an
/// error may suggest them.
pub(crate) fn parse_parameter(
    wire: &dyn Wire,
    registry: &Registry,
    model: &ModelInfo,
    (name, values): (&str, &[&str]),
    parameters: &[&'static str],
) -> Result<Domain, String> {
    let (path, operator) = parse_name(registry, model, name, parameters)?;
    let value = match (values, operator) {
        (_, Some(Operator::Compare(Op::In | Op::NotIn))) => {
            let lists: Result<Vec<_>, String> = values.iter().map(|value| parse_values(value)).collect();
            Json::Array(lists?.concat())
        }
        ([value], Some(Operator::Compare(Op::ChildOf | Op::ParentOf))) if names_several(value) => {
            Json::Array(parse_values(value)?)
        }
        ([value], Some(Operator::Any | Operator::NotAny)) => read(value, DOMAIN_DEPTH)?,
        ([value], Some(_)) => Json::String((*value).to_owned()),
        ([value], None) => return is_set(path, value),
        _ => return Err(format!("`{name}` is given twice")),
    };
    match operator {
        Some(operator) => Parser::new(wire, registry, true).condition(model, &path, operator, &value, false),
        None => Err(format!("`{name}` is given twice")),
    }
}

/// The path and the operator that the name of a parameter means; no operator: `is_set`.
fn parse_name(
    registry: &Registry,
    model: &ModelInfo,
    name: &str,
    parameters: &[&'static str],
) -> Result<(Vec<FieldId>, Option<Operator>), String> {
    // An exact name wins over a suffix.
    let why = match parse_path(registry, model, name) {
        Ok(path) => return Ok((path, Some(Operator::Compare(Op::Eq)))),
        Err(why) => why,
    };
    if let Some((field, suffix)) = name.rsplit_once("__") {
        let path = parse_path(registry, model, field)?;
        return Ok(match suffix {
            "is_set" => (path, None),
            suffix => (path, Some(Operator::of_suffix(suffix)?)),
        });
    }
    for (suffix, op) in [("_start", Op::Ge), ("_end", Op::Le)] {
        let path = name
            .strip_suffix(suffix)
            .map(|field| parse_path(registry, model, field));
        if let Some(Ok(path)) = path {
            return Ok((path, Some(Operator::Compare(op))));
        }
    }
    if name.contains('.') {
        return Err(why);
    }
    let known = model.names().chain(parameters.iter().copied());
    Err(format!(
        "{} has no field and no parameter `{name}`{}",
        model.def.name,
        nearest(name, known)
    ))
}

/// `field__is_set=true` or `=false`.
fn is_set(path: Vec<FieldId>, value: &str) -> Result<Domain, String> {
    let op = match value {
        "true" => Op::Ne,
        "false" => Op::Eq,
        _ => return Err(format!("`{value}` is given where true or false belongs")),
    };
    let operand = Operand::One(Value::Null);
    Ok(Domain::Term(Term { path, op, operand }))
}

/// Whether the value of `child_of` or `parent_of` is a list: of ids, or with quotes around names. A name by itself may
/// contain commas.
fn names_several(value: &str) -> bool {
    let ids = || value.split(',').all(|id| id.trim().parse::<i64>().is_ok());
    value.trim_start().starts_with('"') || value.contains(',') && ids()
}

/// Parses values separated by commas. One with a comma stands in quotes, and a quote in it is doubled:
/// `Bob,"Smith, Ann","5"" pipe"`.
fn parse_values(text: &str) -> Result<Vec<Json>, String> {
    let mut values = Vec::new();
    let mut rest = Some(text.trim_start());
    while let Some(text) = rest {
        let Some(mut quoted) = text.strip_prefix('"') else {
            let (value, more) = text
                .split_once(',')
                .map_or((text, None), |(value, more)| (value, Some(more)));
            values.push(Json::String(value.trim().to_owned()));
            rest = more.map(str::trim_start);
            continue;
        };
        let mut value = String::new();
        let behind = loop {
            let (part, behind) = quoted
                .split_once('"')
                .ok_or_else(|| format!("the quote of `{text}` is not closed"))?;
            value.push_str(part);
            let Some(more) = behind.strip_prefix('"') else {
                break behind.trim_start();
            };
            value.push('"');
            quoted = more;
        };
        values.push(Json::String(value));
        rest = match behind.strip_prefix(',') {
            Some(more) => Some(more.trim_start()),
            None if behind.is_empty() => None,
            None => {
                return Err(format!(
                    "`{behind}` follows a value in quotes: write a comma, or the quote twice"
                ));
            }
        };
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::parse_values;

    #[test]
    fn values_may_stand_in_quotes() {
        for (text, values) in [
            ("", json!([""])),
            ("a, b ,c", json!(["a", "b", "c"])),
            ("a,", json!(["a", ""])),
            (r#""Smith, Ann" , Bob"#, json!(["Smith, Ann", "Bob"])),
            (r#""5"" pipe""#, json!(["5\" pipe"])),
            (r#"5" pipe,6" pipe"#, json!(["5\" pipe", "6\" pipe"])),
            (r#""""#, json!([""])),
            (r#"" a ","#, json!([" a ", ""])),
        ] {
            assert_eq!(parse_values(text).map(Value::Array), Ok(values), "{text}");
        }
        assert_eq!(parse_values(r#"a,"b"#).unwrap_err(), "the quote of `\"b` is not closed");
        assert!(parse_values(r#""a"b"#).unwrap_err().starts_with("`b` follows"));
    }
}
