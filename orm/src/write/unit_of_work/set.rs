//! Setting fields of records: in memory, and in the database for those that are stored.

use std::sync::Arc;

use super::{UnitOfWork, constraints, rows};
use crate::env::Env;
use crate::error::Result;
use crate::registry::{FieldId, ModelInfo};
use crate::sql::MOST_ROWS;
use crate::value::Value;

impl UnitOfWork {
    /// Sets fields of records, to values of its own for each: in memory, and in the database for those that are stored,
    /// at once or [later](UnitOfWork::store_changes).
    pub(in crate::write) fn set(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        fields: &[FieldId],
        rows: Vec<(i64, Vec<Value>)>,
    ) -> Result<()> {
        self.note_changes(env, model, fields, &rows)?;
        self.set_rows_in_memory(model, fields, &rows);
        let stored: Vec<(i64, Vec<Value>)> = rows
            .into_iter()
            .filter(|(id, _)| !self.fresh.contains(&(model.id, *id)))
            .collect();
        if constraints::any_concerned(model, fields) {
            let given: Vec<(i64, &[Value])> = (stored.iter())
                .filter_map(|(id, _)| Some((*id, self.rows.get(&(model.id, *id))?.as_slice())))
                .collect();
            constraints::before_storing(env, &self.pointers, model, &given, Some(fields))?;
        }
        let ids = || stored.iter().map(|(id, _)| *id);
        if self.may_wait(env, model, fields, ids()) {
            return self.note_waiting(env, model, fields, ids());
        }
        rows::update(env, model, fields, &stored)
    }

    /// As [`UnitOfWork::set`], of stored records whose constraints are checked already.
    pub(in crate::write) fn set_stored(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        fields: &[FieldId],
        rows: &[(i64, Vec<Value>)],
    ) -> Result<()> {
        self.note_changes(env, model, fields, rows)?;
        self.set_rows_in_memory(model, fields, rows);
        rows::update(env, model, fields, rows)
    }

    fn set_rows_in_memory(&mut self, model: &ModelInfo, fields: &[FieldId], rows: &[(i64, Vec<Value>)]) {
        for (id, values) in rows {
            if let Some(row) = self.rows.get_mut(&(model.id, *id)).map(Arc::make_mut) {
                for (field, value) in fields.iter().zip(values) {
                    row[*field] = value.clone();
                }
            }
        }
    }

    /// Sets fields of stored records to the same values, in memory and in the database, at once or
    /// [later](UnitOfWork::store_changes).
    pub(in crate::write) fn set_all(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        values: &[(FieldId, Value)],
        ids: &[i64],
    ) -> Result<()> {
        let (fields, new): (Vec<FieldId>, Vec<Value>) = values.iter().cloned().unzip();
        if model.audited.is_some() {
            let rows: Vec<(i64, Vec<Value>)> = ids.iter().map(|id| (*id, new.clone())).collect();
            self.note_changes(env, model, &fields, &rows)?;
        }
        for id in ids {
            if let Some(row) = self.rows.get_mut(&(model.id, *id)).map(Arc::make_mut) {
                for (field, value) in values {
                    row[*field] = value.clone();
                }
            }
        }
        // More records are given the same by one statement, however many they are.
        let few = ids.len() <= MOST_ROWS;
        if few && self.may_wait(env, model, &fields, ids.iter().copied()) {
            return self.note_waiting(env, model, &fields, ids.iter().copied());
        }
        env.execute(env.sql().update_all(model, values, ids)?)
    }
}
