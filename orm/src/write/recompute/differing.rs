//! The values of a recomputation that differ from the stored ones, by field, then by record.

use std::collections::BTreeMap;

use crate::error::{Error, Issue, Result};
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;
use crate::write::constraints::Pointers;

/// Refuses required fields for which the computation gives nothing: the caller has to give their value.
pub(super) fn refuse_empty(
    pointers: &Pointers,
    model: &ModelInfo,
    differing: &BTreeMap<FieldId, BTreeMap<i64, Value>>,
) -> Result<()> {
    let empty = |field: &FieldId| {
        let required = model.def.fields[*field].required;
        let empty = differing[field].iter().find(|(_, value)| value.is_null());
        empty.filter(|_| required).map(|(id, _)| *id)
    };
    let issues: Vec<Issue> = (differing.keys())
        .filter_map(|field| {
            let (name, of) = (model.def.fields[*field].name, model.def.name);
            let message = format!("`{name}` is required, and nothing can be computed for it here: give it ({of})");
            let place = pointers.get(model, empty(field)?).unwrap_or_default();
            Some(Issue::field_of(place, name, message))
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
