//! Rows by id, and the pairs of ids of relations: what computations and writes read.

use super::{Sql, Statement, column, names, quoted, stored};
use crate::db::{Bind, Ids, Lock};
use crate::def::FieldDef;
use crate::error::Result;
use crate::registry::{FieldId, Link, ModelInfo};

impl Sql<'_> {
    /// Columns of records by id; `version` adds the version of the row as the last column, where the database has one.
    pub(crate) fn rows(
        mut self,
        model: &ModelInfo,
        fields: &[(FieldId, &FieldDef)],
        ids: &[i64],
        lock: Option<Lock>,
        version: bool,
    ) -> Result<Statement> {
        let mut columns: Vec<String> = fields.iter().map(|(_, def)| quoted(def.name)).collect();
        columns.extend(self.dialect.row_version().filter(|_| version).map(str::to_owned));
        let table = self.table(model);
        self.push(&format!("SELECT {} FROM {table} WHERE ", columns.join(", ")));
        self.push_one_of("id", ids);
        self.push(lock.map_or("", |lock| self.dialect.lock_rows(lock)));
        self.finish()
    }

    /// Those of `ids` that exist.
    pub(crate) fn existing(mut self, model: &ModelInfo, ids: &[i64]) -> Result<Statement> {
        let table = self.table(model);
        self.push(&format!("SELECT id FROM {table} WHERE "));
        self.push_one_of("id", ids);
        self.finish()
    }

    /// The next ids after `last` in ascending order, at most `most`.
    pub(crate) fn ids_after(mut self, model: &ModelInfo, last: i64, most: usize) -> Result<Statement> {
        let table = self.table(model);
        self.push(&format!("SELECT id FROM {table} WHERE id > "));
        self.push_bind(Bind::Int(Some(last)));
        self.push(&format!(" ORDER BY id LIMIT {most}"));
        self.finish()
    }

    /// The id and columns of the next records after the id `last`, in ascending order, at most `most`.
    pub(crate) fn rows_after(
        mut self,
        model: &ModelInfo,
        fields: &[&FieldDef],
        last: i64,
        most: usize,
    ) -> Result<Statement> {
        let table = self.table(model);
        let columns: String = (fields.iter())
            .map(|field| format!(", {}", stored(self.dialect, model, &table, model.implicit(field.name))))
            .collect();
        self.push(&format!("SELECT id{columns} FROM {table} WHERE id > "));
        self.push_bind(Bind::Int(Some(last)));
        self.push(&format!(" ORDER BY id LIMIT {most}"));
        self.finish()
    }

    /// The pairs of ids of a relation: a record that has it, one of `owners`, and a related one.
    pub(crate) fn links(mut self, link: Link, owners: &[i64]) -> Result<Statement> {
        let table = self.link(link);
        self.push(&format!("SELECT {} FROM {table} WHERE ", names([link.own, link.other])));
        self.push_one_of(&quoted(link.own), owners);
        self.finish()
    }

    /// As [`Sql::links`], of the records with ids above `last` up to `highest`, in their order.
    pub(crate) fn links_between(mut self, link: Link, (last, highest): (i64, i64)) -> Result<Statement> {
        let (table, own) = (self.link(link), quoted(link.own));
        let columns = names([link.own, link.other]);
        self.push(&format!("SELECT {columns} FROM {table} WHERE {own} > "));
        self.push_bind(Bind::Int(Some(last)));
        self.push(&format!(" AND {own} <= "));
        self.push_bind(Bind::Int(Some(highest)));
        self.push(&format!(" ORDER BY {columns}"));
        self.finish()
    }

    /// The ids of the records that a relation of `owners` leads to, each once.
    pub(crate) fn linked(mut self, link: Link, owners: &[i64]) -> Result<Statement> {
        let table = self.link(link);
        self.push(&format!("SELECT DISTINCT {} FROM {table} WHERE ", quoted(link.other)));
        self.push_one_of(&quoted(link.own), owners);
        self.finish()
    }

    /// Those of `ids` to which a relation leads from any record.
    pub(crate) fn named(self, link: Link, ids: &[i64]) -> Result<Statement> {
        let by_itself = Link {
            own: link.other,
            ..link
        };
        self.linked(by_itself, ids)
    }

    /// Returns a row if one of these records, given by model with ids and versions, now has another version or is gone.
    pub(crate) fn changed(mut self, seen: Vec<(&ModelInfo, Vec<i64>, Vec<i64>)>) -> Result<Statement> {
        for (number, (model, ids, versions)) in seen.into_iter().enumerate() {
            let table = self.table(model);
            self.push(if number == 0 { "" } else { " UNION ALL " });
            self.push(&self.dialect.other_versions(&table));
            self.binds
                .extend([ids, versions].map(|numbers| Bind::Ids(Ids(numbers))));
        }
        self.push(" LIMIT 1");
        self.finish()
    }

    /// Ids that no record has had before. PostgreSQL answers `count` of them. SQLite answers one: that and all higher ids
    /// are free, since only one transaction writes at a time.
    pub(crate) fn new_ids(mut self, model: &ModelInfo, count: usize) -> Result<Statement> {
        self.table(model);
        self.push(&self.dialect.next_ids(model.def.table));
        if self.dialect.is_server() {
            self.binds.push(Bind::Int(i64::try_from(count).ok()));
        }
        self.finish()
    }

    /// How many records a model has.
    pub(crate) fn count_all(mut self, model: &ModelInfo) -> Result<Statement> {
        let table = self.table(model);
        self.push(&format!("SELECT COUNT(*) FROM {table}"));
        self.finish()
    }

    /// The last id that a new record of the model got, and the highest id that exists.
    pub(crate) fn last_ids(mut self, model: &ModelInfo) -> Result<Statement> {
        let table = self.table(model);
        let last = self.dialect.last_id(model.def.table);
        self.push(&format!(
            "SELECT {last}, (SELECT MAX({}) FROM {table})",
            column(&table, "id")
        ));
        self.finish()
    }
}
