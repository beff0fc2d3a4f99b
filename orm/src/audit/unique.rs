//! Checks uniqueness: no two records have the same values of a `#[unique]` constraint, among all records or those of
//! its condition.

use super::finding::shown;
use super::{Audit, Finding};
use crate::def::UniqueDef;
use crate::env::Env;
use crate::error::Result;
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

/// Reports the records that have the values of another one, except the oldest. They are not repaired, since nobody
/// knows which of them is right.
pub(super) fn check(audit: &mut Audit<'_>, model: &ModelInfo) -> Result<()> {
    for unique in model.def.uniques {
        let fields: Vec<FieldId> = unique.fields.iter().map(|field| model.implicit(field)).collect();
        let mut first: Option<(i64, Vec<Value>)> = None;
        let is_same = |left: &[Value], right: &[Value]| {
            let kinds = fields.iter().map(|field| &model.fields[*field].def.kind);
            let mut pairs = kinds.zip(left.iter().zip(right));
            pairs.all(|(kind, (left, right))| unique.compared(kind, left) == unique.compared(kind, right))
        };
        for (id, values) in audit.read(|env| shared(env, model, unique, &fields))? {
            match &first {
                Some((first, same)) if is_same(same, &values) => {
                    let told = |(field, value): (&FieldId, &Value)| shown(model.fields[*field].def, value);
                    let told: Vec<String> = fields.iter().zip(&values).map(told).collect();
                    let right = format!("what record {first} has not");
                    let finding = Finding::new(model, id, unique.fields.join(","), told.join(", "), right);
                    audit.report.found(finding);
                }
                _ => first = Some((id, values)),
            }
        }
    }
    Ok(())
}

/// The records that share their unique values with others, with these values; those with the same ones follow each
/// other.
fn shared(
    env: &mut Env<'_>,
    model: &ModelInfo,
    unique: &UniqueDef,
    fields: &[FieldId],
) -> Result<Vec<(i64, Vec<Value>)>> {
    let statement = env.sql().once().shared(model, unique)?;
    let mut shared = Vec::new();
    env.query(statement, |row| {
        let values = fields.iter().enumerate();
        let values = values.map(|(place, field)| row.value(place + 1, &model.fields[*field].def.kind));
        shared.push((row.int(0)?.unwrap_or_default(), values.collect::<Result<_>>()?));
        Ok(())
    })?;
    Ok(shared)
}
