//! What the audit trail is told of stored rows and pairs before they change.

use super::UnitOfWork;
use crate::env::Env;
use crate::error::Result;
use crate::registry::{FieldId, Link, ModelInfo};
use crate::value::Value;

impl UnitOfWork {
    /// Notes which values of stored records are about to change, for models with `#[audit]`.
    pub(super) fn note_changes(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        fields: &[FieldId],
        rows: &[(i64, Vec<Value>)],
    ) -> Result<()> {
        let Some(kept) = &model.audited else { return Ok(()) };
        let columns: Vec<usize> = (0..fields.len())
            .filter(|column| kept.contains(&fields[*column]))
            .collect();
        if columns.is_empty() || env.nested_writes == 0 {
            return Ok(());
        }
        let stored: Vec<&(i64, Vec<Value>)> = (rows.iter())
            .filter(|(id, _)| !self.fresh.contains(&(model.id, *id)))
            .collect();
        let ids: Vec<i64> = stored.iter().map(|(id, _)| *id).collect();
        let records = self.load(env, model, &ids, None)?;
        for (id, values) in stored {
            let Some(record) = records.get(id) else { continue };
            for column in &columns {
                let field = fields[*column];
                env.trail
                    .changed(model, *id, field, record.value(field), &values[*column]);
            }
        }
        Ok(())
    }

    /// Notes that the pairs of a many2many of these records are about to be deleted.
    pub(super) fn note_removed(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        field: FieldId,
        link: Link,
        owners: &[i64],
    ) -> Result<()> {
        if model.audited.as_ref().is_some_and(|kept| kept.contains(&field)) {
            let pairs = env.pairs(env.sql().links(link, owners)?)?;
            env.trail.related(env.registry, link, &pairs, false);
        }
        Ok(())
    }
}
