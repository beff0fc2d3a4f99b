//! What `declarest verify` looks for in relations: references that lead nowhere, pairs without an end, pairs that are
//! there more than once.

use super::{Sql, Statement, column, names, quoted};
use crate::db::Bind;
use crate::error::Result;
use crate::registry::{Link, ModelInfo};

/// A table of pairs with the models at its two ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ends<'a> {
    pub(crate) link: Link,
    pub(crate) owner: &'a ModelInfo,
    pub(crate) other: &'a ModelInfo,
}

/// Which pairs are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    /// Those without an owner.
    Owner,
    /// Those with an owner, without a related record.
    Other,
}

impl Sql<'_> {
    /// The records whose many2one leads to no record of `target`, each with what it holds.
    pub(crate) fn dangling(mut self, link: Link, target: &ModelInfo) -> Result<Statement> {
        let (table, other) = (self.link(link), quoted(link.other));
        let exists = self.exists(target, &format!("{table}.{other}"));
        self.push(&format!(
            "SELECT id, {other} FROM {table} WHERE {other} IS NOT NULL AND NOT {exists} ORDER BY id"
        ));
        self.finish()
    }

    /// The pairs that lack an end.
    pub(crate) fn endless(mut self, ends: Ends<'_>, broken: Broken) -> Result<Statement> {
        let (table, [owner, other]) = (self.link(ends.link), self.ends_exist(ends));
        let condition = match broken {
            Broken::Owner => format!("NOT {owner}"),
            Broken::Other => format!("{owner} AND NOT {other}"),
        };
        let columns = names([ends.link.own, ends.link.other]);
        self.push(&format!(
            "SELECT {columns} FROM {table} WHERE {condition} ORDER BY 1, 2"
        ));
        self.finish()
    }

    /// Deletes the pairs that lack an end.
    pub(crate) fn delete_endless(mut self, ends: Ends<'_>) -> Result<Statement> {
        let (table, [owner, other]) = (self.link(ends.link), self.ends_exist(ends));
        self.push(&format!("DELETE FROM {table} WHERE NOT {owner} OR NOT {other}"));
        self.finish()
    }

    /// The pairs that are there more than once.
    pub(crate) fn repeated(mut self, link: Link) -> Result<Statement> {
        let (table, columns) = (self.link(link), names([link.own, link.other]));
        self.push(&format!(
            "SELECT {columns} FROM {table} GROUP BY {columns} HAVING COUNT(*) > 1 ORDER BY 1, 2"
        ));
        self.finish()
    }

    /// Deletes a pair, however often it is there.
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

    /// The condition that a model has the record that stands there.
    fn exists(&mut self, model: &ModelInfo, id: &str) -> String {
        let table = self.table(model);
        format!("EXISTS (SELECT 1 FROM {table} AS there WHERE there.id = {id})")
    }
}
