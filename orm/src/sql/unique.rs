//! Statements for unique constraints: which given records have values that another record has, and which stored records
//! have the same values.

use super::change::{Batch, tuples};
use super::{Sql, Statement, names, quoted};
use crate::db::Bind;
use crate::db::constraints::{condition, unique_parts};
use crate::def::UniqueDef;
use crate::error::Result;
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

impl Sql<'_> {
    /// Those of the given records whose unique values another record has. Each is given as its id and its unique
    /// values.
    pub(crate) fn taken(
        mut self,
        model: &ModelInfo,
        unique: &UniqueDef,
        fields: &[FieldId],
        given: Batch<'_, (i64, Vec<&Value>)>,
    ) -> Result<Statement> {
        let table = self.table(model);
        let given_names: Vec<String> = (0..fields.len()).map(|part| format!("given_{part}")).collect();
        let part = |field: &str, name: &str| unique_parts(model.def, unique, field, name, self.dialect);
        let mut conditions: Vec<String> = (unique.fields.iter().zip(&given_names))
            .flat_map(|(field, name)| part(field, "").into_iter().zip(part(field, name)))
            .map(|(own, other)| format!("{own} = {other}"))
            .collect();
        conditions.push("id <> given_id".to_owned());
        conditions.extend(unique.condition.map(|among| condition(&among, model.def, self.dialect)));
        self.push(&format!(
            "WITH given(given_id, {}) AS (VALUES {}) SELECT given_id FROM given JOIN {table} ON {}",
            given_names.join(", "),
            tuples(given.width(), fields.len() + 1),
            conditions.join(" AND ")
        ));
        for (id, values) in given.rows() {
            self.binds.push(Bind::Int(Some(*id)));
            self.bind_values(model, fields, values.iter().copied());
        }
        for _ in 0..given.missing() {
            self.binds.push(Bind::Int(None));
            self.bind_nulls(model, fields);
        }
        self.finish()
    }

    /// The records whose unique values another record has too, with these values. Records with the same values follow
    /// one another, sorted by id.
    pub(crate) fn shared(mut self, model: &ModelInfo, unique: &UniqueDef) -> Result<Statement> {
        let table = self.table(model);
        let parts: Vec<String> = (unique.fields.iter())
            .flat_map(|field| unique_parts(model.def, unique, field, "", self.dialect))
            .collect();
        let among = unique.condition.iter();
        let mut conditions: Vec<String> = among.map(|part| condition(part, model.def, self.dialect)).collect();
        if !unique.nulls_equal {
            let fields = unique.fields.iter();
            conditions.extend(fields.map(|field| format!("{} IS NOT NULL", quoted(field))));
        }
        conditions.push("id IS NOT NULL".to_owned());
        let (parts, condition) = (parts.join(", "), conditions.join(" AND "));
        self.push(&format!(
            "SELECT id, {} FROM {table} WHERE {condition} AND ({parts}) IN \
             (SELECT {parts} FROM {table} WHERE {condition} GROUP BY {parts} HAVING COUNT(*) > 1) ORDER BY {parts}, id",
            names(unique.fields.iter().copied())
        ));
        self.finish()
    }
}
