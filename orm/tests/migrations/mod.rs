//! Migrations between random sets of models, and conversions of values whose kind changes.

mod conversions;
mod rules;
mod specs;
mod trigrams;

use std::collections::{BTreeMap, BTreeSet};

use harness::Database;
use orm::Runtime;
use orm::db::{AnyConnection, Bind, Dialect, Session, Statement};
use orm::def::columns::indexed;
use orm::def::{FieldIndex, Kind};
use orm::query::Limits;
use orm::{Env, method, write};
use orm_schema::{Direction, Migration, Note, Renames, Schema, everything, introspect};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value as Json, json};

/// Runs one direction of a migration as the program does: in one transaction, on SQLite with foreign keys switched off
/// and checked at the end.
pub(crate) fn apply(session: &mut Session, way: &Direction) -> Result<(), String> {
    let sqlite = matches!(session.diesel(), AnyConnection::Sqlite(_));
    if sqlite {
        session.batch("PRAGMA foreign_keys = OFF").unwrap();
    }
    session.batch("BEGIN").unwrap();
    let mut result = session.batch(&way.sql()).map_err(|error| error.to_string());
    if sqlite && result.is_ok() {
        let statement = Statement {
            text: "SELECT COUNT(*) FROM pragma_foreign_key_check".to_owned(),
            binds: Vec::new(),
        };
        if number(session, statement) != Some(0) {
            result = Err("references to nothing".to_owned());
        }
    }
    session
        .batch(if result.is_ok() { "COMMIT" } else { "ROLLBACK" })
        .unwrap();
    if sqlite {
        session.batch("PRAGMA foreign_keys = ON").unwrap();
    }
    result
}

/// The description of all tables of a database.
fn schema(session: &mut Session) -> BTreeSet<String> {
    introspect(session, |_| true).unwrap()
}

/// A new database with the tables of the definitions.
fn fresh(registry: &Runtime) -> (Database, Session) {
    let database = Database::empty();
    let mut session = database.address().open(true).unwrap();
    let tables = everything(registry, session.dialect());
    session.batch(&tables).unwrap();
    (database, session)
}

/// Loads three rows for each model.
fn fill(session: &mut Session, registry: &Runtime) {
    let mut rows = serde_json::Map::new();
    for model in registry.models() {
        let fields: Vec<_> = (model.def.fields.iter())
            .filter(|field| field.stored && !matches!(field.name, "create_uid" | "write_uid" | "write_date"))
            .collect();
        let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
        let row = |id: i64| -> Vec<Json> {
            fields
                .iter()
                .map(|field| value(&field.kind, field.required, id))
                .collect()
        };
        rows.insert(
            model.def.name.to_owned(),
            json!({"fields": names, "rows": [row(1), row(2), row(5)]}),
        );
    }
    session.batch("BEGIN").unwrap();
    let mut env = Env::system(session, registry, chrono::DateTime::UNIX_EPOCH.naive_utc());
    write::load(&mut env, &Json::Object(rows), &mut |_, _| ()).unwrap();
    session.batch("COMMIT").unwrap();
}

/// A value that differs from row to row. In the second row, fields that may be empty are empty.
fn value(kind: &Kind, required: bool, id: i64) -> Json {
    if id == 2 && !required && !matches!(kind, Kind::Id | Kind::Many2many { .. }) {
        return if matches!(kind, Kind::Bool) {
            Json::Null
        } else {
            json!(false)
        };
    }
    match kind {
        Kind::Id => json!(id),
        Kind::Bool => json!(id == 1),
        Kind::Int | Kind::BigInt => json!(id * 11),
        Kind::Float => json!(id as f64 + 0.25),
        Kind::Decimal { digits } => match digits.scale {
            0 => json!(id * 3),
            2 => json!(format!("{id}.25").parse::<f64>().unwrap()),
            _ => json!(format!("{id}.1275").parse::<f64>().unwrap()),
        },
        Kind::Date => json!(format!("2024-01-0{id}")),
        Kind::DateTime => json!(format!("2024-01-0{id} 10:00:00.5")),
        Kind::Selection { items } => json!(items[id as usize % items.len()].value),
        Kind::Binary => json!("aGVsbG8="),
        Kind::Json { .. } => json!({"id": id}),
        Kind::Many2one { .. } => json!(5),
        Kind::Many2many { .. } => json!([1, 5]),
        _ => json!(format!("row {id}, \"quoted\" 'so'")),
    }
}

/// Every value, by model, id and field. It is read over a new connection, which has no statements prepared before the
/// migration.
fn content(database: &Database, registry: &Runtime) -> Content {
    let mut bytes = Vec::new();
    let mut session = database.address().open(false).unwrap();
    let mut env = Env::system(&mut session, registry, chrono::DateTime::UNIX_EPOCH.naive_utc());
    let models: Vec<_> = registry.models().iter().collect();
    write::export(&mut env, &models, &mut bytes).unwrap();
    let json: Json = serde_json::from_slice(&bytes).unwrap();
    let mut content = BTreeMap::new();
    for (model, table) in json.as_object().unwrap() {
        let fields = table["fields"].as_array().unwrap();
        for row in table["rows"].as_array().unwrap() {
            for (field, value) in fields.iter().zip(row.as_array().unwrap()) {
                let place = (model.clone(), row[0].to_string(), field.as_str().unwrap().to_owned());
                content.insert(place, value.clone());
            }
        }
    }
    content
}

/// Whether the notes of a migration say that it may fail in a database with rows.
fn needs(way: &Direction) -> bool {
    way.notes
        .iter()
        .any(|note| matches!(note, Note::NeedsNoRows(..) | Note::NeedsValues(..)))
}

/// The rules that rows break according to the notes of a migration, which are asked before it runs.
fn broken(session: &mut Session, way: &Direction) -> Vec<String> {
    // As in the file: read from its text.
    let notes = Note::read(&way.sql()).unwrap().into_iter();
    notes
        .filter_map(|note| match note {
            Note::NeedsRule(_, rule, select) => (!session.texts(&as_text(&select)).unwrap().is_empty()).then_some(rule),
            _ => None,
        })
        .collect()
}

/// A query of ids, which answers them as text.
fn as_text(select: &str) -> String {
    format!("SELECT CAST(\"id\" AS TEXT) FROM ({select}) AS \"broken\"")
}

/// Whether a value stays the same when the field's kind changes so.
fn same_kind(old: &Kind, new: &Kind) -> bool {
    match (old, new) {
        (Kind::Decimal { digits }, Kind::Decimal { digits: other }) => digits == other,
        (Kind::Selection { items }, Kind::Selection { items: others }) => items.len() <= others.len(),
        (Kind::Many2one { .. } | Kind::Many2many { .. }, _) => false,
        (old, new) => std::mem::discriminant(old) == std::mem::discriminant(new),
    }
}

/// Asserts that values of fields which keep their kind are the same after the migration. Returns how many were
/// compared.
fn assert_kept(old: &Runtime, new: &Runtime, before: &Content, after: &Content) -> usize {
    let mut compared = 0;
    for model in new.models() {
        let former = old.find(model.def.name).or_else(|| old.find(model.def.renamed_from));
        let Some(former) = former else { continue };
        for field in model.def.fields.iter().filter(|field| field.stored) {
            let named = |name: &str| {
                former
                    .def
                    .fields
                    .iter()
                    .find(|known| known.name == name && known.stored)
            };
            let Some(known) = named(field.name).or_else(|| named(field.renamed_from)) else {
                continue;
            };
            if !same_kind(&known.kind, &field.kind) {
                continue;
            }
            for id in ["1", "2", "5"] {
                let place = |model: &str, field: &str| (model.to_owned(), id.to_owned(), field.to_owned());
                let old = before.get(&place(former.def.name, known.name));
                let new = after.get(&place(model.def.name, field.name));
                let empty = |value: Option<&Json>| matches!(value, Some(Json::Bool(false) | Json::Null));
                // An empty value of a field that becomes required gets the default.
                if !(field.required && !known.required && empty(old)) {
                    assert_eq!(old, new, "{}.{} of {id}", model.def.name, field.name);
                    compared += 1;
                }
            }
        }
    }
    compared
}

type Content = BTreeMap<(String, String, String), Json>;

#[test]
fn a_migration_gives_what_a_fresh_install_has_keeps_values_and_leads_back() {
    let (mut applied, mut compared, mut told, mut searched) = (0, 0, 0, 0);
    let asked = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    // Each case creates two databases, which is slow on PostgreSQL.
    let cases = asked.unwrap_or(match Database::empty().address().dialect() {
        Dialect::Sqlite => 60,
        Dialect::Postgres => 15,
    });
    let mut runner = TestRunner::new_with_rng(
        Config::with_cases(cases),
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    for _ in 0..cases {
        let (old, new) = specs::pairs().new_tree(&mut runner).unwrap().current();
        let (old, new) = (specs::registry(&old), specs::registry(&new));
        let migration = Migration::between(&Schema::of(&old), &Schema::of(&new), &Renames::of(&new)).unwrap();
        let (database, mut session) = fresh(&old);
        let (_other, mut expected) = fresh(&new);
        let steps = migration.steps(session.dialect());
        let former = schema(&mut session);
        let wanted = schema(&mut expected);

        // Without rows, every migration works in both directions.
        apply(&mut session, &steps.up).unwrap_or_else(|why| panic!("{why}\n{}", steps.up.sql()));
        assert_eq!(schema(&mut session), wanted, "{}", steps.up.sql());
        apply(&mut session, &steps.down).unwrap_or_else(|why| panic!("{why}\n{}", steps.down.sql()));
        assert_eq!(schema(&mut session), former, "{}", steps.down.sql());

        fill(&mut session, &old);
        let before = content(&database, &old);
        let broken = broken(&mut session, &steps.up);
        if let Err(why) = apply(&mut session, &steps.up) {
            // It fails only as its notes say, or because the rows break a constraint; then nothing has changed.
            let rule = ["UNIQUE", "unique", "CHECK", "check"]
                .iter()
                .any(|word| why.contains(word));
            assert!(needs(&steps.up) || rule, "{why}\n{}", steps.up.sql());
            // The notes about rules find rows where a rule is broken, and only then.
            assert!(!rule || !broken.is_empty(), "{why}\n{}", steps.up.sql());
            told += usize::from(rule);
            assert_eq!(schema(&mut session), former);
            assert_eq!(content(&database, &old), before);
            continue;
        }
        applied += 1;
        assert_eq!(broken, [""; 0], "{}", steps.up.sql());
        assert_eq!(schema(&mut session), wanted, "{}", steps.up.sql());
        let after = content(&database, &new);
        compared += assert_kept(&old, &new, &before, &after);
        next_ids(&mut session, &new, &after);
        searched += assert_searched(&database, &new, &after);
        if apply(&mut session, &steps.down).is_ok() {
            assert_eq!(schema(&mut session), former, "{}", steps.down.sql());
        }
    }
    assert!(
        applied * 3 >= cases as usize,
        "only {applied} of {cases} full databases migrated"
    );
    assert!(compared > applied, "only {compared} values were compared");
    assert!(told > 0, "no rule was broken by the rows");
    // A few cases may have no such index.
    assert!(searched > 0 || cases < 60, "no pattern was looked for in an index");
}

/// Asserts that an index of trigrams has exactly the rows' texts: a pattern finds the records that contain it. Returns how
/// many were found.
fn assert_searched(database: &Database, registry: &Runtime, content: &Content) -> usize {
    let mut session = database.address().open(false).unwrap();
    let mut found = 0;
    for model in registry.models() {
        for field in indexed(model.def, FieldIndex::Trigram) {
            for pattern in ["row 1, \"QUOTED\"", "Row ", "it's new"] {
                let mut env = Env::system(&mut session, registry, chrono::DateTime::UNIX_EPOCH.naive_utc());
                let arguments = json!({"domain": [[field.name, "ilike", pattern]], "order": "id"});
                let answer = method::call(&mut env, model, None, "search", &arguments, &Limits::default()).unwrap();
                let ids: Vec<i64> = serde_json::from_slice(&answer).unwrap();
                let matches = |value: &Json| {
                    let text = value.as_str().unwrap_or_default().to_lowercase();
                    text.contains(&pattern.to_lowercase())
                };
                let of_field = content
                    .iter()
                    .filter(|((name, _, known), _)| name == model.def.name && known == field.name);
                let expected = of_field.filter(|(_, value)| matches(value));
                let expected: Vec<i64> = expected.map(|((_, id, _), _)| id.parse().unwrap()).collect();
                assert_eq!(ids, expected, "{}.{} {pattern}", model.def.name, field.name);
                found += ids.len();
            }
        }
    }
    found
}

/// Asserts that the id of the next record is above all existing ones.
fn next_ids(session: &mut Session, registry: &Runtime, content: &Content) {
    let dialect: Dialect = session.dialect();
    for model in registry.models() {
        if !content.keys().any(|(name, ..)| name == model.def.name) {
            continue;
        }
        let text = dialect.next_ids(model.def.table);
        let binds = match dialect {
            Dialect::Sqlite => Vec::new(),
            Dialect::Postgres => vec![Bind::Int(Some(1))],
        };
        assert_eq!(
            number(session, Statement { text, binds }),
            Some(6),
            "{}",
            model.def.name
        );
    }
}

fn number(session: &mut Session, statement: Statement) -> Option<i64> {
    let mut number = None;
    let read = session.query(&statement, |row| {
        number = row.int(0)?;
        Ok(())
    });
    read.unwrap();
    number
}
