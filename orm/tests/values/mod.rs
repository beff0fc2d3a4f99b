//! Extreme values of every kind of field, in writes and in conditions: both databases accept or refuse the same ones
//! and give the same answers.

mod loads;
mod models;
mod world;

use harness::{Database, TempDir};
use orm::db::Address;
use orm::error::Code;
use orm::{Schema as _, write};
use serde_json::{Value, json};
use world::{OPERATORS, World, extremes, noise, outcome};

/// Two worlds to compare: one in the database of this binary (SQLite or PostgreSQL), one in an SQLite file.
fn both() -> (World, World, Database, TempDir) {
    let (own, folder) = (Database::empty(), TempDir::new());
    let file = folder.path().join("other.db");
    std::fs::write(&file, []).unwrap();
    (
        World::new(own.address()),
        World::new(&Address::Sqlite(file.into())),
        own,
        folder,
    )
}

/// Collects the answers that differ and those that are internal errors. Fails when dropped if there are any.
#[derive(Default)]
struct Differences(Vec<String>);

impl Differences {
    fn compare<T: std::fmt::Debug + PartialEq>(&mut self, what: impl Fn() -> String, one: &T, other: &T) {
        if one != other || format!("{one:?}").contains("Internal") {
            self.0.push(format!("{}\n  {one:?}\n  {other:?}", what()));
        }
    }
}

impl Drop for Differences {
    fn drop(&mut self) {
        let some = self.0.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
        assert!(self.0.is_empty(), "{} differ:\n{some}", self.0.len());
    }
}

#[test]
fn both_databases_answer_alike_whatever_is_written() {
    let (mut one, mut other, _own, _folder) = both();
    let mut differences = Differences::default();
    let fields: Vec<&str> = (models::Sample::def().fields.iter()).map(|field| field.name).collect();
    for field in fields {
        for value in extremes() {
            let [one, other] = [&mut one, &mut other].map(|world| world.writes(field, &value));
            differences.compare(|| format!("{field} = {value}"), &one, &other);
        }
    }
}

#[test]
fn both_databases_answer_alike_whatever_is_looked_for() {
    let (mut one, mut other, _own, _folder) = both();
    let mut differences = Differences::default();
    let fields: Vec<&str> = (models::Sample::def().fields.iter()).map(|field| field.name).collect();
    for field in fields {
        for value in extremes() {
            for operator in OPERATORS {
                let given = match operator {
                    "in" | "not in" => json!([value, "one", 1, null]),
                    _ => value.clone(),
                };
                let [one, other] = [&mut one, &mut other].map(|world| world.finds(field, operator, &given));
                differences.compare(|| format!("{field} {operator} {given}"), &one, &other);
            }
            if let Some(text) = value.as_str() {
                for name in [field.to_owned(), format!("{field}__in"), format!("{field}__startswith")] {
                    let list = |world: &mut World| outcome(world.list(&[("fields", "name"), (&name, text)]));
                    differences.compare(|| format!("{name} = {text}"), &list(&mut one), &list(&mut other));
                }
            }
        }
    }
}

#[test]
fn values_are_what_they_should_be() {
    let (mut world, _other, _own, _folder) = both();
    let mut first = |field: &str, value: Value| {
        world
            .writes(field, &value)
            .map(|outcome| outcome.split(' ').next().unwrap().to_owned())
    };
    for (field, given, kept) in [
        ("decimal", json!(1.4210854715202004e-14), "0.0"),
        ("decimal", json!("100E-2"), "1.0"),
        ("decimal", json!(1.0005), "1.001"),
        ("maybe", json!(null), "false"),
        ("time", json!("2024-02-29T14:00:00+0200"), "\"2024-02-29T12:00:00\""),
        ("time", json!("2024-02-29T14:00:00-01"), "\"2024-02-29T15:00:00\""),
        ("html", json!("<script>x</script><b>y</b>"), "\"<b>y</b>\""),
        ("decimal", json!(3_162.278), "Invalid"),
        ("float", json!(1e-310), "Invalid"),
        ("money", json!(10_000_000_000_000_i64), "Invalid"),
        ("date", json!("9999-12-31"), "Invalid"),
        ("indexed", json!(noise(2_700)), "Invalid"),
        ("text", json!(noise(2_700)), "Invalid"),
    ] {
        assert_eq!(first(field, given.clone()), [kept; 3], "{field} = {given}");
    }
    // A condition distinguishes an empty boolean from a false one. An update may empty it again.
    let empty = |world: &mut World| world.list(&[("fields", "id"), ("maybe__is_set", "false")]).unwrap();
    assert_eq!(empty(&mut world), r#"[{"id":1}]"#);
    world
        .change("COMMIT", |env, model| {
            write::update(env, model, 3, &json!({"maybe": null}))
        })
        .unwrap();
    assert_eq!(empty(&mut world), r#"[{"id":1},{"id":3}]"#);
}

#[test]
fn a_refusal_names_the_field_that_would_be_computed() {
    let (mut world, _other, _own, _folder) = both();
    for (given, value, computed) in [
        ("decimal", json!(3_162.278), "square"),
        ("float", json!(1e-310), "inverse"),
        ("money", json!(10_000_000_000_000_i64), "tenfold"),
        ("date", json!("9999-12-31"), "later"),
        ("text", json!(noise(2_700)), "shown"),
    ] {
        for outcome in world.writes(given, &value) {
            assert!(outcome.contains(&format!("`{computed}`")), "{outcome}");
        }
    }
}

#[test]
fn display_names_hold_any_character() {
    let (mut world, _other, _own, _folder) = both();
    let names = world.list(&[("fields", "display_name"), ("order", "id")]).unwrap();
    let expected = json!([
        {"id": 1, "display_name": "empty? 'so' \"it\" :is? a"},
        {"id": 2, "display_name": "full? 'so' \"it\" :is? b"},
        {"id": 3, "display_name": "more? 'so' \"it\" :is? b"},
    ]);
    assert_eq!(serde_json::from_str::<Value>(&names).unwrap(), expected);
    assert_eq!(
        world.finds("display_name", "=", &json!("full? 'so' \"it\" :is? b")),
        r#"[{"id":2,"name":"full"}]"#
    );
    assert_eq!(
        world
            .finds("display_name", "ilike", &json!("? 'SO'"))
            .matches("name")
            .count(),
        3
    );
}

#[test]
fn a_pattern_s_last_backslash_stands_for_itself() {
    let (mut world, mut other, _own, _folder) = both();
    for world in [&mut world, &mut other] {
        let path = json!({"indexed": "C:\\Orders"});
        world
            .change("COMMIT", |env, model| write::update(env, model, 3, &path))
            .unwrap();
        for (operator, pattern) in [("ilike", "c:\\"), ("like", "C:\\\\Ord")] {
            let found = world.finds("indexed", operator, &json!(pattern));
            assert_eq!(found, r#"[{"id":3,"name":"more"}]"#, "{operator} {pattern}");
        }
    }
}

#[test]
fn a_domain_has_at_most_200_conditions() {
    let (mut world, _other, _own, _folder) = both();
    for (count, allowed) in [(200, true), (201, false)] {
        let domain = json!(vec![json!(["id", ">", 0]); count]).to_string();
        let listed = world.list(&[("fields", "id"), ("domain", &domain)]);
        assert_eq!(listed.is_ok(), allowed, "{count}: {listed:?}");
    }
    let refused = world.list(&[("domain", "[[")]).unwrap_err();
    assert!(
        refused.detail().starts_with("the domain is not well-formed JSON"),
        "{refused}"
    );
}

#[test]
fn lists_of_any_length_are_compared_with() {
    let (mut world, _other, _own, _folder) = both();
    let many = |value: &Value| {
        let mut list: Vec<Value> = (0..9_999).map(|number| json!(format!("x{number}"))).collect();
        list.push(value.clone());
        json!(list)
    };
    let terms: Vec<Value> = (0..8).map(|_| json!(["indexed", "in", many(&json!("é?"))])).collect();
    assert_eq!(
        world
            .list(&[("fields", "id"), ("domain", &json!(terms).to_string())])
            .unwrap(),
        r#"[{"id":2}]"#
    );
    for (field, list) in [
        ("decimal", json!([5, "1.005", 7.25])),
        ("money", json!([-3.25, 1])),
        ("float", json!([0.5, 1e300])),
        ("date", json!(["2024-02-29", "2024-01-01"])),
        ("time", json!(["2024-02-29T12:00:00.5", "2024-03-01"])),
        ("choice", json!(["one", "two"])),
        ("int", json!([-7, 4_000_000_000_i64])),
        ("indexed", json!(["é?", "'\"\\"])),
    ] {
        assert_eq!(
            world.finds(field, "in", &list),
            r#"[{"id":2,"name":"full"}]"#,
            "{field}"
        );
    }
    let false_or_empty = r#"[{"id":1,"name":"empty"},{"id":2,"name":"full"}]"#;
    assert_eq!(world.finds("maybe", "in", &json!([false])), false_or_empty);
    assert_eq!(
        world.finds("time", "in", &json!(["2024-01-01", "2025-01-01"])),
        r#"[{"id":3,"name":"more"}]"#
    );
}

/// The largest id is 2^53 - 1. After it, creates are refused.
#[test]
fn ids_end() {
    let (mut world, _other, _own, _folder) = both();
    let load = |id: i64| json!({"x.sample": {"fields": ["id", "name"], "rows": [[id, "last"]]}});
    for id in [i64::MAX, 1 << 53] {
        let refused = world.change("ROLLBACK", |env, _| write::load(env, &load(id), &mut |_, _| {}));
        let error = refused.unwrap_err();
        assert!(
            error.code() == Code::Invalid && error.detail().contains("x.sample, row 0, id"),
            "{error}"
        );
    }
    world
        .change("COMMIT", |env, _| {
            write::load(env, &load((1 << 53) - 1), &mut |_, _| {})
        })
        .unwrap();
    let refused = world.change("ROLLBACK", |env, model| {
        write::create(env, model, &json!({"name": "one more"}))
    });
    let error = refused.unwrap_err();
    assert_eq!(
        (error.code(), error.detail()),
        (Code::Invalid, "x.sample has no ids left")
    );
}
