//! A migration notes the rules that stored rows may break, with a statement that finds them before it runs.

use harness::Database;
use orm::db::{Dialect, Session};
use orm_schema::{Check, Column, ColumnKind, Fill, Index, Migration, Note, Renames, Schema, Sql, Table};

use super::{apply, as_text};

fn column(name: &str, kind: ColumnKind) -> Column {
    Column {
        name: name.to_owned(),
        kind,
        required: false,
        default: None,
        computed: false,
    }
}

fn table(columns: Vec<Column>, checks: Vec<Check>, indexes: Vec<Index>) -> Schema {
    Schema {
        tables: vec![Table {
            name: "x_t".to_owned(),
            model: "x.t".to_owned(),
            field: None,
            columns,
            checks,
            indexes,
        }],
    }
}

fn check(name: &str, sqlite: &str, postgres: &str) -> Check {
    Check {
        name: name.to_owned(),
        condition: match sqlite == postgres {
            true => Sql::Same(sqlite.to_owned()),
            false => Sql::Each {
                sqlite: sqlite.to_owned(),
                postgres: postgres.to_owned(),
            },
        },
    }
}

fn unique(name: &str, terms: &str) -> Index {
    Index {
        name: name.to_owned(),
        unique: true,
        trigrams_of: None,
        terms: Sql::Same(terms.to_owned()),
    }
}

/// The notes about rules: the rule, its statement, and the ids that this finds.
fn found(session: &mut Session, migration: &Migration) -> Vec<(String, String, Vec<String>)> {
    let notes = Note::read(&migration.steps(session.dialect()).up.sql()).unwrap();
    let rules = notes.into_iter().filter_map(|note| match note {
        Note::NeedsRule(table, rule, select) => {
            assert_eq!(table, "x_t");
            let mut ids = session.texts(&as_text(&select)).unwrap();
            ids.sort();
            Some((rule, select, ids))
        }
        _ => None,
    });
    rules.collect()
}

#[test]
fn the_rows_that_break_a_new_rule_are_found_before_it_is_made() {
    let database = Database::empty();
    let mut session = database.address().open(true).unwrap();
    let dialect = session.dialect();
    let money = ColumnKind::Decimal(16, 2);
    let old = table(
        vec![column("amount", money.clone()), column("name", ColumnKind::Text)],
        Vec::new(),
        Vec::new(),
    );
    let setup = Migration::between(&Schema::default(), &old, &Renames::default()).unwrap();
    apply(&mut session, &setup.steps(dialect).up).unwrap();
    let one = match dialect {
        Dialect::Sqlite => 100,
        Dialect::Postgres => 1,
    };
    let rows = format!(
        "INSERT INTO x_t (id, amount, name) VALUES (1, {one}, 'Ann'), (2, NULL, 'ann'), (3, -{one}, NULL), \
         (4, -{one}, NULL), (5, {one}, 'a' || CHR10 || 'b')"
    );
    let code = match dialect {
        Dialect::Sqlite => "CHAR(10)",
        Dialect::Postgres => "CHR(10)",
    };
    session.batch(&rows.replace("CHR10", code)).unwrap();

    let new = table(
        vec![column("amount", money), column("name", ColumnKind::Text)],
        vec![
            check("x_t_check_1", "\"amount\" >= 100", "\"amount\" >= 1"),
            check("x_t_check_2", "\"name\" <> 'a\nb'", "\"name\" <> 'a\nb'"),
        ],
        vec![
            unique("x_t_name_unique", "(LOWER(\"name\"))"),
            unique("x_t_amount_unique", "(\"amount\", \"name\")"),
            unique("x_t_some_unique", "(\"amount\") WHERE \"name\" IS NOT NULL"),
        ],
    );
    let migration = Migration::between(&old, &new, &Renames::default()).unwrap();
    let told = found(&mut session, &migration);
    let brief: Vec<(&str, Vec<&str>)> = told
        .iter()
        .map(|(rule, _, ids)| (rule.as_str(), ids.iter().map(String::as_str).collect()))
        .collect();
    let expected = [
        ("x_t_amount_unique", vec![]),
        ("x_t_check_1", vec!["3", "4"]),
        ("x_t_check_2", vec!["5"]),
        ("x_t_name_unique", vec!["1", "2"]),
        ("x_t_some_unique", vec!["1", "5"]),
    ];
    assert_eq!(brief, expected);
    assert_eq!(
        told[1].1,
        format!("SELECT \"id\" FROM \"x_t\" WHERE NOT (\"amount\" >= {one})")
    );
    assert!(apply(&mut session, &migration.steps(dialect).up).is_err());
    // Corrected rows are let through, and an unchanged rule is not noted again.
    session
        .batch("UPDATE x_t SET amount = NULL, name = NULL WHERE id > 1")
        .unwrap();
    assert!(found(&mut session, &migration).iter().all(|(_, _, ids)| ids.is_empty()));
    apply(&mut session, &migration.steps(dialect).up).unwrap();
    assert!(Migration::between(&new, &new, &Renames::default()).unwrap().is_empty());
}

#[test]
fn rows_are_judged_by_the_names_and_values_that_they_are_going_to_have() {
    let database = Database::empty();
    let mut session = database.address().open(true).unwrap();
    let dialect = session.dialect();
    let key = || unique("x_t_key_unique", "(\"key\")");
    let fine = vec![column("key", ColumnKind::Int), column("count", ColumnKind::Int)];
    let old = table(fine, Vec::new(), vec![key()]);
    let setup = Migration::between(&Schema::default(), &old, &Renames::default()).unwrap();
    apply(&mut session, &setup.steps(dialect).up).unwrap();
    session
        .batch("INSERT INTO x_t (id, key, count) VALUES (1, 7, 1), (2, NULL, 2), (3, 8, 3)")
        .unwrap();
    // `key` becomes required, which its default makes equal to another; `count` is renamed; `day` is new.
    let required = Column {
        required: true,
        default: Some(Fill::Constant("7".to_owned())),
        ..column("key", ColumnKind::Int)
    };
    let new = table(
        vec![
            required,
            column("number", ColumnKind::Int),
            column("day", ColumnKind::Date),
        ],
        vec![check(
            "x_t_check_1",
            "\"number\" < 3 OR \"day\" > '2024-01-01'",
            "\"number\" < 3 OR \"day\" > '2024-01-01'",
        )],
        vec![key()],
    );
    let mut renames = Renames::default();
    renames
        .fields
        .insert(("x.t".to_owned(), "number".to_owned()), "count".to_owned());
    let migration = Migration::between(&old, &new, &renames).unwrap();
    let told: Vec<(String, Vec<String>)> = found(&mut session, &migration)
        .into_iter()
        .map(|(rule, _, ids)| (rule, ids))
        .collect();
    // Without a day, the check of row 3 is unknown, which breaks nothing.
    let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    let expected = [
        ("x_t_check_1".to_owned(), ids(&[])),
        ("x_t_key_unique".to_owned(), ids(&["1", "2"])),
    ];
    assert_eq!(told, expected);
}
