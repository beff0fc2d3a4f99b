//! Groups without records: the periods of the calendar between those that have some.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::calendar::{next, start_of};
use super::fill::Fill;
use super::read::{Aggregated, Group, time};
use super::request::Request;
use crate::def::Kind;
use crate::error::Result;
use crate::sql::Function;
use crate::value::Value;

/// Adds the groups without records, then takes those that the limit and the offset ask for.
///
/// # Errors
/// 400 when there would be too many.
pub(super) fn between(request: &Request, fill: &Fill, found: Vec<Group>) -> Result<Vec<Group>> {
    let (mut dated, mut undated) = (BTreeMap::new(), Vec::new());
    for group in found {
        match time(&group.keys[0]) {
            Some(start) => {
                dated.insert(start, group);
            }
            None => undated.push(group),
        }
    }
    let of_day = |day: Option<NaiveDate>| start_of(fill.period, day?.and_time(NaiveTime::MIN));
    let first = of_day(fill.from).or_else(|| dated.keys().next().copied());
    let last = of_day(fill.to).or_else(|| dated.keys().next_back().copied());
    let (mut at, mut number) = (first, 0);
    while let Some(start) = at.filter(|start| Some(*start) <= last || number < fill.least) {
        dated.entry(start).or_insert_with(|| empty(request, start));
        if dated.len() > request.most {
            return Err(request.too_many());
        }
        (at, number) = (next(fill.period, start), number + 1);
    }
    let mut groups: Vec<Group> = dated.into_values().collect();
    if fill.desc {
        groups.reverse();
    }
    let place = if fill.undated_first { 0 } else { groups.len() };
    groups.splice(place..place, undated);
    let limit = request.limit.unwrap_or(usize::MAX);
    Ok(groups.into_iter().skip(request.offset).take(limit).collect())
}

/// The group without records of a period.
fn empty(request: &Request, start: NaiveDateTime) -> Group {
    let key = match request.keys[0].kind {
        Kind::Date => Value::Date(start.date()),
        _ => Value::DateTime(start),
    };
    let of_none = |function| match function {
        Function::Count | Function::CountDistinct => Aggregated::One(Kind::BigInt, Value::Int(0)),
        _ => Aggregated::None,
    };
    Group {
        keys: vec![key],
        count: 0,
        aggregates: (request.aggregates.iter())
            .map(|aggregate| of_none(aggregate.function))
            .collect(),
    }
}
