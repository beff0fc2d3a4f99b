//! Checks the numbers that come next: no record has the next id already, or the next number of a sequence in its name.

use super::{Audit, Finding};
use crate::def::{Default, Role, SequenceDef};
use crate::env::Env;
use crate::error::Result;
use crate::registry::{FieldId, ModelId, ModelInfo};
use crate::sequence;
use crate::value::Value;
use crate::write::{Numbering, move_past, numbering};

/// Reports, and repairs, a model whose next record would get an id that is taken.
pub(super) fn check_ids(audit: &mut Audit<'_>, model: &ModelInfo) -> Result<()> {
    let (last, highest) = audit.read(|env| ids(env, model))?;
    if last >= highest {
        return Ok(());
    }
    if audit.repair {
        audit.write(|env| env.session.batch(&env.session.dialect().move_ids(model.def.table)))?;
    }
    audit.report.found(Finding {
        model: model.def.name,
        id: None,
        field: "id".to_owned(),
        stored: format!("{} as the next one", last + 1),
        right: format!("one above {highest}"),
        mended: audit.repair,
    });
    Ok(())
}

/// The last id that was given, and the highest one that is there.
fn ids(env: &mut Env<'_>, model: &ModelInfo) -> Result<(i64, i64)> {
    let statement = env.sql().once().last_ids(model)?;
    let mut ids = (0, 0);
    env.query(statement, |row| {
        ids = (row.int(0)?.unwrap_or_default(), row.int(1)?.unwrap_or_default());
        Ok(())
    })?;
    Ok(ids)
}

/// The highest number of each sequence that was found in the records.
#[derive(Debug)]
pub(super) struct Numbers(Vec<Numbered>);

/// A field whose default is a sequence.
#[derive(Debug)]
struct Numbered {
    model: ModelId,
    field: FieldId,
    sequence: SequenceDef,
    numbering: Numbering,
    highest: Option<(i64, i64, Value)>,
}

impl Numbers {
    /// Nothing found yet.
    pub(super) fn of(audit: &mut Audit<'_>, models: &[&ModelInfo]) -> Result<Self> {
        let mut numbers = Vec::new();
        for model in models {
            for (field, def) in model.def.fields.iter().enumerate() {
                if let Default::Sequence(sequence) = def.default {
                    numbers.push(Numbered {
                        model: model.id,
                        field,
                        sequence,
                        numbering: audit.read(|env| numbering(env, &sequence))?,
                        highest: None,
                    });
                }
            }
        }
        Ok(Numbers(numbers))
    }

    /// Notes the numbers in a record's fields.
    pub(super) fn note(&mut self, model: &ModelInfo, id: i64, values: &[Value]) {
        for numbered in self.0.iter_mut().filter(|numbered| numbered.model == model.id) {
            let name = &values[numbered.field];
            let highest = numbered.highest.as_ref().map(|(number, ..)| *number);
            if let Some(number) = numbered.numbering.number(name).filter(|number| Some(*number) > highest) {
                numbered.highest = Some((number, id, name.clone()));
            }
        }
    }

    /// Reports, and repairs, sequences that would give a number again.
    pub(super) fn tell(self, audit: &mut Audit<'_>) -> Result<()> {
        for numbered in self.0 {
            let Numbered { sequence, highest, .. } = numbered;
            let Some((number, holder, name)) = highest else {
                continue;
            };
            // The sequence may have moved on while the records were read.
            let now = audit.read(|env| numbering(env, &sequence))?;
            if now.next > number {
                continue;
            }
            if audit.repair {
                audit.write(|env| move_past(env, &sequence, [&name].into_iter()))?;
            }
            let model = audit.runtime.model(numbered.model).def.name;
            audit.report.found(Finding {
                model: audit.runtime.needed(Role::Sequence)?.def.name,
                id: now.record,
                field: sequence::NEXT.to_owned(),
                stored: now.next.to_string(),
                right: format!("one above {number}: {model} {holder} is {name}"),
                mended: audit.repair,
            });
        }
        Ok(())
    }
}
