//! Migrations that change the kind of a column convert values in the same way on both databases.

use harness::Database;
use orm::db::{Dialect, Statement};
use orm::def::OnDelete;
use orm_schema::{Column, ColumnKind, Fill, Migration, Renames, Schema, Table};

use super::apply;

fn one_column(kind: ColumnKind, required: bool, default: Option<&str>) -> Schema {
    let column = Column {
        name: "v".to_owned(),
        kind,
        required,
        default: default.map(|text| Fill::Constant(text.to_owned())),
        computed: false,
    };
    Schema {
        tables: vec![Table {
            name: "x_t".to_owned(),
            model: "x.t".to_owned(),
            field: None,
            columns: vec![column],
            checks: Vec::new(),
            indexes: Vec::new(),
        }],
    }
}

/// The SQL expression of a value as text, in the same form on both databases.
fn shown(kind: &ColumnKind, dialect: Dialect) -> String {
    match (kind, dialect) {
        (ColumnKind::Decimal(_, scale), Dialect::Sqlite) => format!("CAST(v AS TEXT) || '/{scale}'"),
        (ColumnKind::Decimal(_, scale), Dialect::Postgres) => {
            format!("TRUNC(v * 1e{scale}::numeric)::text || '/{scale}'")
        }
        (ColumnKind::Bool, Dialect::Postgres) => "v::int::text".to_owned(),
        (ColumnKind::DateTime, Dialect::Postgres) => "to_char(v, 'YYYY-MM-DD HH24:MI:SS')".to_owned(),
        (ColumnKind::Date, Dialect::Postgres) => "to_char(v, 'YYYY-MM-DD')".to_owned(),
        (ColumnKind::Float, Dialect::Sqlite) => "printf('%.3f', v)".to_owned(),
        (ColumnKind::Float, Dialect::Postgres) => "to_char(v, 'FM999999990.000')".to_owned(),
        (_, _) => "CAST(v AS TEXT)".to_owned(),
    }
}

/// Migrates a table with one value. Returns the new value as text, or an error if the migration fails.
fn become_of(from: &ColumnKind, value: &str, new: &Schema) -> Result<Option<String>, String> {
    let database = Database::empty();
    let mut session = database.address().open(true).unwrap();
    let (dialect, old) = (session.dialect(), one_column(from.clone(), false, None));
    let migration = |old: &Schema, new: &Schema| Migration::between(old, new, &Renames::default()).unwrap();
    apply(&mut session, &migration(&Schema::default(), &old).steps(dialect).up).unwrap();
    let value = match (from, dialect) {
        (ColumnKind::Decimal(_, scale), Dialect::Sqlite) if value != "NULL" => {
            format!("CAST(ROUND({value} * 1e{scale}) AS INTEGER)")
        }
        (ColumnKind::Bool, Dialect::Postgres) => format!("{value}::int::boolean"),
        _ => value.to_owned(),
    };
    session
        .batch(&format!("INSERT INTO x_t (id, v) VALUES (1, {value})"))
        .unwrap();
    apply(&mut session, &migration(&old, new).steps(dialect).up)?;
    let text = format!("SELECT {} FROM x_t", shown(&new.tables[0].columns[0].kind, dialect));
    let binds = Vec::new();
    let mut shown = None;
    session
        .query(&Statement { text, binds }, |row| {
            shown = row.text(0)?.map(|text| text.to_string());
            Ok(())
        })
        .unwrap();
    Ok(shown)
}

#[test]
fn values_become_those_of_the_new_kind() {
    use ColumnKind::{BigInt, Bool, Date, DateTime, Decimal, Float, Int, Json, Selection, Text};
    let selection = |items: &[&str]| Selection(items.iter().map(|item| (*item).to_owned()).collect());
    let cases: Vec<(ColumnKind, &str, ColumnKind, Option<&str>)> = vec![
        (Int, "42", BigInt, Some("42")),
        (BigInt, "42", Int, Some("42")),
        (BigInt, "2147483648", Int, None),
        (BigInt, "-2147483648", Int, Some("-2147483648")),
        (Int, "42", Decimal(8, 2), Some("4200/2")),
        (Int, "-2147483647", Decimal(8, 2), None),
        (BigInt, "9007199254740993", Decimal(18, 2), Some("900719925474099300/2")),
        (Int, "42", Text, Some("42")),
        (Int, "42", Float, Some("42.000")),
        (Bool, "1", Int, Some("1")),
        (Bool, "0", Text, Some("false")),
        (Decimal(16, 2), "12.25", Decimal(16, 4), Some("122500/4")),
        (Decimal(16, 4), "12.1250", Decimal(16, 2), Some("1213/2")),
        (Decimal(16, 4), "-12.1250", Decimal(16, 2), Some("-1213/2")),
        (Decimal(16, 2), "999999.99", Decimal(8, 2), Some("99999999/2")),
        (Decimal(16, 2), "1000000", Decimal(8, 2), None),
        (Decimal(5, 3), "99.995", Decimal(4, 2), None),
        (Decimal(16, 2), "1000000.5", Decimal(10, 4), None),
        (Decimal(16, 2), "-2.5", Int, Some("-3")),
        (Decimal(16, 2), "12345678901.4", Int, None),
        (Decimal(16, 2), "12345678901.4", BigInt, Some("12345678901")),
        (Decimal(16, 2), "-0.05", Text, Some("-0.05")),
        (Decimal(16, 2), "NULL", Text, None),
        (Decimal(12, 0), "7", Text, Some("7")),
        (Date, "'2024-02-29'", DateTime, Some("2024-02-29 00:00:00")),
        (DateTime, "'2024-02-29 23:59:59.5'", Date, Some("2024-02-29")),
        (Date, "'2024-02-29'", Text, Some("2024-02-29")),
        (Text, "'a'", selection(&["a", "b"]), Some("a")),
        (Text, "'c'", selection(&["a", "b"]), None),
        (selection(&["a", "c"]), "'c'", selection(&["a", "b"]), None),
        (selection(&["a", "c"]), "'c'", selection(&["c"]), Some("c")),
        (selection(&["a"]), "'a'", Text, Some("a")),
        (Json, "'[1]'", Text, Some("[1]")),
        // There is no conversion to these kinds: the value is lost.
        (Text, "'7'", Int, None),
        (Float, "0.5", Decimal(8, 2), None),
    ];
    for (from, value, to, expected) in cases {
        let shown = become_of(&from, value, &one_column(to.clone(), false, None)).unwrap();
        assert_eq!(shown.as_deref(), expected, "{value} from {from:?} to {to:?}");
    }
}

#[test]
fn what_must_not_be_empty_gets_its_default_or_is_refused() {
    let required = |default| one_column(ColumnKind::Int, true, default);
    let big = ColumnKind::BigInt;
    assert_eq!(
        become_of(&big, "5000000000", &required(Some("7"))).unwrap().as_deref(),
        Some("7")
    );
    assert_eq!(
        become_of(&ColumnKind::Int, "NULL", &required(Some("7")))
            .unwrap()
            .as_deref(),
        Some("7")
    );
    assert_eq!(
        become_of(&ColumnKind::Int, "3", &required(None)).unwrap().as_deref(),
        Some("3")
    );
    assert!(become_of(&ColumnKind::Int, "NULL", &required(None)).is_err());
    assert!(become_of(&big, "5000000000", &required(None)).is_err());
    assert!(become_of(&ColumnKind::Text, "'x'", &required(None)).is_err());
}

#[test]
fn a_relation_to_another_model_starts_anew() {
    let mut old = one_column(ColumnKind::Reference("x_t".to_owned(), OnDelete::SetNull), false, None);
    let mut other = one_column(ColumnKind::Int, false, None).tables;
    other[0].name = "x_other".to_owned();
    other[0].model = "x.other".to_owned();
    old.tables.extend(other.clone());
    let mut new = one_column(
        ColumnKind::Reference("x_other".to_owned(), OnDelete::Cascade),
        false,
        None,
    );
    new.tables.extend(other);
    let migration = Migration::between(&old, &new, &Renames::default()).unwrap();
    assert_eq!(
        migration.sqlite.up.losses().count(),
        1,
        "{:?}",
        migration.sqlite.up.notes
    );
    assert_eq!(migration.postgres.up.losses().count(), 1);
}
