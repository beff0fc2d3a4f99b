//! A database's tables as data: what the definitions ask for, and what the committed migrations give, kept beside them in
//! `schema.json`. The same for both databases, but for pieces of SQL that they spell differently.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use orm_database::Dialect;
use orm_definition::def::OnDelete;

/// The tables, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Schema {
    /// Sorted by name.
    pub tables: Vec<Table>,
}

/// A model's table, or the table of pairs of a many2many field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// The model that it is of.
    pub model: String,
    /// Of a table of pairs: the model's many2many field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// In the order of the definition; without `id`, which every model's table has.
    pub columns: Vec<Column>,
    /// Conditions that each row fulfils.
    pub checks: Vec<Check>,
    /// Indexes, unique ones too.
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
    /// What rows get that are there when the column comes. The runtime, not the database, gives new records theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Fill>,
    /// Its values are computed.
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
    /// Truth.
    Bool,
    /// 32 bits.
    Int,
    /// 64 bits.
    BigInt,
    /// A float.
    Float,
    /// An exact decimal: all digits, and those after the point.
    Decimal(u8, u8),
    /// A day.
    Date,
    /// A point in time.
    DateTime,
    /// A record of this table, and what happens when it is deleted.
    Reference(String, OnDelete),
}

/// A value for rows that are there already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fill {
    /// A constant, in the field's own stored form.
    Constant(String),
    /// The time.
    Now,
    /// The day.
    Today,
}

/// A condition that each row fulfils.
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
    /// No two rows have the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unique: bool,
    /// What follows the table's name: terms in parentheses, and the condition.
    pub terms: Sql,
}

/// A piece of SQL in either spelling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Sql {
    /// The same on both.
    Same(String),
    /// Different ones.
    Each {
        /// SQLite's.
        sqlite: String,
        /// PostgreSQL's.
        postgres: String,
    },
}

impl Sql {
    /// Asks for both spellings.
    pub(super) fn of(text: impl Fn(Dialect) -> String) -> Self {
        let (sqlite, postgres) = (text(Dialect::Sqlite), text(Dialect::Postgres));
        match sqlite == postgres {
            true => Sql::Same(sqlite),
            false => Sql::Each { sqlite, postgres },
        }
    }

    /// The spelling of a database.
    pub fn text(&self, dialect: Dialect) -> &str {
        match (self, dialect) {
            (Sql::Same(text), _) => text,
            (Sql::Each { sqlite, .. }, Dialect::Sqlite) => sqlite,
            (Sql::Each { postgres, .. }, Dialect::Postgres) => postgres,
        }
    }

    /// With names changed.
    pub(super) fn map(&self, change: impl Fn(&str) -> String) -> Self {
        Sql::of(|dialect| change(self.text(dialect)))
    }
}

impl Schema {
    /// Reads what [`Schema::json`] wrote.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn read(json: &str) -> Result<Self, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    /// As a file that is read and merged by people: a line for each column, check and index.
    ///
    /// # Errors
    /// Never of what definitions ask for.
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

    /// Whether it holds pairs of records, and has no `id`.
    pub fn is_pairs(&self) -> bool {
        self.field.is_some()
    }

    /// Its columns that refer to records: column, table, and what happens when the record is deleted.
    pub(super) fn references(&self) -> impl Iterator<Item = (&Column, &str, OnDelete)> {
        self.columns.iter().filter_map(|column| match &column.kind {
            ColumnKind::Reference(target, on_delete) => Some((column, target.as_str(), *on_delete)),
            _ => None,
        })
    }
}
