//! The changes from one schema to another, independent of the database: tables and columns that are dropped, created,
//! or kept with another name or kind.

use super::create;
use super::matching::{Matching, converts};
use super::schema::{Check, Column, ColumnKind, Index, Schema, Table};
use orm_database::Dialect;
use orm_definition::def::OnDelete;
use orm_definition::def::names;

/// The changes. TableChange tables are in it only if something in them changes.
pub(super) struct Plan<'a> {
    pub(super) dropped: Vec<&'a Table>,
    pub(super) created: Vec<&'a Table>,
    pub(super) kept: Vec<TableChange<'a>>,
}

/// A table that is kept, with the changes in it.
pub(super) struct TableChange<'a> {
    pub(super) old: &'a Table,
    pub(super) new: &'a Table,
    pub(super) dropped: Vec<&'a Column>,
    pub(super) added: Vec<&'a Column>,
    pub(super) columns: Vec<KeptColumn<'a>>,
    pub(super) checks: ItemChanges<Check>,
    pub(super) indexes: ItemChanges<Index>,
    pub(super) references: ItemChanges<Reference>,
    /// A many2many table whose primary key gets its columns in another order.
    pub(super) key_reordered: bool,
}

/// A column that is kept.
pub(super) struct KeptColumn<'a> {
    pub(super) old: &'a Column,
    pub(super) new: &'a Column,
    /// The old kind; a reference with the new name of its table.
    pub(super) kind: ColumnKind,
}

/// A foreign key, which is a named constraint on PostgreSQL.
#[derive(Clone, PartialEq)]
pub(super) struct Reference {
    pub(super) name: String,
    pub(super) column: String,
    pub(super) target: String,
    pub(super) on_delete: OnDelete,
}

/// The changes of a table's checks, indexes or foreign keys.
pub(super) struct ItemChanges<T> {
    /// Old names.
    pub(super) dropped: Vec<String>,
    /// Old names, with what is the same but for its new name.
    pub(super) renamed: Vec<(String, T)>,
    pub(super) created: Vec<T>,
}

/// A check, index or foreign key: something with a name.
pub(super) trait Item: Clone + PartialEq {
    fn name(&self) -> &str;
    /// The same with another name.
    fn called(&self, name: &str) -> Self;
}

impl<'a> Plan<'a> {
    pub(super) fn new(old: &'a Schema, new: &'a Schema, matching: &Matching) -> Self {
        let goes_on = |name: &String, new: bool| {
            let mut names = matching.tables.iter().map(|(old, fresh)| if new { fresh } else { old });
            names.any(|known| known == name)
        };
        let kept = matching.tables.iter().filter_map(|(former, name)| {
            let kept = TableChange::new(old.table(former)?, new.table(name)?, matching);
            kept.changes().then_some(kept)
        });
        Plan {
            dropped: old.tables.iter().filter(|table| !goes_on(&table.name, false)).collect(),
            created: new.tables.iter().filter(|table| !goes_on(&table.name, true)).collect(),
            kept: kept.collect(),
        }
    }

    /// Whether an index of trigrams comes.
    pub(super) fn has_new_trigrams(&self) -> bool {
        let of_created = self.created.iter().flat_map(|table| &table.indexes);
        let of_kept = self.kept.iter().flat_map(|kept| &kept.indexes.created);
        of_created.chain(of_kept).any(|index| index.trigrams_of.is_some())
    }
}

impl<'a> TableChange<'a> {
    fn new(old: &'a Table, new: &'a Table, matching: &Matching) -> Self {
        let pairs = matching.columns(&new.name);
        let mut columns = Vec::new();
        for (former, name) in pairs {
            if let (Some(old), Some(new)) = (old.column(former), new.column(name)) {
                let kind = matching.kind(&old.kind);
                if converts(&kind, &new.kind) {
                    columns.push(KeptColumn { old, new, kind });
                }
            }
        }
        let dropped: Vec<&Column> = (old.columns.iter())
            .filter(|column| !columns.iter().any(|kept: &KeptColumn<'_>| kept.old.name == column.name))
            .collect();
        let added = (new.columns.iter())
            .filter(|column| !columns.iter().any(|kept| kept.new.name == column.name))
            .collect();
        let renamed = |sql: &str| {
            columns
                .iter()
                .filter(|kept| kept.old.name != kept.new.name)
                .fold(sql.to_owned(), |sql, kept| {
                    sql.replace(&format!("\"{}\"", kept.old.name), &format!("\"{}\"", kept.new.name))
                })
        };
        let name_now = |column: &str| {
            let kept = columns.iter().find(|kept| kept.old.name == column);
            kept.map_or(column, |kept| &kept.new.name).to_owned()
        };
        // A check or index on a dropped column is dropped with it.
        let stays = |sql: &str| !dropped.iter().any(|column| mentions(sql, &column.name));
        let texts = |sql: &super::schema::Sql| stays(sql.text(Dialect::Sqlite)) && stays(sql.text(Dialect::Postgres));
        let checks = ItemChanges::new(
            &old.checks,
            |check| {
                texts(&check.condition).then(|| Check {
                    name: check.name.clone(),
                    condition: check.condition.map(renamed),
                })
            },
            &new.checks,
        );
        let indexes = ItemChanges::new(
            &old.indexes,
            |index| {
                texts(&index.terms).then(|| Index {
                    terms: index.terms.map(renamed),
                    trigrams_of: index.trigrams_of.as_deref().map(name_now),
                    ..index.clone()
                })
            },
            &new.indexes,
        );
        let references = ItemChanges::new(
            &references(old),
            |reference| {
                let kept = columns.iter().find(|kept| kept.old.name == reference.column)?;
                Some(Reference {
                    column: kept.new.name.clone(),
                    target: matching.renamed(&reference.target).to_owned(),
                    ..reference.clone()
                })
            },
            &references(new),
        );
        let key: Vec<&str> = (old.columns.iter())
            .filter_map(|column| columns.iter().find(|kept| kept.old.name == column.name))
            .map(|kept| kept.new.name.as_str())
            .collect();
        let key_reordered = new.is_many2many() && !key.iter().eq(new.columns.iter().map(|column| &column.name));
        TableChange {
            old,
            new,
            dropped,
            added,
            columns,
            checks,
            indexes,
            references,
            key_reordered,
        }
    }

    fn changes(&self) -> bool {
        self.old.name != self.new.name
            || !self.dropped.is_empty()
            || !self.added.is_empty()
            || self.columns.iter().any(KeptColumn::changes)
            || self.checks.changes()
            || self.indexes.changes()
            || self.references.changes()
            || self.key_reordered
    }

    /// Whether SQLite, which cannot change a column in place, has to rebuild the table.
    pub(super) fn is_rebuilt(&self) -> bool {
        let stored = |kind: &ColumnKind| create::storage(kind, Dialect::Sqlite);
        !self.dropped.is_empty()
            || self.added.iter().any(|column| column.required)
            || self.checks.changes()
            || self.key_reordered
            || (self.columns.iter()).any(|kept| {
                let reference = |kind: &ColumnKind| matches!(kind, ColumnKind::Reference(..));
                kept.old.required != kept.new.required
                    || stored(&kept.kind) != stored(&kept.new.kind)
                    || (kept.kind != kept.new.kind && (reference(&kept.kind) || reference(&kept.new.kind)))
            })
    }

    /// Old and new names of the columns that are renamed.
    pub(super) fn renamed_columns(&self) -> impl Iterator<Item = (&str, &str)> {
        let renamed = self.columns.iter().filter(|kept| kept.old.name != kept.new.name);
        renamed.map(|kept| (kept.old.name.as_str(), kept.new.name.as_str()))
    }
}

impl KeptColumn<'_> {
    fn changes(&self) -> bool {
        self.old.name != self.new.name || self.old.required != self.new.required || self.changes_values()
    }

    /// Whether values, or the way in which they are stored, may change.
    pub(super) fn changes_values(&self) -> bool {
        match (&self.kind, &self.new.kind) {
            (ColumnKind::Reference(from, _), ColumnKind::Reference(to, _)) => from != to,
            (ColumnKind::Selection(from), ColumnKind::Selection(to)) => from.iter().any(|item| !to.contains(item)),
            (from, to) => from != to,
        }
    }
}

impl<T: Item> ItemChanges<T> {
    /// Compares the old items with the new ones. `renamed` gives an old item with the new names of tables and columns
    /// in it, `None` if it is dropped.
    fn new(old: &[T], renamed: impl Fn(&T) -> Option<T>, new: &[T]) -> Self {
        let mut items = ItemChanges {
            dropped: Vec::new(),
            renamed: Vec::new(),
            created: Vec::new(),
        };
        let taken = |name: &str| old.iter().any(|item| item.name() == name);
        let mut open: Vec<&T> = new.iter().collect();
        for item in old {
            // Not renamed to a name that another old item has: that one may still have it at this point of the script.
            let continued = renamed(item).and_then(|item| {
                open.iter().position(|new| {
                    new.called(item.name()) == item && (new.name() == item.name() || !taken(new.name()))
                })
            });
            match continued {
                Some(place) => {
                    let new = open.swap_remove(place);
                    if new.name() != item.name() {
                        items.renamed.push((item.name().to_owned(), new.clone()));
                    }
                }
                None => items.dropped.push(item.name().to_owned()),
            }
        }
        // In the order of `new`.
        let created = new
            .iter()
            .filter(|item| open.iter().any(|open| std::ptr::eq(*open, *item)));
        items.created = created.cloned().collect();
        items
    }

    pub(super) fn changes(&self) -> bool {
        !(self.dropped.is_empty() && self.renamed.is_empty() && self.created.is_empty())
    }
}

fn references(table: &Table) -> Vec<Reference> {
    let references = table.references();
    references
        .map(|(column, target, on_delete)| Reference {
            name: names::reference(&table.name, &column.name),
            column: column.name.clone(),
            target: target.to_owned(),
            on_delete,
        })
        .collect()
}

/// Whether a piece of SQL contains the quoted name of a column.
pub(super) fn mentions(sql: &str, column: &str) -> bool {
    sql.contains(&format!("\"{column}\""))
}

macro_rules! item {
    ($($name:ident),*) => {
        $(impl Item for $name {
            fn name(&self) -> &str {
                &self.name
            }

            fn called(&self, name: &str) -> Self {
                $name { name: name.to_owned(), ..self.clone() }
            }
        })*
    };
}
item!(Check, Index, Reference);
