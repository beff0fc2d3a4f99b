//! Reads and changes a database directly, not through the server.

use std::collections::BTreeMap;

use orm::db::{Address, Dialect, Session};

fn session(database: &Address) -> Session {
    database.open(false).unwrap_or_else(|error| panic!("{error}"))
}

/// Runs a query and returns the first column of every row, as text.
///
/// # Panics
/// When the database refuses the statement.
pub fn rows(database: &Address, sql: &str) -> Vec<String> {
    texts(&mut session(database), sql)
}

/// Runs one or more statements.
///
/// # Panics
/// When the database refuses one.
pub fn execute(database: &Address, sql: &str) {
    let done = session(database).batch(sql);
    done.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// Every row of every table, by table name. The tables of tokens, of failed logins and of events are left out, because
/// each request or login may change them.
///
/// # Panics
/// When the database cannot be read or has no more than 20 tables.
pub fn dump(database: &Address) -> BTreeMap<String, Vec<String>> {
    let mut session = session(database);
    let tables = texts(
        &mut session,
        match database.dialect() {
            Dialect::Sqlite => {
                "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name <> 'sqlite_schema' ORDER BY name"
            }
            Dialect::Postgres => "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
        },
    );
    let mut content = BTreeMap::new();
    let changing = ["auth_token", "auth_failure", "auth_event"];
    for table in tables.into_iter().filter(|table| !changing.contains(&table.as_str())) {
        let row = match database.dialect() {
            Dialect::Sqlite => {
                let columns =
                    format!("SELECT 'quote(\"' || name || '\")' FROM pragma_table_info('{table}') ORDER BY cid");
                texts(&mut session, &columns).join(" || ',' || ")
            }
            Dialect::Postgres => "content::text".to_owned(),
        };
        let rows = format!("SELECT {row} FROM \"{table}\" AS content ORDER BY 1");
        let rows = texts(&mut session, &rows);
        content.insert(table, rows);
    }
    assert!(content.len() > 20, "only {} tables", content.len());
    content
}

fn texts(session: &mut Session, sql: &str) -> Vec<String> {
    session.texts(sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
}
