//! The notes at the head of a migration's file, comment lines for people and for the program that runs it: what the
//! migration loses, rewrites, needs, and leaves to be computed.

use std::fmt;

/// A line `-- declarest: …` of a migration's file, such as `-- declarest: rewrites sale_order`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// Data are lost: of which table, and what.
    Loses(String, String),
    /// Every row of this table is rewritten, which takes long for a large one.
    Rewrites(String),
    /// A table must be empty: which, and why.
    NeedsNoRows(String, String),
    /// A column must have a value in every row: table, column, and why.
    NeedsValues(String, String, String),
    /// No row of a table may break a rule: table, name of the rule, and a `SELECT` of the ids of the rows that do.
    NeedsRule(String, String, String),
    /// The database must have this extension of PostgreSQL, which is installed if its server has it.
    NeedsExtension(String),
    /// After the migration, the runtime computes a field for the existing rows: model and field.
    Compute(String, String),
}

/// The beginning of a note's line.
const MARK: &str = "-- declarest: ";

impl Note {
    /// The note that a table is dropped.
    pub fn dropped(table: &str) -> Self {
        Note::Loses(table.to_owned(), "the table goes".to_owned())
    }

    /// Reads the notes of a migration's file.
    ///
    /// # Errors
    /// Names a line that begins like a note but is not one.
    pub fn read(sql: &str) -> Result<Vec<Note>, String> {
        let lines = sql.lines().filter_map(|line| line.strip_prefix(MARK));
        lines
            .map(|line| Note::parse(line).ok_or_else(|| format!("`{MARK}{line}` is no line that is understood")))
            .collect()
    }

    fn parse(line: &str) -> Option<Note> {
        let (what, why) = line.split_once(": ").unwrap_or((line, ""));
        let words: Vec<&str> = what.split(' ').collect();
        let why = why.to_owned();
        match words.as_slice() {
            ["loses", "data", "of", table] => Some(Note::Loses((*table).to_owned(), why)),
            ["rewrites", table] => Some(Note::Rewrites((*table).to_owned())),
            ["needs", "no", "rows", "in", table] => Some(Note::NeedsNoRows((*table).to_owned(), why)),
            ["needs", "values", "in", place] => {
                let (table, column) = place.split_once('.')?;
                Some(Note::NeedsValues(table.to_owned(), column.to_owned(), why))
            }
            [
                "needs",
                "no",
                "rows",
                "in",
                table,
                "that",
                "break",
                rule,
                "(correct",
                "them",
                "first)",
            ] => Some(Note::NeedsRule((*table).to_owned(), (*rule).to_owned(), why)),
            ["needs", "the", "extension", name] => Some(Note::NeedsExtension((*name).to_owned())),
            ["computes", place] => {
                let (model, field) = place.rsplit_once('.')?;
                Some(Note::Compute(model.to_owned(), field.to_owned()))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::Loses(table, what) => write!(f, "{MARK}loses data of {table}: {what}"),
            Note::Rewrites(table) => write!(f, "{MARK}rewrites {table}"),
            Note::NeedsNoRows(table, why) => write!(f, "{MARK}needs no rows in {table}: {why}"),
            Note::NeedsValues(table, column, why) => write!(f, "{MARK}needs values in {table}.{column}: {why}"),
            Note::NeedsRule(table, rule, broken) => {
                write!(
                    f,
                    "{MARK}needs no rows in {table} that break {rule} (correct them first): {broken}"
                )
            }
            Note::NeedsExtension(name) => write!(f, "{MARK}needs the extension {name}"),
            Note::Compute(model, field) => write!(f, "{MARK}computes {model}.{field}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Note;

    #[test]
    fn notes_are_read_as_they_are_written() {
        let text = |text: &str| text.to_owned();
        let notes = vec![
            Note::Loses(text("sale_order"), text("column note: gone")),
            Note::Rewrites(text("sale_order")),
            Note::NeedsNoRows(text("sale_order"), text("why")),
            Note::NeedsValues(text("sale_order"), text("name"), text("why")),
            Note::NeedsRule(
                text("x_t"),
                text("x_t_check_1"),
                text("SELECT \"id\" FROM \"x_t\" WHERE NOT (\"v\" <> ': ')"),
            ),
            Note::NeedsExtension(text("pg_trgm")),
            Note::Compute(text("sale.order"), text("amount_total")),
        ];
        let sql: String = notes.iter().map(|note| format!("{note}\nSELECT 1;\n")).collect();
        assert_eq!(Note::read(&sql), Ok(notes));
        assert!(Note::read("-- declarest: loses it").is_err());
        assert_eq!(Note::read("-- another comment"), Ok(Vec::new()));
    }
}
