//! Rules (`CHECK`s and unique indexes) that the rows of a table may break when a migration adds them, or gives the rows
//! other values: each with a statement that finds such rows.

use super::create;
use super::plan::{ItemChanges, TableChange, mentions};
use super::schema::Column;
use super::script::new_value;
use orm_database::Dialect;

/// The names of the rules that rows of a kept table may break, each with a `SELECT` of the ids of such rows, on one line.
/// It works before the migration: on the old table, with the values that the migration is going to give.
pub(super) fn breakable(kept: &TableChange<'_>, dialect: Dialect) -> Vec<(String, String)> {
    let checks = kept.new.checks.iter().filter_map(|check| {
        let condition = check.condition.text(dialect);
        let rows = rows(kept, condition, is_created(&kept.checks, &check.name), dialect)?;
        Some((
            &check.name,
            format!("SELECT \"id\" FROM {rows} WHERE NOT ({condition})"),
        ))
    });
    let uniques = kept
        .new
        .indexes
        .iter()
        .filter(|index| index.unique)
        .filter_map(|index| {
            let terms = index.terms.text(dialect);
            let rows = rows(kept, terms, is_created(&kept.indexes, &index.name), dialect)?;
            Some((&index.name, alike(terms, &rows)))
        });
    checks
        .chain(uniques)
        .map(|(rule, statement)| (rule.clone(), on_one_line(&statement, dialect)))
        .collect()
}

fn is_created<T: super::plan::Item>(changes: &ItemChanges<T>, name: &str) -> bool {
    changes.created.iter().any(|item| item.name() == name)
}

/// The rows that a rule judges, for `FROM`: the old table, or a query of it where columns of the rule have other names or
/// values. `None` if the rows cannot break the rule, because neither it nor a value is new.
fn rows(kept: &TableChange<'_>, rule: &str, is_created: bool, dialect: Dialect) -> Option<String> {
    let table = format!("\"{}\"", kept.old.name);
    let (mut columns, mut is_same, mut may_break) = (Vec::new(), true, is_created);
    for column in kept.new.columns.iter().filter(|column| mentions(rule, &column.name)) {
        let value = new_value(kept, column, dialect);
        let former = kept.columns.iter().find(|former| former.new.name == column.name);
        match former {
            Some(former) => may_break |= value != format!("\"{}\"", former.old.name),
            // What it is going to hold is not known before it is computed.
            None if column.computed => return None,
            None => {}
        }
        let name = format!("\"{}\"", column.name);
        is_same &= value == name;
        columns.push(match former {
            Some(_) => format!("{value} AS {name}"),
            None => format!("{} AS {name}", typed(column, &value, dialect)),
        });
    }
    may_break.then(|| match is_same {
        true => table,
        false => format!("(SELECT \"id\", {} FROM {table}) AS \"rows\"", columns.join(", ")),
    })
}

/// A constant with the type of its column, which PostgreSQL does not know otherwise.
fn typed(column: &Column, constant: &str, dialect: Dialect) -> String {
    let storage = create::storage(&column.kind, dialect);
    match dialect {
        Dialect::Sqlite => constant.to_owned(),
        Dialect::Postgres => format!("CAST({constant} AS {})", storage.replace(" COLLATE \"C\"", "")),
    }
}

/// The rows that are alike in the terms of a unique index: `(…)`, or `(…) WHERE …`. As in the index, a row with a NULL is
/// like no other: a list with a NULL does not equal itself.
fn alike(terms: &str, rows: &str) -> String {
    let (list, condition) = match terms.split_once(") WHERE ") {
        Some((list, condition)) => (list, format!(" AND ({condition})")),
        None => (terms.strip_suffix(')').unwrap_or(terms), String::new()),
    };
    let list = list.strip_prefix('(').unwrap_or(list);
    format!(
        "SELECT \"id\" FROM (SELECT \"id\", COUNT(*) OVER (PARTITION BY {list}) AS \"alike\" FROM {rows} \
         WHERE ({list}) = ({list}){condition}) AS \"found\" WHERE \"alike\" > 1"
    )
}

/// A statement with the ends of lines in its texts written by their codes: a note is a comment of one line.
fn on_one_line(statement: &str, dialect: Dialect) -> String {
    let code = match dialect {
        Dialect::Sqlite => "CHAR",
        Dialect::Postgres => "CHR",
    };
    ['\n', '\r'].into_iter().fold(statement.to_owned(), |statement, end| {
        statement.replace(end, &format!("' || {code}({}) || '", u32::from(end)))
    })
}
