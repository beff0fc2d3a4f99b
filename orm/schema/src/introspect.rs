//! Reads the tables that a database has, as one line of text for each column, constraint and index. The lines are
//! sorted, so that two databases with the same tables give the same lines.

use std::collections::BTreeSet;

use orm_database::{Dialect, Session, Statement};
use orm_definition::error::Result;

/// The lines about the tables whose name `wanted` accepts. The order of columns is not part of them: a column that a
/// migration added is the last one of its table, but has its defined place in a freshly created table.
///
/// # Errors
/// When the database cannot be read.
pub fn introspect(session: &mut Session, wanted: impl Fn(&str) -> bool) -> Result<BTreeSet<String>> {
    let queries: &[&str] = match session.dialect() {
        Dialect::Sqlite => &[SQLITE],
        Dialect::Postgres => &[
            POSTGRES_COLUMNS,
            POSTGRES_CONSTRAINTS,
            POSTGRES_INDEXES,
            POSTGRES_SEQUENCES,
        ],
    };
    let dialect = session.dialect();
    let mut lines = BTreeSet::new();
    for query in queries {
        let statement = Statement {
            text: (*query).to_owned(),
            binds: Vec::new(),
        };
        session.query(&statement, |row| {
            let text = |column| Ok(row.text(column)?.unwrap_or_default());
            let (table, what) = (text(0)?, text(1)?);
            if wanted(&table) {
                match dialect {
                    Dialect::Sqlite => lines.extend(parts(&table, &what)),
                    Dialect::Postgres => {
                        lines.insert(format!("{table}: {what}"));
                    }
                }
            }
            Ok(())
        })?;
    }
    Ok(lines)
}

/// Without the tables in which an index of trigrams is kept.
const SQLITE: &str = "\
    SELECT tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~' AND \
    name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')";

const POSTGRES_COLUMNS: &str = "\
    SELECT c.relname::text, 'column ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || \
    CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END || \
    CASE a.attidentity WHEN '' THEN '' ELSE ' IDENTITY ' || a.attidentity::text END || \
    COALESCE(' COLLATE ' || o.collname, '') || COALESCE(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') \
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' \
    LEFT JOIN pg_collation o ON o.oid = a.attcollation \
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
    WHERE c.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND NOT a.attisdropped";

const POSTGRES_CONSTRAINTS: &str = "\
    SELECT c.relname::text, 'constraint ' || n.conname || ' ' || pg_get_constraintdef(n.oid, TRUE) \
    FROM pg_constraint n JOIN pg_class c ON c.oid = n.conrelid \
    WHERE c.relnamespace = current_schema()::regnamespace AND n.contype <> 'n'";

const POSTGRES_INDEXES: &str =
    "SELECT tablename::text, 'index ' || indexdef FROM pg_indexes WHERE schemaname = current_schema()";

/// The sequences of identity columns, which give the ids.
const POSTGRES_SEQUENCES: &str = "\
    SELECT c.relname::text, 'sequence ' || s.relname FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' \
    JOIN pg_class c ON c.oid = d.refobjid AND d.deptype = 'i' WHERE c.relnamespace = current_schema()::regnamespace";

/// The lines for a `CREATE` statement, whose text SQLite keeps in `sqlite_schema`. That of a table is split into its
/// columns and constraints, and the options behind them (`STRICT`); others are one line.
fn parts(table: &str, sql: &str) -> Vec<String> {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let body = sql
        .starts_with("CREATE TABLE")
        .then(|| sql.split_once('(')?.1.rsplit_once(')'))
        .flatten();
    let Some((body, options)) = body else {
        return vec![format!("{table}: {}", words(sql))];
    };
    let mut parts = vec![String::new()];
    let mut depth = 0_u32;
    let mut literal = false;
    for letter in body.chars() {
        match letter {
            '\'' => literal = !literal,
            '(' if !literal => depth += 1,
            ')' if !literal => depth = depth.saturating_sub(1),
            ',' if !literal && depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
    }
    let named = parts.iter().map(|part| format!("{table}: {}", words(part)));
    named.chain([format!("{table}: {}", words(options))]).collect()
}
