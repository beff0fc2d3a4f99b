//! Computes the values of fields, from records that were loaded with what they read.

use std::fmt::Display;

use chrono::{Datelike as _, Timelike as _};

use crate::db::naming;
use crate::def::{Digits, Kind, Misfit};
use crate::env::Env;
use crate::error::{Error, Issue, Result};
use crate::field::{YEARS, from_scaled, kept, round_to, storable};
use crate::record::Record;
use crate::registry::{FieldId, FieldInfo, ModelInfo};
use crate::value::Value;

/// Computes fields of loaded records, whichever way each is computed (related, `batch`, one record at a time). Each
/// field comes with the indices of the records that it is wanted of, and gets its values in that order.
///
/// # Errors
/// What a `batch` method refuses, and values that are out of their range.
pub(crate) fn values(
    env: &mut Env<'_>,
    model: &ModelInfo,
    records: &[&Record],
    fields: &[(FieldId, Vec<usize>)],
) -> Result<Vec<Vec<Value>>> {
    let registry = env.registry;
    let code = env.runtime.code(model);
    let mut structs: Vec<_> = records.iter().map(|record| code.structs(record)).collect();
    let mut compute = |field: FieldId, places: &[usize]| -> Result<Vec<Value>> {
        let def = &model.def.fields[field];
        if !def.related.is_empty() {
            let path = registry.resolve_path(model, def.related).map_err(Error::internal)?;
            let path = registry.expand_path(model, &path);
            let value = |place: &usize| {
                let end = end_of(records[*place], &path);
                end.map_or(Value::Null, |(end, at)| at.value(end).clone())
            };
            return places
                .iter()
                .map(value)
                .map(|value| normalized(value, &model.fields[field]))
                .collect();
        }
        let name = format_args!("{}.{}", model.def.name, def.name);
        let values: Result<Vec<Value>> = naming(name, || {
            if def.compute.is_some_and(|compute| compute.batch) {
                let records: Vec<&Record> = places.iter().map(|place| records[*place]).collect();
                return env.sudo(|env| code.compute_batch(&records, field, env));
            }
            let value = |place: &usize| code.compute(&mut structs[*place], field);
            Ok(places.iter().map(value).collect())
        });
        let rounding = registry.rounding(model, field);
        let rounding = rounding.map(|path| registry.expand_path(model, &path));
        let field = &model.fields[field];
        (values?.into_iter().zip(places))
            .map(|(value, place)| match &rounding {
                Some(path) => in_currency(value, field, records[*place], path),
                None => normalized(value, field),
            })
            .collect()
    };
    fields.iter().map(|(field, places)| compute(*field, places)).collect()
}

/// An amount as its column stores it, rounded to the currency of its record: `path` leads to the rounding factor.
///
/// # Errors
/// As [`normalized`].
pub(crate) fn in_currency(value: Value, field: &FieldInfo, record: &Record, path: &[FieldId]) -> Result<Value> {
    let unit = end_of(record, path).map_or(&Value::Null, |(end, currency)| currency.value(end));
    to_unit(value, field, unit)
}

/// An amount as its column stores it, rounded to a multiple of `unit`, the rounding factor of its currency. Without a
/// currency, or with one that has more digits than the column, it is rounded to the column's digits. It is rounded only
/// once: 0.0049999 would be 0.0050 with four digits, and from there 0.01 with two.
///
/// # Errors
/// As [`normalized`].
pub(crate) fn to_unit(value: Value, field: &FieldInfo, unit: &Value) -> Result<Value> {
    let value = match (value, unit) {
        (Value::Decimal(amount), Value::Decimal(unit)) if *unit >= from_scaled(1, Digits::MONEY.scale) => {
            Value::Decimal(round_to(amount, *unit))
        }
        (value, _) => value,
    };
    normalized(value, field)
}

/// The last field of a path, and the record at the end of its relations; `None` where one of these is empty.
pub(super) fn end_of<'a>(record: &'a Record, path: &[FieldId]) -> Option<(FieldId, &'a Record)> {
    let (end, hops) = path.split_last()?;
    let mut at = record;
    for hop in hops {
        at = at.related(*hop)?.first()?;
    }
    Some((*end, at))
}

/// A value as a column of its kind stores it, so that it compares equal to what is stored, on either database: a
/// decimal has the digits of its column, a time has microseconds.
///
/// # Errors
/// When no column of its kind can hold it.
pub(crate) fn normalized(value: Value, field: &FieldInfo) -> Result<Value> {
    let name = field.def.name;
    let refuse = |message: String| Err(Error::invalid(vec![Issue::field(name, message)]));
    let out_of_range = |value: &dyn Display| refuse(format!("`{name}` would be {value}, which is out of its range"));
    match (&field.def.kind, value) {
        (Kind::Decimal { digits } | Kind::Monetary { digits, .. }, Value::Decimal(number)) => {
            match kept(number, *digits) {
                Some(number) => Ok(Value::Decimal(number)),
                None => out_of_range(&number),
            }
        }
        (Kind::Int, Value::Int(number)) if i32::try_from(number).is_err() => out_of_range(&number),
        (_, Value::Float(number)) if !number.is_finite() => out_of_range(&number),
        // SQLite does not store the sign of a zero.
        (_, Value::Float(number)) => Ok(Value::Float(number + 0.0)),
        (_, Value::Date(date)) if !YEARS.contains(&date.year()) => out_of_range(&date),
        (_, Value::DateTime(time)) if !YEARS.contains(&time.year()) => out_of_range(&time),
        (_, Value::DateTime(time)) => {
            let micros = time.nanosecond() / 1_000 * 1_000;
            Ok(Value::DateTime(time.with_nanosecond(micros).unwrap_or(time)))
        }
        (_, value) => {
            let held = match &value {
                Value::Text(text) => storable(text).map_err(Misfit::from).and_then(|()| field.check(&value)),
                value => field.check(value),
            };
            held.map_or_else(|why| refuse(format!("`{name}`: {why}")), |()| Ok(value))
        }
    }
}
