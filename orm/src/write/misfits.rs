//! Stored values of typed JSON that no longer fit their type: Rust code cannot be given the records that have them. A
//! write that gives such a field a value puts it in place before methods and computations are told what was there.

use std::collections::BTreeMap;

use super::claim::claim;
use super::create::stored_form;
use super::unit_of_work::UnitOfWork;
use super::update::Given;
use crate::command::Input;
use crate::db::Lock;
use crate::def::Kind;
use crate::env::Env;
use crate::error::Result;
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

/// Replaces values that fit no more by those that the records are given. Answers the fields, with their records.
pub(super) fn replace(
    env: &mut Env<'_>,
    unit: &mut UnitOfWork,
    model: &ModelInfo,
    given: &[Given],
) -> Result<Vec<(FieldId, Vec<i64>)>> {
    let typed = |field: FieldId| {
        let info = &model.fields[field];
        info.via.is_none() && info.def.stored && matches!(info.def.kind, Kind::Json { of: Some(_) })
    };
    let is_given = |(_, values): &&Given| values.fields.iter().any(|(field, _)| typed(*field));
    let given: Vec<&Given> = given.iter().filter(is_given).collect();
    let ids: Vec<i64> = given.iter().flat_map(|(ids, _)| ids.iter().copied()).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    claim(env, unit, model, &ids, Lock::Exclusive, &[])?;
    let records = unit.load(env, model, &ids, Some(Lock::Exclusive))?;
    let mut replaced: BTreeMap<FieldId, Vec<(i64, Vec<Value>)>> = BTreeMap::new();
    for (ids, values) in given {
        for (field, input) in &values.fields {
            let Input::Value(value) = input else { continue };
            if !typed(*field) {
                continue;
            }
            let fits = |stored: &Value| stored.is_null() || model.fields[*field].check(stored).is_ok();
            let wrong = |id: &&i64| records.get(*id).is_some_and(|record| !fits(record.value(*field)));
            let mut wrong = ids.iter().filter(wrong).peekable();
            if wrong.peek().is_some() {
                let value = stored_form(&model.fields[*field], value.clone())?;
                let rows = wrong.map(|id| (*id, vec![value.clone()]));
                replaced.entry(*field).or_default().extend(rows);
            }
        }
    }
    let mut fields = Vec::new();
    for (field, rows) in replaced {
        fields.push((field, rows.iter().map(|(id, _)| *id).collect()));
        unit.set(env, model, &[field], rows)?;
    }
    Ok(fields)
}
