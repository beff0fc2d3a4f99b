//! Reads the rows of groups into values.

use chrono::{NaiveDateTime, NaiveTime};
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value as Json;

use super::request::Request;
use crate::db::{Dialect, Row};
use crate::def::{Digits, Kind};
use crate::env::Env;
use crate::error::{Code, Error, Result};
use crate::field::{from_scaled, from_text};
use crate::sql::{Aggregate, Function, Parts, Statement};
use crate::value::Value;

/// One group.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) keys: Vec<Value>,
    /// The number of its records.
    pub(super) count: i64,
    pub(super) aggregates: Vec<Aggregated>,
}

/// The value of an aggregate.
#[derive(Debug)]
pub(super) enum Aggregated {
    /// There are no values.
    None,
    /// The amounts are in several currencies, and do not add up.
    Mixed,
    One(Kind, Value),
    Many(Vec<Value>),
}

/// The beginning of the period that a key is.
pub(super) fn time(key: &Value) -> Option<NaiveDateTime> {
    match key {
        Value::Date(day) => Some(day.and_time(NaiveTime::MIN)),
        Value::DateTime(time) => Some(*time),
        _ => None,
    }
}

/// How many more decimal places an average has than its values.
const FINER: u8 = 6;

/// Runs the statement of a request, and reads its groups.
pub(super) fn rows(env: &mut Env<'_>, request: &Request, statement: &Statement) -> Result<Vec<Group>> {
    let dialect = env.session.dialect();
    let mut budget = env.budget;
    let mut groups = Vec::new();
    env.stream(&statement.text, &statement.binds, |row| {
        let mut columns = 0..;
        let mut next = || columns.next().unwrap_or_default();
        let mut keys = Vec::new();
        for key in &request.keys {
            let kind = if key.target.is_some() { Kind::Id } else { key.kind };
            let value = row.value(next(), &kind)?;
            budget.take(length(&value))?;
            keys.push(value);
        }
        let count = row.int(next())?.unwrap_or_default();
        let mut aggregates = Vec::new();
        for aggregate in &request.aggregates {
            let value = aggregated(dialect, row, aggregate, &mut next)?;
            budget.take(match &value {
                Aggregated::Many(values) => values.iter().map(length).sum(),
                Aggregated::One(_, value) => length(value),
                Aggregated::None | Aggregated::Mixed => 0,
            })?;
            aggregates.push(value);
        }
        budget.take_records(0, 1 + keys.len() + aggregates.len())?;
        groups.push(Group {
            keys,
            count,
            aggregates,
        });
        Ok(())
    })?;
    env.budget = budget;
    Ok(groups)
}

/// About how many bytes a value takes.
fn length(value: &Value) -> usize {
    size_of::<Value>()
        + match value {
            Value::Text(text) => text.len(),
            _ => 0,
        }
}

fn aggregated(
    dialect: Dialect,
    row: &Row<'_, '_, '_>,
    aggregate: &Aggregate,
    next: &mut impl FnMut() -> usize,
) -> Result<Aggregated> {
    let value = next();
    let Parts { second, count, mixed } = aggregate.parts(dialect);
    let second = second.then(&mut *next);
    let count = count.then(&mut *next);
    if mixed && row.bool(next())? == Some(true) {
        return Ok(Aggregated::Mixed);
    }
    let kind = aggregate.kind;
    let scale = scale(&kind);
    let found = match aggregate.function {
        Function::Sum | Function::Avg if aggregate.is_exact() => {
            let Some(sum) = sum(row, value, second, scale)? else {
                return Ok(Aggregated::None);
            };
            match count {
                Some(count) => average(sum, row.int(count)?.unwrap_or(1), scale),
                None => of_sum(kind, sum),
            }
        }
        Function::Sum | Function::Avg => {
            let count = count.map_or(Ok(Some(1)), |count| row.int(count))?.unwrap_or(1);
            let weight = second.map_or(Ok(None), |second| row.float(second))?;
            match row.float(value)? {
                None => return Ok(Aggregated::None),
                Some(sum) if sum.is_finite() => {
                    let sum = without_noise(sum, weight.unwrap_or(sum));
                    let average = sum / count as f64;
                    (Kind::Float, Value::Float(without_noise(average, average)))
                }
                Some(_) => return Err(Error::new(Code::Invalid, "a sum is too large for a number")),
            }
        }
        Function::Min | Function::Max => (kind, row.value(value, &kind)?),
        Function::BoolAnd | Function::BoolOr => (Kind::Bool, row.value(value, &Kind::Bool)?),
        Function::Count | Function::CountDistinct => (Kind::BigInt, row.value(value, &Kind::BigInt)?),
        Function::ArrayAgg => {
            let text = row.text(value)?.unwrap_or_else(|| "[]".to_owned());
            let list: Vec<Json> = serde_json::from_str(&text).map_err(unreadable)?;
            let values = list.into_iter().map(|item| of_list(dialect, &kind, item));
            return values.collect::<Result<_>>().map(Aggregated::Many);
        }
    };
    Ok(match found {
        (_, Value::Null) => Aggregated::None,
        (kind, value) => Aggregated::One(kind, value),
    })
}

/// The exact sum in these columns.
fn sum(row: &Row<'_, '_, '_>, value: usize, second: Option<usize>, scale: u8) -> Result<Option<Decimal>> {
    let Some(second) = second else {
        return Ok(row.decimal(value)?.map(|sum| sum.with_scale(scale)));
    };
    let Some((high, low)) = row.int(value)?.zip(row.int(second)?) else {
        return Ok(None);
    };
    let units = (i128::from(high) << 32) + i128::from(low);
    Decimal::try_from_i128_with_scale(units, scale.into())
        .map(Some)
        .map_err(|_| Error::new(Code::Invalid, "a sum is too large for a number"))
}

/// A sum as a value of its field's kind; of whole numbers as a whole number.
fn of_sum(kind: Kind, sum: Decimal) -> (Kind, Value) {
    match kind {
        Kind::Decimal { .. } | Kind::Monetary { .. } => (kind, Value::Decimal(sum)),
        _ => match i64::try_from(sum) {
            Ok(whole) => (Kind::BigInt, Value::Int(whole)),
            Err(_) => (finer(0), Value::Decimal(sum)),
        },
    }
}

fn average(sum: Decimal, count: i64, scale: u8) -> (Kind, Value) {
    let average = sum.checked_div(count.max(1).into()).unwrap_or(sum);
    let places = u32::from(scale + FINER);
    let average = average.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    (finer(scale + FINER), Value::Decimal(average.normalize()))
}

fn finer(scale: u8) -> Kind {
    Kind::Decimal {
        digits: Digits::new(28, scale),
    }
}

fn scale(kind: &Kind) -> u8 {
    match kind {
        Kind::Decimal { digits } | Kind::Monetary { digits, .. } => digits.scale,
        _ => 0,
    }
}

/// A sum of floats, without the digits that are not good for anything: not 0.30000000000000004. A float has 15 digits; of
/// a sum, those count that the numbers without their signs add up to (`weight`).
fn without_noise(sum: f64, weight: f64) -> f64 {
    const DIGITS: f64 = 15.0;
    let before_the_point = (weight.abs().log10().floor() + 1.0).max(-300.0);
    match DIGITS - before_the_point {
        // Zero has no sign: -0.0 + 0.0 is 0.0.
        places if places >= 0.0 => format!("{sum:.*}", places as usize).parse().unwrap_or(sum) + 0.0,
        _ => sum,
    }
}

/// An item of the list that [`Dialect::json_list`] makes.
fn of_list(dialect: Dialect, kind: &Kind, item: Json) -> Result<Value> {
    let stored_as_whole = !dialect.is_server();
    Ok(match (kind, item) {
        (_, Json::Null) => Value::Null,
        (Kind::Bool, Json::Number(number)) => Value::Bool(number.as_i64() != Some(0)),
        (_, Json::Bool(value)) => Value::Bool(value),
        (Kind::Decimal { digits } | Kind::Monetary { digits, .. }, Json::Number(number)) => match stored_as_whole {
            true => Value::Decimal(from_scaled(number.as_i64().unwrap_or_default(), digits.scale)),
            false => Value::Decimal(number.to_string().parse().map_err(unreadable)?),
        },
        (Kind::Float, Json::Number(number)) => Value::Float(number.as_f64().unwrap_or_default()),
        (_, Json::Number(number)) => Value::Int(number.as_i64().unwrap_or_default()),
        (Kind::Date | Kind::DateTime, Json::String(text)) => from_text(kind, &text).map_err(unreadable)?,
        (_, Json::String(text)) => Value::Text(text),
        (_, other) => return Err(unreadable(other)),
    })
}

fn unreadable(why: impl std::fmt::Display) -> Error {
    Error::internal(format!("a list of values cannot be read: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_are_rounded_half_away_from_zero() {
        let average = |sum: &str, count| average(sum.parse().unwrap(), count, 2).1;
        let decimal = |text: &str| Value::Decimal(text.parse().unwrap());
        assert_eq!(average("10.00", 4), decimal("2.5"));
        assert_eq!(average("-0.20", 3), decimal("-0.06666667"));
        assert_eq!(average("0.01", 2_000_000), decimal("0.00000001"));
    }

    #[test]
    fn sums_of_floats_have_no_noise() {
        assert_eq!(without_noise(0.1 + 0.2, 0.3), 0.3);
        assert_eq!(without_noise(-1.8 + 1.9, 3.7), 0.1);
        assert_eq!(without_noise(-1e300, 1e300), -1e300);
        assert_eq!(without_noise(1e-300, 1e-300), 1e-300);
        assert_eq!(without_noise(0.0, 0.0), 0.0);
    }
}
