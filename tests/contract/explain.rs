//! Parses the query plans of both databases (`EXPLAIN`) into one form.

use std::fmt;

use orm::db::{Dialect, Session, Statement};
use serde_json::Value;

/// The query plan of a statement.
pub(crate) struct Plan {
    text: String,
    /// The accesses to tables, in the order of the plan.
    pub(crate) accesses: Vec<Access>,
    /// Whether rows are sorted, rather than found in the right order.
    pub(crate) sorts: bool,
}

/// How the rows of a table are found.
pub(crate) struct Access {
    pub(crate) table: String,
    pub(crate) by_index: bool,
    /// The condition for which the index is searched. Empty if the whole index or table is read.
    pub(crate) condition: String,
}

impl Plan {
    /// Whether the rows of a table are found by an index that begins with this column.
    pub(crate) fn searches(&self, table: &str, column: &str) -> bool {
        let found = |access: &&Access| access.table == table;
        self.accesses.iter().find(found).is_some_and(|access| {
            let condition = access.condition.trim_start_matches('(');
            condition
                .strip_prefix(column)
                .is_some_and(|rest| !rest.starts_with('_'))
        })
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The query plan of a statement, or `None` for an insert.
pub(crate) fn explain(session: &mut Session, statement: Statement) -> Option<Plan> {
    if statement.text.starts_with("INSERT") {
        return None;
    }
    let (explain, column) = match session.dialect() {
        Dialect::Sqlite => ("EXPLAIN QUERY PLAN", 3),
        Dialect::Postgres => ("EXPLAIN (FORMAT JSON)", 0),
    };
    let mut lines = Vec::new();
    let explained = Statement {
        text: format!("{explain} {}", statement.text),
        binds: statement.binds,
    };
    let read = session.query(&explained, |row| {
        lines.extend(row.text(column)?.map(|text| text.to_string()));
        Ok(())
    });
    read.unwrap();
    let (mut accesses, text) = (Vec::new(), lines.join("\n"));
    let sorts = match session.dialect() {
        Dialect::Sqlite => {
            accesses.extend(lines.iter().filter_map(|line| of_line(line, &statement.text)));
            text.contains("USE TEMP B-TREE FOR ORDER BY")
        }
        Dialect::Postgres => {
            let plan: Value = serde_json::from_str(&text).unwrap();
            of_node(&plan[0]["Plan"], &mut accesses);
            text.contains("\"Node Type\": \"Sort\"")
        }
    };
    let text = format!("{}\n{text}", statement.text);
    Some(Plan { text, accesses, sorts })
}

/// Parses a line of SQLite's plan, such as `SEARCH t1 USING INDEX name (column=?)` or `SCAN t1`. `t1` is an alias in
/// the statement.
fn of_line(line: &str, statement: &str) -> Option<Access> {
    let (is_search, rest) = match line.split_once(' ')? {
        ("SEARCH", rest) => (true, rest),
        ("SCAN", rest) => (false, rest),
        _ => return None,
    };
    let (alias, how) = rest.split_once(' ').unwrap_or((rest, ""));
    let table = match statement.split_once(&format!("\" AS {alias} ")) {
        Some((before, _)) => before.rsplit('"').next().unwrap_or_default(),
        None => alias,
    };
    let condition = how.split_once('(').filter(|_| is_search);
    Some(Access {
        table: table.to_owned(),
        by_index: how.starts_with("USING"),
        condition: condition.map_or("", |(_, condition)| condition).to_owned(),
    })
}

/// Adds the accesses in a node of PostgreSQL's plan and in its children. The condition of a bitmap scan is in its
/// child.
fn of_node(node: &Value, accesses: &mut Vec<Access>) {
    let text = |name: &str| node[name].as_str().unwrap_or_default().to_owned();
    let children = node["Plans"].as_array().map_or(&[][..], Vec::as_slice);
    let (kind, table) = (text("Node Type"), text("Relation Name"));
    if kind == "Bitmap Heap Scan" {
        let condition = children[0]["Index Cond"].as_str().unwrap_or_default().to_owned();
        accesses.push(Access {
            table,
            by_index: true,
            condition,
        });
    } else if !table.is_empty() && kind != "ModifyTable" {
        let condition = text("Index Cond");
        accesses.push(Access {
            table,
            by_index: kind.starts_with("Index"),
            condition,
        });
    }
    children.iter().for_each(|child| of_node(child, accesses));
}
