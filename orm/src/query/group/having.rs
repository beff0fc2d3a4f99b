//! Parses conditions on groups: a list in prefix notation, as a domain is, over the names of aggregates and the number of
//! records (`[["amount_total", ">", 1000], ["__count", ">=", 2]]`).

use serde_json::Value as Json;

use super::spoken::Spoken;
use crate::def::{Kind, Type};
use crate::domain::Op;
use crate::error::nearest;
use crate::field::{end_of_day, from_text};
use crate::sql::{Aggregate, Column, Function, Having};
use crate::value::Value;
use crate::wire::{Wire, describe};

/// The operators of conditions on groups.
const OPERATORS: [(&str, Op); 9] = [
    ("=", Op::Eq),
    ("!=", Op::Ne),
    ("<>", Op::Ne),
    (">", Op::Gt),
    (">=", Op::Ge),
    ("<", Op::Lt),
    ("<=", Op::Le),
    ("in", Op::In),
    ("not in", Op::NotIn),
];

/// The most conditions on groups, and values of a list in one, together.
const MOST: usize = 200;
/// The most levels of `&`, `|` and `!`.
const MOST_LEVELS: usize = 20;

/// Parses a condition on groups.
pub(super) fn parse(
    wire: &dyn Wire,
    spoken: &Spoken,
    aggregates: &[Aggregate],
    given: &Json,
) -> Result<Having, String> {
    let Json::Array(terms) = given else {
        return Err(format!(
            "{} is given where a list of conditions belongs",
            describe(given)
        ));
    };
    let parser = Parser {
        wire,
        spoken,
        aggregates,
    };
    let (mut rest, mut parts) = (terms.as_slice(), Vec::new());
    if terms.len() > MOST {
        return Err(format!("at most {MOST} conditions are allowed"));
    }
    while !rest.is_empty() {
        parts.push(parser.next(&mut rest, MOST_LEVELS)?);
    }
    Ok(Having::And(parts))
}

struct Parser<'p> {
    wire: &'p dyn Wire,
    spoken: &'p Spoken,
    aggregates: &'p [Aggregate],
}

impl Parser<'_> {
    fn next(&self, rest: &mut &[Json], levels: usize) -> Result<Having, String> {
        let below = levels.checked_sub(1).ok_or("the conditions are nested too deeply")?;
        let (first, tail) = rest
            .split_first()
            .ok_or("an operator `&`, `|` or `!` lacks its condition")?;
        *rest = tail;
        match first.as_str() {
            Some("&") => Ok(Having::And(vec![self.next(rest, below)?, self.next(rest, below)?])),
            Some("|") => Ok(Having::Or(vec![self.next(rest, below)?, self.next(rest, below)?])),
            Some("!") => Ok(Having::Not(Box::new(self.next(rest, below)?))),
            _ => match first.as_array().map(Vec::as_slice) {
                Some([Json::String(name), Json::String(operator), value]) => self.compare(name, operator, value),
                _ => Err("a condition is [\"name\", \"operator\", value]".to_owned()),
            },
        }
    }

    fn compare(&self, name: &str, operator: &str, value: &Json) -> Result<Having, String> {
        let column = match self.spoken.column(name)? {
            Column::Key(_) => {
                return Err(format!("`{name}` is grouped by: a condition on it belongs in `domain`"));
            }
            column => column,
        };
        let negated = |negated: bool, having| match negated {
            true => Having::Not(Box::new(having)),
            false => having,
        };
        let op = OPERATORS.iter().find(|(known, _)| *known == operator);
        let (_, op) = op.ok_or_else(|| {
            let near = nearest(operator, OPERATORS.iter().map(|(known, _)| *known));
            format!("`{operator}` does not compare groups{near}")
        })?;
        match (*op, value) {
            (op @ (Op::In | Op::NotIn), Json::Array(values)) => {
                if values.len() > MOST {
                    return Err(format!("at most {MOST} values are allowed in a list"));
                }
                let equal = values.iter().map(|value| self.one(name, column, Op::Eq, value));
                Ok(negated(op == Op::NotIn, Having::Or(equal.collect::<Result<_, _>>()?)))
            }
            (Op::In | Op::NotIn, other) => Err(format!("{} is given where a list belongs", describe(other))),
            (op @ (Op::Eq | Op::Ne), value) => Ok(negated(op == Op::Ne, self.one(name, column, Op::Eq, value)?)),
            (op, value) => self.one(name, column, op, value),
        }
    }

    fn one(&self, name: &str, column: Column, op: Op, given: &Json) -> Result<Having, String> {
        let value = self
            .value(column, op, given)
            .map_err(|why| format!("`{name}`: {why}"))?;
        match (op, &value) {
            (Op::Eq, _) => {}
            (_, Value::Null) => {
                return Err(format!(
                    "`{name}` is compared with nothing: only `=` and `!=` say whether it is empty"
                ));
            }
            (_, Value::Bool(_)) => return Err(format!("`{name}` has no order to compare by")),
            _ => {}
        }
        Ok(Having::Compare(column, op, value))
    }

    fn value(&self, column: Column, op: Op, given: &Json) -> Result<Value, String> {
        let aggregate = match column {
            Column::Aggregate(number) => &self.aggregates[number],
            _ => return self.wire.read_value(&Kind::BigInt, given),
        };
        let kind = match (aggregate.function, aggregate.kind) {
            (Function::ArrayAgg, _) => return Err("a list cannot be compared".to_owned()),
            (Function::Count | Function::CountDistinct, _) => Kind::BigInt,
            (Function::Sum | Function::Avg, _) | (_, Kind::Decimal { .. } | Kind::Monetary { .. })
                if !self.wire.is_empty(&Type::Value(Kind::Float), given) =>
            {
                return self.wire.read_number(given);
            }
            // Only compared: it may be out of the field's range, or longer.
            (_, Kind::Id | Kind::Int | Kind::Many2one { .. }) => Kind::BigInt,
            (_, Kind::Char { .. } | Kind::DisplayName) => Kind::Text,
            (_, kind) => kind,
        };
        if let (Kind::DateTime, Some(Ok(Value::Date(day)))) =
            (kind, given.as_str().map(|text| from_text(&Kind::Date, text)))
        {
            return Ok(Value::DateTime(match op {
                Op::Le | Op::Gt => end_of_day(day),
                _ => day.and_time(chrono::NaiveTime::MIN),
            }));
        }
        self.wire.read_value(&kind, given)
    }
}
