//! What a migration changed, as data: with it, the schema before the migration is found again.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::matching::Renames;
use super::migration::Migration;
use super::schema::{Schema, Table};

/// The tables that differ between two schemas, as the one and the other has them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Changes {
    /// Tables of the old schema that changed or went.
    pub before: Schema,
    /// Tables of the new schema that changed or came.
    pub after: Schema,
}

impl Changes {
    /// What changes from `old` to `new`.
    pub fn between(old: &Schema, new: &Schema) -> Self {
        let only = |of: &Schema, other: &Schema| Schema {
            tables: (of.tables.iter())
                .filter(|table| other.table(&table.name) != Some(table))
                .cloned()
                .collect(),
        };
        Changes {
            before: only(old, new),
            after: only(new, old),
        }
    }

    /// `schema` with these changes taken back. Tables that they are not about stay as they are.
    ///
    /// # Errors
    /// Names the tables that something else has changed since.
    pub fn undone(&self, schema: &Schema) -> Result<Schema, Vec<String>> {
        let (own, mut tables): (Vec<Table>, Vec<Table>) = (schema.tables.iter().cloned()).partition(|table| {
            self.before
                .table(&table.name)
                .or(self.after.table(&table.name))
                .is_some()
        });
        let names = own.iter().chain(&self.after.tables).map(|table| &table.name);
        let changed: BTreeSet<&String> = names
            .filter(|name| !same(schema.table(name), self.after.table(name)))
            .collect();
        if !changed.is_empty() {
            return Err(changed.into_iter().cloned().collect());
        }
        tables.extend(self.before.tables.iter().cloned());
        tables.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(Schema { tables })
    }
}

/// Whether two tables are the same in both databases. What only the program knows of them may differ, such as defaults.
fn same(one: Option<&Table>, other: Option<&Table>) -> bool {
    let schema = |table: Option<&Table>| Schema {
        tables: table.cloned().into_iter().collect(),
    };
    Migration::of(&schema(one), &schema(other), &Renames::default()).is_empty()
}

#[cfg(test)]
mod tests {
    use super::super::schema::{Column, ColumnKind, Fill};
    use super::*;

    fn schema(tables: &[(&str, &[&str])]) -> Schema {
        let column = |name: &&str| Column {
            name: (*name).to_owned(),
            kind: ColumnKind::Text,
            required: false,
            default: None,
            computed: false,
        };
        let table = |(name, columns): &(&str, &[&str])| Table {
            name: (*name).to_owned(),
            model: name.replace('_', "."),
            field: None,
            columns: columns.iter().map(column).collect(),
            checks: Vec::new(),
            indexes: Vec::new(),
        };
        Schema {
            tables: tables.iter().map(table).collect(),
        }
    }

    #[test]
    fn changes_are_taken_back() {
        let old = schema(&[("a", &["x"]), ("b", &["x"]), ("d", &[])]);
        let new = schema(&[("b", &["x", "y"]), ("c", &[]), ("d", &[])]);
        let changes = Changes::between(&old, &new);
        assert_eq!(changes.before, schema(&[("a", &["x"]), ("b", &["x"])]));
        assert_eq!(changes.after, schema(&[("b", &["x", "y"]), ("c", &[])]));
        assert_eq!(changes.undone(&new), Ok(old));
    }

    #[test]
    fn what_others_changed_stays_unless_it_is_the_same_table() {
        let changes = Changes::between(&schema(&[("a", &[]), ("b", &[])]), &schema(&[("a", &["x"])]));
        let merged = schema(&[("a", &["x"]), ("c", &["y"])]);
        assert_eq!(
            changes.undone(&merged),
            Ok(schema(&[("a", &[]), ("b", &[]), ("c", &["y"])]))
        );
        let both = schema(&[("a", &["x", "y"]), ("b", &["z"])]);
        assert_eq!(changes.undone(&both), Err(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(changes.undone(&schema(&[])), Err(vec!["a".to_owned()]));
    }

    #[test]
    fn a_default_is_no_change_of_a_table() {
        let (old, mut new) = (schema(&[]), schema(&[("a", &["x"])]));
        let changes = Changes::between(&old, &new);
        new.tables[0].columns[0].default = Some(Fill::Constant("y".to_owned()));
        assert_eq!(changes.undone(&new), Ok(old));
    }
}
