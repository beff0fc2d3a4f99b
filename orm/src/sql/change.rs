//! Inserts, updates and deletions of many rows at a time. There are few statements, and their texts repeat, so that
//! prepared statements are used again.

use chrono::NaiveDateTime;

use super::{Sql, Statement, bind, names, quoted};
use crate::db::Bind;
use crate::error::Result;
use crate::registry::{FieldId, Link, ModelInfo};
use crate::value::Value;

/// The most rows of one statement; a power of two, as the lengths of all batches are.
const MOST_ROWS: usize = 128;

/// Cuts `rows` into batches whose lengths are powers of two: 100 rows into 64, 32 and 4.
pub(crate) fn batches<T>(rows: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        let largest = (1 + rest.len()).next_power_of_two() / 2;
        let (batch, tail) = rest
            .split_at_checked(largest.min(MOST_ROWS))
            .filter(|(batch, _)| !batch.is_empty())?;
        rest = tail;
        Some(batch)
    })
}

/// Bind marks for the rows of a `VALUES`: `(?, ?), (?, ?)`.
pub(super) fn tuples(rows: usize, columns: usize) -> String {
    let tuple = format!("({})", vec!["?"; columns].join(", "));
    vec![tuple; rows].join(", ")
}

impl Sql<'_> {
    /// Inserts a batch of rows; each has a value for each of `fields`.
    pub(crate) fn insert(mut self, model: &ModelInfo, fields: &[FieldId], rows: &[Vec<Value>]) -> Result<Statement> {
        let table = self.table(model);
        let columns = names(fields.iter().map(|field| model.fields[*field].def.name));
        let tuples = tuples(rows.len(), fields.len());
        self.push(&format!("INSERT INTO {table} ({columns}) VALUES {tuples}"));
        let values = rows.iter().flat_map(|row| row.iter().zip(fields));
        self.binds
            .extend(values.map(|(value, field)| bind(&model.fields[*field].def.kind, value.clone())));
        self.finish()
    }

    /// Updates a batch of rows; each is an id with a value for each of `fields`.
    pub(crate) fn update(
        mut self,
        model: &ModelInfo,
        fields: &[FieldId],
        rows: &[(i64, Vec<Value>)],
    ) -> Result<Statement> {
        let table = self.table(model);
        let columns: Vec<String> = (fields.iter())
            .map(|field| quoted(model.fields[*field].def.name))
            .collect();
        if let [_] = rows {
            let set: Vec<String> = columns.iter().map(|name| format!("{name} = ?")).collect();
            self.push(&format!("UPDATE {table} SET {} WHERE id = ?", set.join(", ")));
        } else {
            let set: Vec<String> = columns.iter().map(|name| format!("{name} = given.{name}")).collect();
            let values = tuples(rows.len(), columns.len() + 1);
            self.push(&format!(
                "WITH given({}, given_id) AS (VALUES {values}) UPDATE {table} SET {} FROM given WHERE {table}.id = given.given_id",
                columns.join(", "),
                set.join(", ")
            ));
        }
        for (id, values) in rows {
            let values = values.iter().zip(fields);
            let values = values.map(|(value, field)| bind(&model.fields[*field].def.kind, value.clone()));
            self.binds.extend(values.chain([Bind::Int(Some(*id))]));
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
    pub(crate) fn insert_pairs(mut self, link: Link, pairs: &[(i64, i64)]) -> Result<Statement> {
        let table = self.link(link);
        let columns = names([link.own, link.other]);
        let tuples = tuples(pairs.len(), 2);
        self.push(&format!(
            "INSERT INTO {table} ({columns}) VALUES {tuples} ON CONFLICT DO NOTHING"
        ));
        self.binds.extend(
            pairs
                .iter()
                .flat_map(|(own, other)| [*own, *other].map(|id| Bind::Int(Some(id)))),
        );
        self.finish()
    }

    /// Deletes all pairs of a many2many that these records have.
    pub(crate) fn delete_pairs(mut self, link: Link, owners: &[i64]) -> Result<Statement> {
        let table = self.link(link);
        self.push(&format!("DELETE FROM {table} WHERE "));
        self.push_one_of(&quoted(link.own), owners);
        self.finish()
    }

    /// Deletes the pairs of a many2many between one record and these others.
    pub(crate) fn delete_pairs_with(mut self, link: Link, owner: i64, others: &[i64]) -> Result<Statement> {
        let table = self.link(link);
        self.push(&format!("DELETE FROM {table} WHERE {} = ", quoted(link.own)));
        self.push_bind(Bind::Int(Some(owner)));
        self.push(" AND ");
        self.push_one_of(&quoted(link.other), others);
        self.finish()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn batches_are_few_and_their_lengths_repeat() {
        let lengths = |rows: usize| super::batches(&vec![(); rows]).map(<[()]>::len).collect::<Vec<_>>();
        assert_eq!(lengths(0), Vec::<usize>::new());
        assert_eq!(lengths(1), [1]);
        assert_eq!(lengths(3), [2, 1]);
        assert_eq!(lengths(100), [64, 32, 4]);
        assert_eq!(lengths(300), [128, 128, 32, 8, 4]);
    }
}
