//! The script of a migration: statements in groups, each group under a comment; and what is written alike for both
//! databases.

use super::convert::{conversion, fill};
use super::create;
use super::plan::{KeptColumn, TableChange};
use super::schema::{Column, Table};
use orm_database::Dialect;

/// A script under construction.
#[derive(Default)]
pub(super) struct Script {
    text: String,
    /// The comment of the current group; in `said`, the last one that was written.
    comment: String,
    said: String,
}

impl Script {
    /// Begins a group. Its comment is written before its first statement, if one is added.
    pub(super) fn begin(&mut self, comment: &str) {
        self.comment = comment.to_owned();
    }

    pub(super) fn add(&mut self, statements: String) {
        if self.comment != self.said {
            self.text.push_str(&format!("\n{}", self.comment));
            self.said.clone_from(&self.comment);
        }
        self.text.push_str(&statements);
    }

    /// Adds the statements that create tables with their indexes.
    pub(super) fn create(&mut self, tables: &[&Table], dialect: Dialect) {
        for table in tables {
            self.begin(&describe::created(table));
            self.add(create::table(table, &table.name, dialect));
            for index in &table.indexes {
                self.add(create::index(index, &table.name, dialect));
            }
        }
    }

    pub(super) fn text(self) -> String {
        self.text
    }
}

/// The SQL expression for the new value of a kept column. `own` is the column's name at this point of the script. In a
/// required column, the default replaces values that are NULL or become NULL by the conversion.
pub(super) fn value(column: &KeptColumn<'_>, own: &str, dialect: Dialect) -> String {
    let Some(conversion) = conversion(&column.kind, &column.new.kind, own, dialect) else {
        return own.to_owned();
    };
    let may_be_empty = !column.old.required || conversion.lossy;
    match fill(column.new, dialect).filter(|_| column.new.required && may_be_empty) {
        Some(fill) => format!("COALESCE({}, {fill})", conversion.sql),
        None => conversion.sql,
    }
}

/// What the rows of a kept table get in a column of the new one, as an SQL expression over the old table.
pub(super) fn new_value(kept: &TableChange<'_>, column: &Column, dialect: Dialect) -> String {
    let former = kept.columns.iter().find(|former| former.new.name == column.name);
    match former {
        Some(former) => value(former, &format!("\"{}\"", former.old.name), dialect),
        None => fill(column, dialect).unwrap_or_else(|| "NULL".to_owned()),
    }
}

/// The comments of groups.
pub(super) mod describe {
    use super::super::plan::TableChange;
    use super::super::schema::{ColumnKind, Table};

    pub(in super::super) fn created(table: &Table) -> String {
        match &table.field {
            None => format!("-- {}\n", table.model),
            Some(field) => format!("-- {}.{field}\n", table.model),
        }
    }

    pub(in super::super) fn kept(kept: &TableChange<'_>) -> String {
        let mut changes = Vec::new();
        if kept.old.name != kept.new.name {
            changes.push(format!("renamed from {}", kept.old.name));
        }
        changes.extend(
            kept.renamed_columns()
                .map(|(former, name)| format!("{name} renamed from {former}")),
        );
        changes.extend(kept.dropped.iter().map(|column| format!("{} goes", column.name)));
        changes.extend(kept.added.iter().map(|column| format!("{} comes", column.name)));
        for column in &kept.columns {
            let name = &column.new.name;
            if column.changes_values() {
                changes.push(format!(
                    "{name} from {} to {}",
                    kind(&column.kind),
                    kind(&column.new.kind)
                ));
            }
            match (column.old.required, column.new.required) {
                (false, true) => changes.push(format!("{name} becomes required")),
                (true, false) => changes.push(format!("{name} becomes optional")),
                (true, true) | (false, false) => {}
            }
        }
        let rules = kept.checks.changes() || kept.indexes.changes() || kept.references.changes();
        if changes.is_empty() && rules {
            changes.push("its rules and indexes".to_owned());
        }
        format!("{}: {}\n", created(kept.new).trim_end(), changes.join(", "))
    }

    /// A kind of column in words.
    pub(in super::super) fn kind(kind: &ColumnKind) -> String {
        match kind {
            ColumnKind::Text => "text".to_owned(),
            ColumnKind::Selection(items) => format!("one of {}", items.join(", ")),
            ColumnKind::Json => "JSON".to_owned(),
            ColumnKind::Binary => "bytes".to_owned(),
            ColumnKind::Bool => "boolean".to_owned(),
            ColumnKind::Int => "a 32-bit integer".to_owned(),
            ColumnKind::BigInt => "a 64-bit integer".to_owned(),
            ColumnKind::Float => "a float".to_owned(),
            ColumnKind::Decimal(precision, scale) => format!("a decimal ({precision}, {scale})"),
            ColumnKind::Date => "a date".to_owned(),
            ColumnKind::DateTime => "a date and time".to_owned(),
            ColumnKind::Reference(target, _) => format!("a record of {target}"),
        }
    }
}
