//! Cycles in hierarchies: records that are their own ancestors, and records that are not below any root.

use super::{Sql, Statement, quoted};
use crate::error::{Error, Result};
use crate::registry::ModelInfo;

impl Sql<'_> {
    /// Those of these records that are their own ancestors.
    pub(crate) fn own_ancestors(mut self, model: &ModelInfo, ids: &[i64]) -> Result<Statement> {
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

    /// The lowest id of a record that is not below any root; NULL if there is none. Such a record is part of a cycle or
    /// below one.
    pub(crate) fn first_unrooted(mut self, model: &ModelInfo) -> Result<Statement> {
        let (table, parent) = (self.table(model), parent(model)?);
        self.push(&format!(
            "WITH RECURSIVE below(id) AS (SELECT id FROM {table} WHERE {parent} IS NULL UNION ALL \
             SELECT {table}.id FROM below JOIN {table} ON {table}.{parent} = below.id) \
             SELECT MIN(id) FROM (SELECT id FROM {table} EXCEPT SELECT id FROM below) AS lost"
        ));
        self.finish()
    }

    /// The records that have children and are not below any root, each with its parent. Every record of a cycle is
    /// among them. A record whose parent does not exist counts as a root.
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

/// The quoted name of the column with the parent's id.
fn parent(model: &ModelInfo) -> Result<String> {
    let parent = model.parent.map(|parent| quoted(model.fields[parent].def.name));
    parent.ok_or_else(|| Error::internal(format!("{} has no hierarchy", model.def.name)))
}
