//! Values of computed fields, of records that were loaded with what they read.

use std::any::Any;

use chrono::Timelike as _;

use super::Loaded;
use super::load::end_of;
use crate::def::{FieldDef, Kind, MONETARY_SCALE};
use crate::env::Env;
use crate::error::{Code, Error, Result};
use crate::field::{round, to_scaled};
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

/// Computes fields of loaded records, whichever way each is computed: for each field, the values of the records at the
/// wanted places.
///
/// # Errors
/// What a `batch` method refuses, and values that are out of their range.
pub(crate) fn values(
    env: &mut Env<'_>,
    model: &ModelInfo,
    records: &[&Loaded],
    fields: &[(FieldId, Vec<usize>)],
) -> Result<Vec<Vec<Value>>> {
    let registry = env.registry;
    let ops = &model.def.ops;
    let mut built: Vec<Option<Box<dyn Any>>> = records.iter().map(|_| None).collect();
    let mut compute = |field: FieldId, places: &[usize]| -> Result<Vec<Value>> {
        let def = &model.def.fields[field];
        if !def.related.is_empty() {
            let path = registry.resolve_path(model, def.related).map_err(Error::internal)?;
            let path = registry.spelled(model, &path);
            let value = |place: &usize| {
                let end = end_of(records[*place], &path);
                end.map_or(Value::Null, |(end, at)| at.value(end).clone())
            };
            return Ok(places.iter().map(value).collect());
        }
        let values: Vec<Value> = if def.compute.is_some_and(|compute| compute.batch) {
            let records: Vec<&Loaded> = places.iter().map(|place| records[*place]).collect();
            (ops.batch)(&records, field, env)?
        } else {
            let value = |place: &usize| {
                let record = built[*place].get_or_insert_with(|| (ops.build)(records[*place]));
                (ops.compute)(record.as_ref(), field)
            };
            places.iter().map(value).collect()
        };
        values.into_iter().map(|value| normal(value, def)).collect()
    };
    fields.iter().map(|(field, places)| compute(*field, places)).collect()
}

/// A computed value as a column of its kind keeps it, so that it compares equal to what is stored.
pub(crate) fn normal(value: Value, field: &FieldDef) -> Result<Value> {
    let scale = match (field.kind, &value) {
        (Kind::Decimal { scale, .. }, _) => scale,
        (Kind::Monetary { .. }, _) => MONETARY_SCALE,
        (_, Value::DateTime(time)) => {
            let micros = time.nanosecond() / 1_000 * 1_000;
            return Ok(time.with_nanosecond(micros).map_or(value, Value::DateTime));
        }
        _ => return Ok(value),
    };
    match value {
        Value::Decimal(number) if to_scaled(number, scale).is_none() => Err(Error::new(
            Code::Invalid,
            format!("`{}` would be {number}, which is out of its range", field.name),
        )),
        Value::Decimal(number) => Ok(Value::Decimal(round(number, scale))),
        value => Ok(value),
    }
}
