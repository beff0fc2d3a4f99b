//! Uniqueness: no two records have the same values where the definitions say so, among all records or those of a
//! condition.

use super::finding::told;
use super::{Audit, Finding};
use crate::def::UniqueDef;
use crate::env::Env;
use crate::error::Result;
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

/// Tells of the records that have what another one has. Which of them is right nobody knows: they are told of, all but the
/// oldest.
pub(super) fn check(audit: &mut Audit<'_>, model: &ModelInfo) -> Result<()> {
    for unique in model.def.uniques {
        let fields: Vec<FieldId> = unique.fields.iter().map(|field| model.implicit(field)).collect();
        let mut first: Option<(i64, Vec<Value>)> = None;
        for (id, values) in audit.read(|env| shared(env, model, unique, &fields))? {
            match &first {
                Some((first, same)) if *same == values => {
                    let told = |(field, value): (&FieldId, &Value)| told(model.fields[*field].def, value);
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

/// The records whose unique values several have, those with the same ones behind each other, with the values.
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
