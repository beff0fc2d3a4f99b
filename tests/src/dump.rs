//! A look into a database file beside the server.

use std::collections::BTreeMap;
use std::path::Path;

use orm::db::{Address, Session, Statement};

fn session(path: &Path) -> Session {
    let connection = Address::Sqlite(path.to_path_buf()).open(false);
    Session::new(connection.unwrap_or_else(|error| panic!("{error}")))
}

/// The first column of every row, as text.
///
/// # Panics
/// When the database refuses the statement.
pub fn rows(path: &Path, sql: &str) -> Vec<String> {
    texts(&mut session(path), sql)
}

/// Runs statements.
///
/// # Panics
/// When the database refuses one.
pub fn execute(path: &Path, sql: &str) {
    let done = session(path).batch(sql);
    done.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// Every row of every table, by table; the times at which tokens were used are left out.
///
/// # Panics
/// When the database cannot be read.
pub fn dump(path: &Path) -> BTreeMap<String, Vec<String>> {
    let mut session = session(path);
    let tables = texts(
        &mut session,
        "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
    );
    let mut content = BTreeMap::new();
    for table in tables.into_iter().filter(|table| table != "auth_token") {
        let columns = texts(
            &mut session,
            &format!("SELECT 'quote(\"' || name || '\")' FROM pragma_table_info('{table}') ORDER BY cid"),
        );
        let rows = format!("SELECT {} FROM \"{table}\" ORDER BY 1", columns.join(" || ',' || "));
        let rows = texts(&mut session, &rows);
        content.insert(table, rows);
    }
    assert!(content.len() > 20, "only {} tables", content.len());
    content
}

fn texts(session: &mut Session, sql: &str) -> Vec<String> {
    let mut rows = Vec::new();
    let statement = Statement {
        text: sql.to_owned(),
        binds: Vec::new(),
    };
    let read = session.query(&statement, |row| {
        rows.push(row.text(0)?.unwrap_or_default());
        Ok(())
    });
    read.unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows
}
