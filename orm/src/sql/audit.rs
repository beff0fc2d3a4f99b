//! What `declarest verify` looks for in relations: many2one values without a record, pairs of a many2many without one
//! of their records, and pairs that are stored more than once.

use super::{Sql, Statement, column, names, quoted};
use crate::db::Bind;
use crate::error::Result;
use crate::registry::{Link, ModelInfo};

/// The table of pairs of a many2many, with the models of its two columns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ends<'a> {
    pub(crate) link: Link,
    pub(crate) owner: &'a ModelInfo,
    pub(crate) other: &'a ModelInfo,
}

/// Which record a pair lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MissingSide {
    /// The owner (the related record may be missing too).
    Owner,
    /// The related record only.
    Other,
}

impl Sql<'_> {
    /// The records whose many2one holds an id that no record of `target` has, each with this id.
    pub(crate) fn dangling(mut self, link: Link, target: &ModelInfo) -> Result<Statement> {
        let (table, other) = (self.link(link), quoted(link.other));
        let exists = self.exists(target, &format!("{table}.{other}"));
        self.push(&format!(
            "SELECT id, {other} FROM {table} WHERE {other} IS NOT NULL AND NOT {exists} ORDER BY id"
        ));
        self.finish()
    }

    /// The pairs that lack a record.
    pub(crate) fn pairs_without_record(mut self, ends: Ends<'_>, broken: MissingSide) -> Result<Statement> {
        let (table, [owner, other]) = (self.link(ends.link), self.ends_exist(ends));
        let condition = match broken {
            MissingSide::Owner => format!("NOT {owner}"),
            MissingSide::Other => format!("{owner} AND NOT {other}"),
        };
        let columns = names([ends.link.own, ends.link.other]);
        self.push(&format!(
            "SELECT {columns} FROM {table} WHERE {condition} ORDER BY 1, 2"
        ));
        self.finish()
    }

    /// Deletes the pairs that lack one of their records, or both.
    pub(crate) fn delete_pairs_without_record(mut self, ends: Ends<'_>) -> Result<Statement> {
        let (table, [owner, other]) = (self.link(ends.link), self.ends_exist(ends));
        self.push(&format!("DELETE FROM {table} WHERE NOT {owner} OR NOT {other}"));
        self.finish()
    }

    /// The pairs that are stored more than once.
    pub(crate) fn repeated(mut self, link: Link) -> Result<Statement> {
        let (table, columns) = (self.link(link), names([link.own, link.other]));
        self.push(&format!(
            "SELECT {columns} FROM {table} GROUP BY {columns} HAVING COUNT(*) > 1 ORDER BY 1, 2"
        ));
        self.finish()
    }

    /// Deletes a pair, however often it is stored.
    pub(crate) fn delete_pair(mut self, link: Link, (own, other): (Option<i64>, Option<i64>)) -> Result<Statement> {
        let table = self.link(link);
        self.push(&format!("DELETE FROM {table} WHERE {} = ", quoted(link.own)));
        self.push_bind(Bind::Int(own));
        self.push(&format!(" AND {} = ", quoted(link.other)));
        self.push_bind(Bind::Int(other));
        self.finish()
    }

    fn ends_exist(&mut self, ends: Ends<'_>) -> [String; 2] {
        let table = quoted(ends.link.table);
        [(ends.owner, ends.link.own), (ends.other, ends.link.other)]
            .map(|(model, name)| self.exists(model, &column(&table, name)))
    }

    /// The condition that the model has a record with this id; `id` is an SQL expression.
    fn exists(&mut self, model: &ModelInfo, id: &str) -> String {
        let table = self.table(model);
        format!("EXISTS (SELECT 1 FROM {table} AS there WHERE there.id = {id})")
    }
}
