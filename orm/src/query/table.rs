//! Records as a table: CSV ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)).
//!
//! A field of a related record is a column named by its path, such as `order_line/product_id/name`. A record takes as
//! many rows as the longest of its relations to many has records: the first of them stands in the record's own row, each
//! further one in a row of its own, in which the record's own cells are empty. What is empty or left out in a record is
//! an empty cell.

use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};
use serde_json::Value as Json;

use super::plan::{Content, Item, Level, Shape};
use crate::def::Kind;
use crate::env::Budget;
use crate::error::{Error, Result};
use crate::registry::Registry;

/// The columns of a table, and how it is written.
pub(super) struct Table {
    columns: Columns,
    names: Vec<String>,
    spreadsheet: bool,
}

/// The columns of the records of a level.
enum Columns {
    /// Of records with named fields.
    Fields(Vec<(String, Column)>),
    /// Of records that are shown as `[id, "name"]`: the index of the first of two columns.
    Pair(usize),
    /// Of records that are shown as their id: the column's index.
    Id(usize),
}

/// Where the value of a field goes.
enum Column {
    /// To the column with this index; true for a boolean, whose `false` is a value.
    Value(usize, bool),
    /// To those of the related record.
    One(Columns),
    /// To those of the related records, each in a row.
    Many(Columns),
}

/// A row: the indexes of columns, and their cells.
type Cells = Vec<(usize, String)>;

/// The encoding of what follows, for programs that do not take UTF-8 for granted.
const BYTE_ORDER_MARK: &str = "\u{feff}";

impl Table {
    /// A table of the records of this level.
    pub(super) fn new(registry: &Registry, level: &Level, spreadsheet: bool) -> Self {
        let mut names = Vec::new();
        let columns = Columns::new(registry, level, "", &mut names);
        Table {
            columns,
            names,
            spreadsheet,
        }
    }

    /// The line of column names.
    pub(super) fn begin(&self) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        if self.spreadsheet {
            out.extend_from_slice(BYTE_ORDER_MARK.as_bytes());
        }
        write(&mut out, self.names.iter().map(String::as_str))?;
        Ok(out)
    }

    /// Writes the rows of a record.
    ///
    /// # Errors
    /// 413 when they are longer than an answer may be: each row has a separator for every column, and many columns with
    /// many rows come from a short record.
    pub(super) fn record(&self, out: &mut Vec<u8>, record: &Json, budget: &mut Budget) -> Result<()> {
        let mut rows = Vec::new();
        self.fill(&self.columns, record, 0, &mut rows);
        for cells in rows {
            let start = out.len();
            let mut line = vec![""; self.names.len()];
            for (column, cell) in &cells {
                line[*column] = cell;
            }
            write(out, line.into_iter())?;
            budget.take(out.len() - start)?;
        }
        Ok(())
    }

    /// Fills the cells of a record from the row `top` on, and answers how many rows it takes.
    fn fill(&self, columns: &Columns, record: &Json, top: usize, rows: &mut Vec<Cells>) -> usize {
        if rows.len() == top {
            rows.push(Cells::new());
        }
        let mut height = 1;
        match columns {
            Columns::Id(column) => self.set(&mut rows[top], *column, record, false),
            Columns::Pair(column) => {
                self.set(&mut rows[top], *column, &record[0], false);
                self.set(&mut rows[top], *column + 1, &record[1], false);
            }
            Columns::Fields(fields) => {
                for (name, column) in fields {
                    let value = &record[name.as_str()];
                    let taken = match column {
                        Column::Value(column, boolean) => {
                            self.set(&mut rows[top], *column, value, *boolean);
                            1
                        }
                        // A relation without a record is left out, or shown as `false`.
                        Column::One(below) if value.is_object() || value.is_array() => {
                            self.fill(below, value, top, rows)
                        }
                        Column::One(_) => 1,
                        Column::Many(below) => {
                            let related = value.as_array().map(Vec::as_slice).unwrap_or_default();
                            let place = related.iter().fold(top, |at, one| at + self.fill(below, one, at, rows));
                            place - top
                        }
                    };
                    height = height.max(taken);
                }
            }
        }
        height
    }

    fn set(&self, row: &mut Cells, column: usize, value: &Json, boolean: bool) {
        let cell = match value {
            Json::Null => return,
            Json::Bool(false) if !boolean => return,
            Json::String(text) => self.text(text).into_owned(),
            other => other.to_string(),
        };
        row.push((column, cell));
    }

    /// A text as it may stand in a cell.
    fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.spreadsheet && text.starts_with(FORMULA) {
            true => format!("'{text}").into(),
            false => text.into(),
        }
    }
}

/// What a spreadsheet program takes for the beginning of a formula, also in its full-width form or behind a white space:
/// <https://owasp.org/www-community/attacks/CSV_Injection>.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

impl Columns {
    fn new(registry: &Registry, level: &Level, prefix: &str, names: &mut Vec<String>) -> Self {
        let model = registry.model(level.model);
        let first = names.len();
        let mut add = |name: &str| names.push(format!("{prefix}{name}"));
        match level.shape {
            Shape::Id => {
                add("id");
                Columns::Id(first)
            }
            Shape::Pair => {
                add("id");
                add("display_name");
                Columns::Pair(first)
            }
            Shape::Object => {
                let mut fields = Vec::with_capacity(level.items.len());
                for item in &level.items {
                    let (name, column) = match item {
                        Item::Scalar { column, kind, .. } => {
                            // A scalar of a level is a field of its model.
                            let name = level.columns[*column]
                                .last()
                                .map_or("id", |field| model.fields[*field].def.name);
                            (name, Columns::value(name, kind, prefix, names))
                        }
                        Item::Child { child, .. } => {
                            let child = &level.children[*child];
                            let name = model.fields[child.field].def.name;
                            let column = match &child.content {
                                Content::Scalar(_, kind) => Columns::value(name, kind, prefix, names),
                                Content::Related(_, level) | Content::Computed(_, _, level) => {
                                    let below = Columns::new(registry, level, &format!("{prefix}{name}/"), names);
                                    match child.many {
                                        true => Column::Many(below),
                                        false => Column::One(below),
                                    }
                                }
                            };
                            (name, column)
                        }
                    };
                    fields.push((name.to_owned(), column));
                }
                Columns::Fields(fields)
            }
        }
    }

    fn value(name: &str, kind: &Kind, prefix: &str, names: &mut Vec<String>) -> Column {
        names.push(format!("{prefix}{name}"));
        Column::Value(names.len() - 1, matches!(kind, Kind::Bool))
    }
}

fn write<'c>(out: &mut Vec<u8>, cells: impl Iterator<Item = &'c str>) -> Result<()> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
    let written = writer.write_record(cells).and_then(|()| Ok(writer.flush()?));
    written.map_err(|error| Error::internal(format!("a line of a table: {error}")))
}
