//! Hierarchies: records that would be their own ancestors, and records that are not below any root.

use super::{Sql, Statement, quoted};
use crate::error::{Error, Result};
use crate::registry::ModelInfo;

impl Sql<'_> {
    /// Those of these records that would be above themselves.
    pub(crate) fn above_themselves(mut self, model: &ModelInfo, ids: &[i64]) -> Result<Statement> {
        let (table, parent) = (self.table(model), parent(model)?);
        self.push(&format!(
            "WITH RECURSIVE above(start, id) AS (SELECT id, {parent} FROM {table} WHERE "
        ));
        self.push_one_of("id", ids);
        self.push(&format!(
            " UNION SELECT above.start, {table}.{parent} FROM above JOIN {table} ON {table}.id = above.id) \
             SELECT start FROM above WHERE start = id"
        ));
        self.finish()
    }

    /// A record that no way leads to from the top.
    pub(crate) fn below_nothing(mut self, model: &ModelInfo) -> Result<Statement> {
        let (table, parent) = (self.table(model), parent(model)?);
        self.push(&format!(
            "WITH RECURSIVE below(id) AS (SELECT id FROM {table} WHERE {parent} IS NULL UNION ALL \
             SELECT {table}.id FROM below JOIN {table} ON {table}.{parent} = below.id) \
             SELECT MIN(id) FROM (SELECT id FROM {table} EXCEPT SELECT id FROM below) AS lost"
        ));
        self.finish()
    }

    /// The records that no way leads to from the top and that have others below them, each with the one above it. Only those
    /// can be above themselves. The way up may also end where there is no record.
    pub(crate) fn lost(mut self, model: &ModelInfo) -> Result<Statement> {
        let (table, parent) = (self.table(model), parent(model)?);
        self.push(&format!(
            "WITH RECURSIVE node(id, above) AS (SELECT id, {parent} FROM {table} WHERE id IN (SELECT {parent} FROM {table})), \
             below(id) AS (SELECT id FROM node WHERE above IS NULL OR above IN (SELECT above FROM node EXCEPT SELECT id FROM \
             {table}) UNION ALL SELECT node.id FROM below JOIN node ON node.above = below.id) \
             SELECT id, above FROM node WHERE id IN (SELECT id FROM node EXCEPT SELECT id FROM below)"
        ));
        self.finish()
    }
}

/// The quoted name of the column that leads up.
fn parent(model: &ModelInfo) -> Result<String> {
    let parent = model.parent.map(|parent| quoted(model.fields[parent].def.name));
    parent.ok_or_else(|| Error::internal(format!("{} has no hierarchy", model.def.name)))
}
