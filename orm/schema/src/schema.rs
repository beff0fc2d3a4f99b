//! A database's tables as data: those that the definitions ask for, or those that the committed migrations create, kept
//! beside the migrations in `schema.json`. One schema serves both databases; pieces of SQL in it may have a spelling
//! for each ([`Sql`]).

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use orm_database::Dialect;
use orm_definition::def::OnDelete;

/// The tables of a database.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Schema {
    /// Tables, sorted by name.
    pub tables: Vec<Table>,
}

/// A model's table, or the table of a many2many field, whose rows are pairs of ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// The model that it belongs to.
    pub model: String,
    /// The model's many2many field, if it is a many2many table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Columns in the order of the definition, without `id`, which every model's table has.
    pub columns: Vec<Column>,
    /// `CHECK` constraints.
    pub checks: Vec<Check>,
    /// Indexes, including unique ones.
    pub indexes: Vec<Index>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// `NOT NULL`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// What existing rows get when the column is added. Defaults of new records are set by the runtime, not the
    /// database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Fill>,
    /// Whether the runtime computes its values.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub computed: bool,
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Text.
    Text,
    /// One of these texts.
    Selection(Vec<String>),
    /// JSON as text.
    Json,
    /// Bytes.
    Binary,
    /// True or false.
    Bool,
    /// An integer of 32 bits.
    Int,
    /// An integer of 64 bits.
    BigInt,
    /// A float.
    Float,
    /// An exact decimal: precision (number of all digits) and scale (digits after the point).
    Decimal(u8, u8),
    /// A day.
    Date,
    /// A point in time.
    DateTime,
    /// A foreign key: the table that it refers to, and what happens when the record there is deleted.
    Reference(String, OnDelete),
}

/// What existing rows get in a new column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fill {
    /// A constant, in the field's own stored form.
    Constant(String),
    /// The time of the migration.
    Now,
    /// The day of the migration.
    Today,
}

/// A `CHECK` constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Its name.
    pub name: String,
    /// The condition.
    pub condition: Sql,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Whether it is unique.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unique: bool,
    /// Of an index of trigrams: the text column whose patterns it finds. `None` for any other index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigrams_of: Option<String>,
    /// What follows the table's name, such as `("name") WHERE "active" = TRUE`. For trigrams on SQLite, the expression of
    /// the text.
    pub terms: Sql,
}

/// A piece of SQL, with a spelling for each database where they differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Sql {
    /// The same on both databases.
    Same(String),
    /// One for each database.
    Each {
        /// SQLite's.
        sqlite: String,
        /// PostgreSQL's.
        postgres: String,
    },
}

impl Sql {
    /// Makes both spellings with the given function.
    pub(super) fn of(text: impl Fn(Dialect) -> String) -> Self {
        let (sqlite, postgres) = (text(Dialect::Sqlite), text(Dialect::Postgres));
        match sqlite == postgres {
            true => Sql::Same(sqlite),
            false => Sql::Each { sqlite, postgres },
        }
    }

    /// The spelling for one database.
    pub fn text(&self, dialect: Dialect) -> &str {
        match (self, dialect) {
            (Sql::Same(text), _) => text,
            (Sql::Each { sqlite, .. }, Dialect::Sqlite) => sqlite,
            (Sql::Each { postgres, .. }, Dialect::Postgres) => postgres,
        }
    }

    /// Applies `change` to both spellings.
    pub(super) fn map(&self, change: impl Fn(&str) -> String) -> Self {
        Sql::of(|dialect| change(self.text(dialect)))
    }
}

impl Schema {
    /// Parses a file that [`Schema::json`] wrote.
    ///
    /// # Errors
    /// Says what is wrong with the text.
    pub fn read(json: &str) -> Result<Self, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    /// The text of `schema.json`, with a line for each column, check and index, so that people can read and merge it.
    ///
    /// # Errors
    /// Never for a schema that was made from definitions.
    pub fn json(&self) -> Result<String, String> {
        fn list<T: Serialize>(text: &mut String, name: &str, items: &[T]) -> Result<(), serde_json::Error> {
            let _ = write!(text, ",\n  \"{name}\": [");
            for (index, item) in items.iter().enumerate() {
                let comma = if index > 0 { "," } else { "" };
                let _ = write!(text, "{comma}\n    {}", serde_json::to_string(item)?);
            }
            text.push_str(if items.is_empty() { "]" } else { "\n  ]" });
            Ok(())
        }
        let mut text = "{\"tables\": [".to_owned();
        for (index, table) in self.tables.iter().enumerate() {
            text.push_str(if index > 0 { ",\n{\n" } else { "\n{\n" });
            let _ = write!(
                text,
                "  \"name\": \"{}\",\n  \"model\": \"{}\"",
                table.name, table.model
            );
            if let Some(field) = &table.field {
                let _ = write!(text, ",\n  \"field\": \"{field}\"");
            }
            let written = list(&mut text, "columns", &table.columns)
                .and_then(|()| list(&mut text, "checks", &table.checks))
                .and_then(|()| list(&mut text, "indexes", &table.indexes));
            written.map_err(|error| error.to_string())?;
            text.push_str("\n}");
        }
        text.push_str("\n]}\n");
        Ok(text)
    }

    /// Whether this is the name of one of the tables, or of an index that is a table on SQLite.
    pub fn has(&self, name: &str) -> bool {
        let is_index = |index: &Index| index.trigrams_of.is_some() && index.name == name;
        (self.tables.iter()).any(|table| table.name == name || table.indexes.iter().any(is_index))
    }

    /// The table of this name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }
}

impl Table {
    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Whether it is a many2many table, which holds pairs of ids and has no `id` of its own.
    pub fn is_many2many(&self) -> bool {
        self.field.is_some()
    }

    /// Its foreign keys: column, table that it refers to, and what happens when the record there is deleted.
    pub(super) fn references(&self) -> impl Iterator<Item = (&Column, &str, OnDelete)> {
        self.columns.iter().filter_map(|column| match &column.kind {
            ColumnKind::Reference(target, on_delete) => Some((column, target.as_str(), *on_delete)),
            _ => None,
        })
    }
}
