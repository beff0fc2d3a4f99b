//! An index of trigrams is made of the rows that there are, follows the names of its column and its table, and goes.

use harness::Database;
use orm::db::{Dialect, Session, install_extension};
use orm_schema::{Column, ColumnKind, Index, Migration, Note, Renames, Schema, Sql, Table, introspect};

use super::apply;

/// A table with one text, which has an index of trigrams or none.
fn schema(table: &str, column: &str, required: bool, indexed: bool) -> Schema {
    let index = Index {
        name: format!("{table}_{column}_trigram"),
        unique: false,
        trigrams_of: Some(column.to_owned()),
        terms: Sql::Each {
            sqlite: format!("declarest_fold(\"{column}\", true, false)"),
            postgres: format!("USING gin ((lower(\"{column}\")) gin_trgm_ops)"),
        },
    };
    Schema {
        tables: vec![Table {
            name: table.to_owned(),
            model: table.replace('_', "."),
            field: None,
            columns: vec![Column {
                name: column.to_owned(),
                kind: ColumnKind::Text,
                required,
                default: None,
                computed: false,
            }],
            checks: Vec::new(),
            indexes: indexed.then_some(index).into_iter().collect(),
        }],
    }
}

/// The ids of the rows whose text contains `lamp`, by the index.
fn found(session: &mut Session, table: &str, column: &str) -> Vec<String> {
    let index = format!("{table}_{column}_trigram");
    let query = match session.dialect() {
        Dialect::Sqlite => {
            format!("SELECT CAST(rowid AS TEXT) FROM \"{index}\" WHERE \"{index}\" MATCH 'lam AND amp' ORDER BY rowid")
        }
        Dialect::Postgres => {
            let lines = introspect(session, |name| name == table).unwrap();
            assert!(lines.iter().any(|line| line.contains(&index)), "{lines:#?}");
            format!("SELECT id::text FROM \"{table}\" WHERE lower(\"{column}\") LIKE '%lamp%' ORDER BY id")
        }
    };
    session.texts(&query).unwrap()
}

#[test]
fn an_index_of_trigrams_has_the_rows_and_follows_names() {
    let database = Database::empty();
    let mut session = database.address().open(true).unwrap();
    let dialect = session.dialect();
    let renames = Renames {
        models: [("x.u".to_owned(), "x.t".to_owned())].into(),
        fields: [(("x.t".to_owned(), "title".to_owned()), "name".to_owned())].into(),
    };
    // Each state with the statement that changes its rows, and what is found then.
    let (empty, name, title) = (Schema::default(), "name", "title");
    let states = [
        (
            schema("x_t", name, false, false),
            "INSERT INTO x_t VALUES (1, 'LAMP'), (3, NULL), (7, 'Desk lamps')",
            None,
        ),
        (
            schema("x_t", name, false, true),
            "INSERT INTO x_t VALUES (8, 'lamp')",
            Some(("x_t", name, vec!["1", "7", "8"])),
        ),
        (
            schema("x_t", title, false, true),
            "UPDATE x_t SET title = 'lamp' WHERE id = 3",
            Some(("x_t", title, vec!["1", "3", "7", "8"])),
        ),
        // SQLite rebuilds the table.
        (
            schema("x_t", title, true, true),
            "DELETE FROM x_t WHERE id = 1",
            Some(("x_t", title, vec!["3", "7", "8"])),
        ),
        (
            schema("x_u", title, true, true),
            "UPDATE x_u SET title = 'Chair' WHERE id = 7",
            Some(("x_u", title, vec!["3", "8"])),
        ),
        (schema("x_u", title, true, false), "DELETE FROM x_u WHERE id = 8", None),
        (empty.clone(), "SELECT 1", None),
    ];
    let mut former = empty;
    let mut before = introspect(&mut session, |_| true).unwrap();
    assert!(before.is_empty());
    for (state, change, expected) in states {
        let migration = Migration::between(&former, &state, &renames).unwrap();
        let steps = migration.steps(dialect);
        let needs = Note::NeedsExtension("pg_trgm".to_owned());
        let comes = former.tables.iter().all(|table| table.indexes.is_empty()) && expected.is_some();
        assert_eq!(steps.up.notes.contains(&needs), comes && dialect == Dialect::Postgres);
        // There, back, and there again.
        apply(&mut session, &steps.up).unwrap();
        let after = introspect(&mut session, |_| true).unwrap();
        if !former.tables.is_empty() && !state.tables.is_empty() {
            apply(&mut session, &steps.down).unwrap();
            assert_eq!(introspect(&mut session, |_| true).unwrap(), before);
            apply(&mut session, &steps.up).unwrap();
            assert_eq!(introspect(&mut session, |_| true).unwrap(), after);
        }
        session.batch(change).unwrap();
        if let Some((table, column, ids)) = expected {
            assert_eq!(found(&mut session, table, column), ids, "{}", steps.up.sql());
        }
        (former, before) = (state, after);
    }
    assert!(before.is_empty(), "{before:#?}");
}

#[test]
fn an_extension_that_the_server_lacks_is_refused() {
    let database = Database::empty();
    let mut session = database.address().open(true).unwrap();
    match (session.dialect(), install_extension(&mut session, "no_such_extension")) {
        (Dialect::Sqlite, installed) => installed.unwrap(),
        (Dialect::Postgres, installed) => {
            let why = installed.unwrap_err();
            assert!(
                why.detail().contains("lacks") && why.detail().contains("postgresql-contrib"),
                "{why}"
            );
        }
    }
    install_extension(&mut session, "pg_trgm").unwrap();
    install_extension(&mut session, "pg_trgm").unwrap();
}
