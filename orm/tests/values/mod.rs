//! Whatever is given for a field, wherever: it is taken or refused, and both databases answer alike.

mod loads;
mod models;

use harness::{Database, TempDir, execute};
use orm::Runtime;
use orm::db::{Address, Session};
use orm::error::{Code, Place};
use orm::query::{self, Limits, Request};
use orm::registry::ModelInfo;
use orm::{Env, Error, Result, Schema as _, write};
use serde_json::{Value, json};

/// A database with three records. Every try is rolled back, so that each begins with the same three.
struct World {
    registry: Runtime,
    session: Session,
}

impl World {
    fn new(address: &Address) -> Self {
        let registry = Runtime::new(&models::catalogue()).unwrap();
        execute(address, &orm_schema::everything(&registry, address.dialect()));
        execute(address, "INSERT INTO res_users (name) VALUES ('Root')");
        let session = address.open(false).unwrap();
        let mut world = World { registry, session };
        let records = json!([
            {"name": "empty", "code": "a"},
            {"name": "full", "code": "b", "size": "ten", "text": "long", "indexed": "é?", "flag": true, "maybe": false,
             "int": -7, "big": 9007199254740991_i64, "float": 0.5, "decimal": "1.005", "money": "-3.25",
             "date": "2024-02-29", "time": "2024-02-29T12:00:00.5", "choice": "two", "parent_id": 1, "other_ids": [1]},
            {"name": "more", "code": "b", "int": 2147483647, "float": -1000, "decimal": -99, "date": "0001-01-01",
             "time": "2024-01-01T00:00:00", "maybe": true},
        ]);
        for record in records.as_array().unwrap() {
            world
                .change("COMMIT", |env, model| write::create(env, model, record))
                .unwrap();
        }
        world
    }

    /// A transaction of its own.
    fn change<T>(&mut self, end: &str, job: impl FnOnce(&mut Env<'_>, &ModelInfo) -> Result<T>) -> Result<T> {
        self.session.control(self.session.dialect().begin_write()).unwrap();
        let registry = &self.registry;
        let answer = self.session.attempt(|session| {
            let mut env = Env::system(session, registry, "2024-03-01T00:00:00".parse().unwrap());
            job(&mut env, registry.find("x.sample").unwrap())
        });
        self.session.control(end).unwrap();
        answer
    }

    fn list(&mut self, parameters: &[(&str, &str)]) -> Result<String> {
        self.list_of("x.sample", parameters)
    }

    fn list_of(&mut self, model: &str, parameters: &[(&str, &str)]) -> Result<String> {
        let parameters = parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let parameters: Vec<(String, String)> = parameters.collect();
        self.change("ROLLBACK", |env, _| {
            let model = env.registry.find(model).unwrap();
            let request = Request::parse(env.registry, model, &parameters, &Limits::default(), &orm::wire::V1)?;
            query::list(env, model, &request).map(|bytes| String::from_utf8(bytes).unwrap())
        })
    }

    /// Creates, changes and loads a record with this value, and answers what it then holds, or the refusal.
    fn writes(&mut self, field: &str, value: &Value) -> [String; 3] {
        let read = |answer: &[u8]| {
            let answer: Value = serde_json::from_slice(answer).expect("JSON");
            format!("{} {} {}", answer[field], answer["display_name"], answer["inverse"])
        };
        let body = json!({"name": "new", field: value});
        let created = self.change("ROLLBACK", |env, model| {
            write::create(env, model, &body).map(|bytes| read(&bytes))
        });
        let body = json!({field: value});
        let updated = self.change("ROLLBACK", |env, model| {
            write::update(env, model, 3, &body).map(|bytes| read(&bytes))
        });
        let rows = json!({"x.sample": {"fields": ["id", "name", field], "rows": [[90, "new", value]]}});
        let loaded = self.change("ROLLBACK", |env, model| {
            write::load(env, &rows, &mut |_, _| {})?;
            let request = Request::parse(env.registry, model, &[], &Limits::default(), &orm::wire::V1)?;
            query::read_one(env, model, 90, &request).map(|bytes| read(&bytes))
        });
        [outcome(created), outcome(updated), outcome(loaded)]
    }

    /// The names of the records that a condition finds, or the refusal.
    fn finds(&mut self, field: &str, operator: &str, value: &Value) -> String {
        let domain = json!([[field, operator, value]]).to_string();
        outcome(self.list(&[("fields", "name"), ("domain", &domain)]))
    }
}

/// An answer, or the refusal with its places.
fn outcome(answer: Result<String>) -> String {
    let error: Error = match answer {
        Ok(text) => return text,
        Err(error) => error,
    };
    let place = |issue: &orm::error::Issue| match &issue.place {
        Place::Pointer(place) | Place::Parameter(place) => place.clone(),
    };
    let places: Vec<String> = error.issues().iter().map(place).collect();
    format!("{:?} {places:?} {}", error.code(), error.detail())
}

/// Text that is not made shorter by compression.
fn noise(length: usize) -> String {
    let mut state = 0x9e37_79b9_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        char::from(b'!' + (state % 90) as u8)
    };
    (0..length)
        .map(|_| next())
        .filter(|char| *char != '<' && *char != '&')
        .collect()
}

fn extremes() -> Vec<Value> {
    let texts = [
        "",
        " ",
        "a",
        "\0",
        "a\0b",
        "é漢😀",
        "?",
        "'",
        "\"",
        "%_\\",
        "eleven char",
        "one",
        "true",
        "false",
        "null",
        "1",
        "<script>x</script>",
        "-0",
        "+1",
        "1e5",
        ".5",
        "5.",
        "1_0",
        "0x10",
        "NaN",
        "inf",
        "-Infinity",
        "0001-01-01",
        "9999-12-31",
        "10000-01-01",
        "0000-12-31",
        "2024-02-30",
        "2024-02-29",
        "0001-01-01T00:00:00+0200",
        "0001-01-01T02:00:00+0200",
        "2024-02-29 12:00:00.5+00:00",
        "2024-02-29T14:00:00.500000+0200",
        "9999-12-31T23:59:59.999999",
        "9999-12-31T23:59:59.999999-0100",
        "2024-02-29T23:59:60",
        "2024-02-29T12:00:00.1234567Z",
        "AAA=",
        "AAA",
        "{}",
        "[1]",
    ];
    let numbers = [
        "0",
        "-0",
        "1",
        "-1",
        "0.5",
        "-7",
        "127",
        "32768",
        "2147483647",
        "2147483648",
        "-2147483648",
        "-2147483649",
        "9007199254740991",
        "9007199254740992",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "1e19",
        "1e28",
        "1e29",
        "1e40",
        "1e308",
        "1e309",
        "-1e400",
        "5e-324",
        "1e-310",
        "1e-400",
        "1.4210854715202004e-14",
        "1e-7",
        "0.0005",
        "0.00049999999999999999999999999999999",
        "1.005",
        "9999999.999",
        "9999999.9995",
        "9999999.9994",
        "3162.278",
        "99999999999999.9999",
        "99999999999999.99995",
        "1e14",
        "9.3e14",
        "12345678901234567890.123456789",
        "0.1000000000000000055511151231257827021181583404541015625",
        "1e9999999999",
        "100E-2",
    ];
    let long = [
        Value::String("é".repeat(1_301)),
        Value::String(noise(2_700)),
        Value::String("x".repeat(2_601)),
    ];
    let others = [
        json!(null),
        json!(true),
        json!(false),
        json!([]),
        json!([1]),
        json!([1, "x"]),
        json!([999]),
        json!([[6, 0, [1, 2]]]),
        json!([[4, 9223372036854775807_i64]]),
        json!([[0, 0, {"name": "a\0b"}]]),
        json!({}),
        json!({"a\0": ["\0"]}),
        json!([["x"]]),
    ];
    let texts = texts.into_iter().map(|text| json!(text));
    let numbers = numbers.into_iter().map(|number| Value::Number(number.parse().unwrap()));
    texts.chain(numbers).chain(long).chain(others).collect()
}

const OPERATORS: [&str; 8] = ["=", "!=", ">", "<=", "in", "not in", "ilike", "child_of"];

/// The database of this binary, and an SQLite file besides, which is the same where this is the SQLite one.
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

/// What is not answered alike, or not at all.
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
    // An empty truth is told from a false one by a condition, and may become empty again.
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
        ("maybe", json!([false])),
        ("int", json!([-7, 4_000_000_000_i64])),
        ("indexed", json!(["é?", "'\"\\"])),
    ] {
        assert_eq!(
            world.finds(field, "in", &list),
            r#"[{"id":2,"name":"full"}]"#,
            "{field}"
        );
    }
    assert_eq!(
        world.finds("time", "in", &json!(["2024-01-01", "2025-01-01"])),
        r#"[{"id":3,"name":"more"}]"#
    );
}

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
