//! The values of a recomputation that differ from the stored ones, by field, then by record.

use std::collections::BTreeMap;

use crate::error::{Error, Issue, Result};
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

/// Refuses required fields for which the computation gives nothing: the caller has to give their value.
pub(super) fn refuse_empty(model: &ModelInfo, differing: &BTreeMap<FieldId, BTreeMap<i64, Value>>) -> Result<()> {
    let empty = |field: &FieldId| model.def.fields[*field].required && differing[field].values().any(Value::is_null);
    let issues: Vec<Issue> = (differing.keys().filter(|field| empty(field)))
        .map(|field| {
            let (name, model) = (model.def.fields[*field].name, model.def.name);
            let message = format!("`{name}` is required, and nothing can be computed for it here: give it ({model})");
            Issue::field(name, message)
        })
        .collect();
    match issues.is_empty() {
        true => Ok(()),
        false => Err(Error::invalid(issues)),
    }
}

/// The records that computed relations are about to lead to, by field.
pub(super) fn entering(differing: &BTreeMap<FieldId, BTreeMap<i64, Value>>) -> Vec<(FieldId, Vec<i64>)> {
    let ids = |value: &Value| match value {
        Value::Int(id) => vec![*id],
        value => related(value).to_vec(),
    };
    (differing.iter())
        .map(|(field, values)| (*field, values.values().flat_map(ids).collect()))
        .collect()
}

pub(super) fn related(value: &Value) -> &[i64] {
    match value {
        Value::Ids(ids) => ids,
        _ => &[],
    }
}
