//! Inserts, updates and deletions of many rows at a time. There are few statements, and their texts repeat, so that
//! prepared statements are used again.

use chrono::NaiveDateTime;

use super::{Sql, Statement, bind, names, quoted};
use crate::db::Bind;
use crate::error::Result;
use crate::registry::{FieldId, Link, ModelInfo};
use crate::value::Value;

/// The most rows of one statement; a power of two, as the lengths of all batches are.
pub(crate) const MOST_ROWS: usize = 128;

/// Cuts `rows` into batches for one statement each, with the number of rows that the statement's text has: the next power
/// of two, so that texts repeat. 100 rows are one batch, whose text has 128; 300 are batches of 128, 128 and 44, with 64.
pub(crate) fn batches<T>(rows: &[T]) -> impl Iterator<Item = Batch<'_, T>> {
    rows.chunks(MOST_ROWS).map(Batch)
}

/// Rows of one statement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Batch<'r, T>(&'r [T]);

impl<'r, T> Batch<'r, T> {
    /// The number of rows in the statement's text.
    pub(super) fn width(&self) -> usize {
        self.0.len().next_power_of_two()
    }

    /// The number of rows that the text has beside them.
    pub(super) fn missing(&self) -> usize {
        self.width() - self.0.len()
    }

    /// The rows.
    pub(super) fn rows(&self) -> &'r [T] {
        self.0
    }
}

/// Bind marks for the rows of a `VALUES`: `(?, ?), (?, ?)`.
pub(super) fn tuples(rows: usize, columns: usize) -> String {
    let tuple = format!("({})", vec!["?"; columns].join(", "));
    vec![tuple; rows].join(", ")
}

impl Sql<'_> {
    /// Inserts a batch of rows; each has a value for each of `fields`.
    pub(crate) fn insert(
        mut self,
        model: &ModelInfo,
        fields: &[FieldId],
        rows: Batch<'_, Vec<Value>>,
    ) -> Result<Statement> {
        let table = self.table(model);
        let columns = names(fields.iter().map(|field| model.fields[*field].def.name));
        let tuples = tuples(rows.width(), fields.len());
        // Without the rows that only fill the text. SQLite would plan a limit that is bound to another value anew.
        let (start, end) = match rows.missing() > 0 {
            true => ("SELECT * FROM (", ") AS given LIMIT (? + 0)"),
            false => ("", ""),
        };
        self.push(&format!("INSERT INTO {table} ({columns}) {start}VALUES {tuples}{end}"));
        for row in rows.rows() {
            self.bind_values(model, fields, row);
        }
        for _ in 0..rows.missing() {
            self.bind_nulls(model, fields);
        }
        if rows.missing() > 0 {
            self.binds.push(Bind::Int(i64::try_from(rows.0.len()).ok()));
        }
        self.finish()
    }

    /// Updates a batch of rows; each is an id with a value for each of `fields`.
    pub(crate) fn update(
        mut self,
        model: &ModelInfo,
        fields: &[FieldId],
        rows: Batch<'_, (i64, Vec<Value>)>,
    ) -> Result<Statement> {
        let table = self.table(model);
        let columns: Vec<String> = (fields.iter())
            .map(|field| quoted(model.fields[*field].def.name))
            .collect();
        if rows.width() == 1 {
            let set: Vec<String> = columns.iter().map(|name| format!("{name} = ?")).collect();
            self.push(&format!("UPDATE {table} SET {} WHERE id = ?", set.join(", ")));
        } else {
            let set: Vec<String> = columns.iter().map(|name| format!("{name} = given.{name}")).collect();
            let values = tuples(rows.width(), columns.len() + 1);
            self.push(&format!(
                "WITH given({}, given_id) AS (VALUES {values}) UPDATE {table} SET {} FROM given WHERE {table}.id = given.given_id",
                columns.join(", "),
                set.join(", ")
            ));
        }
        for (id, values) in rows.rows() {
            self.bind_values(model, fields, values);
            self.binds.push(Bind::Int(Some(*id)));
        }
        for _ in 0..rows.missing() {
            self.bind_nulls(model, fields);
            self.binds.push(Bind::Int(None));
        }
        self.finish()
    }

    /// Sets the same values in all these records.
    pub(crate) fn update_all(
        mut self,
        model: &ModelInfo,
        values: &[(FieldId, Value)],
        ids: &[i64],
    ) -> Result<Statement> {
        let table = self.table(model);
        let set: Vec<String> = (values.iter())
            .map(|(field, _)| format!("{} = ?", quoted(model.fields[*field].def.name)))
            .collect();
        self.push(&format!("UPDATE {table} SET {} WHERE ", set.join(", ")));
        let values = values.iter();
        self.binds
            .extend(values.map(|(field, value)| bind(&model.fields[*field].def.kind, value.clone())));
        self.push_one_of("id", ids);
        self.finish()
    }

    /// Deletes records.
    pub(crate) fn delete(mut self, model: &ModelInfo, ids: &[i64]) -> Result<Statement> {
        let table = self.table(model);
        self.push(&format!("DELETE FROM {table} WHERE "));
        self.push_one_of("id", ids);
        self.finish()
    }

    /// Deletes records that were created before a time, at most `most` of them, and answers their ids.
    pub(crate) fn delete_older(mut self, model: &ModelInfo, before: NaiveDateTime, most: i64) -> Result<Statement> {
        let table = self.table(model);
        self.push(&format!(
            "DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE create_date < "
        ));
        self.push_bind(Bind::DateTime(Some(before)));
        self.push(" ORDER BY create_date LIMIT ");
        self.push_bind(Bind::Int(Some(most)));
        self.push(") RETURNING id");
        self.finish()
    }

    /// Inserts a batch of pairs of a many2many. Pairs that exist are skipped: another transaction may have inserted the
    /// same pair from the other side of the relation.
    pub(crate) fn insert_pairs(mut self, link: Link, pairs: Batch<'_, (i64, i64)>) -> Result<Statement> {
        let table = self.link(link);
        let columns = names([link.own, link.other]);
        let tuples = tuples(pairs.width(), 2);
        self.push(&format!(
            "INSERT INTO {table} ({columns}) VALUES {tuples} ON CONFLICT DO NOTHING"
        ));
        self.bind_pairs(pairs);
        self.finish()
    }

    /// Deletes all pairs of a many2many that these records have.
    pub(crate) fn delete_pairs(mut self, link: Link, owners: &[i64]) -> Result<Statement> {
        let table = self.link(link);
        self.push(&format!("DELETE FROM {table} WHERE "));
        self.push_one_of(&quoted(link.own), owners);
        self.finish()
    }

    /// Deletes a batch of pairs of a many2many.
    pub(crate) fn delete_given_pairs(mut self, link: Link, pairs: Batch<'_, (i64, i64)>) -> Result<Statement> {
        let table = self.link(link);
        let columns = names([link.own, link.other]);
        let tuples = tuples(pairs.width(), 2);
        self.push(&format!("DELETE FROM {table} WHERE ({columns}) IN (VALUES {tuples})"));
        self.bind_pairs(pairs);
        self.finish()
    }

    fn bind_pairs(&mut self, pairs: Batch<'_, (i64, i64)>) {
        // The last pair again, where the text has more: it is inserted or deleted once.
        let last = pairs.rows().last().into_iter().cycle();
        let pairs = pairs.rows().iter().chain(last.take(pairs.missing()));
        let ids = pairs.flat_map(|(own, other)| [*own, *other]);
        self.binds.extend(ids.map(|id| Bind::Int(Some(id))));
    }

    pub(super) fn bind_values<'v>(
        &mut self,
        model: &ModelInfo,
        fields: &[FieldId],
        row: impl IntoIterator<Item = &'v Value>,
    ) {
        let values = row.into_iter().zip(fields);
        let values = values.map(|(value, field)| bind(&model.fields[*field].def.kind, value.clone()));
        self.binds.extend(values);
    }

    /// Empty values: of a row of the text for which there is none.
    pub(super) fn bind_nulls(&mut self, model: &ModelInfo, fields: &[FieldId]) {
        self.bind_values(model, fields, vec![&Value::Null; fields.len()]);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn batches_are_few_and_the_widths_of_their_texts_repeat() {
        let widths = |rows: usize| {
            let rows = vec![(); rows];
            let batches = super::batches(&rows);
            let width = |batch: super::Batch<'_, ()>| (batch.rows().len(), batch.width(), batch.missing());
            batches.map(width).collect::<Vec<_>>()
        };
        assert_eq!(widths(0), []);
        assert_eq!(widths(1), [(1, 1, 0)]);
        assert_eq!(widths(3), [(3, 4, 1)]);
        assert_eq!(widths(100), [(100, 128, 28)]);
        assert_eq!(widths(300), [(128, 128, 0), (128, 128, 0), (44, 64, 20)]);
    }
}
