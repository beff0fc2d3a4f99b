//! Stored values of typed JSON that no longer fit their type: Rust code cannot be given the records that have them. A
//! write that gives such a field a value puts it in place before methods and computations are told what was there.

use super::claim::claim;
use super::create::stored_form;
use super::unit_of_work::UnitOfWork;
use crate::command::{Input, Values};
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
    ids: &[i64],
    values: &Values,
) -> Result<Vec<(FieldId, Vec<i64>)>> {
    let typed = |field: FieldId| {
        let info = &model.fields[field];
        info.via.is_none() && info.def.stored && matches!(info.def.kind, Kind::Json { of: Some(_) })
    };
    let mut replaced = Vec::new();
    for (field, input) in &values.fields {
        let Input::Value(value) = input else { continue };
        if !typed(*field) {
            continue;
        }
        claim(env, unit, model, ids, Lock::Exclusive, &[])?;
        let records = unit.load(env, model, ids, Some(Lock::Exclusive))?;
        let fits = |stored: &Value| stored.is_null() || model.fields[*field].check(stored).is_ok();
        let wrong = |id: &i64| records.get(id).is_some_and(|record| !fits(record.value(*field)));
        let wrong: Vec<i64> = ids.iter().copied().filter(wrong).collect();
        if !wrong.is_empty() {
            let value = stored_form(&model.fields[*field], value.clone())?;
            let rows = wrong.iter().map(|id| (*id, vec![value.clone()])).collect();
            unit.set(env, model, &[*field], rows)?;
            replaced.push((*field, wrong));
        }
    }
    Ok(replaced)
}
