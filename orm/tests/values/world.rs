//! What the tests of values share: a database with three records, and extreme values.

use harness::execute;
use orm::db::{Address, Session};
use orm::error::Place;
use orm::query::{self, Limits, Request};
use orm::registry::ModelInfo;
use orm::{Env, Error, Result, Runtime, write};
use serde_json::{Value, json};

use super::models;

/// A database with three records. Most changes are rolled back, so that each begins with the same three.
pub(super) struct World {
    pub(super) registry: Runtime,
    pub(super) session: Session,
}

impl World {
    pub(super) fn new(address: &Address) -> Self {
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

    /// Runs `job` in a transaction, which `end` (`COMMIT` or `ROLLBACK`) ends.
    pub(super) fn change<T>(
        &mut self,
        end: &str,
        job: impl FnOnce(&mut Env<'_>, &ModelInfo) -> Result<T>,
    ) -> Result<T> {
        self.session.control(self.session.dialect().begin_write()).unwrap();
        let registry = &self.registry;
        let answer = self.session.attempt(|session| {
            let mut env = Env::system(session, registry, "2024-03-01T00:00:00".parse().unwrap());
            job(&mut env, registry.find("x.sample").unwrap())
        });
        self.session.control(end).unwrap();
        answer
    }

    pub(super) fn list(&mut self, parameters: &[(&str, &str)]) -> Result<String> {
        self.list_of("x.sample", parameters)
    }

    pub(super) fn list_of(&mut self, model: &str, parameters: &[(&str, &str)]) -> Result<String> {
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

    /// Creates, updates and loads a record with this value of a field. Returns for each what is stored, or the error.
    pub(super) fn writes(&mut self, field: &str, value: &Value) -> [String; 3] {
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

    /// The names of the records that a condition finds, or the error.
    pub(super) fn finds(&mut self, field: &str, operator: &str, value: &Value) -> String {
        let domain = json!([[field, operator, value]]).to_string();
        outcome(self.list(&[("fields", "name"), ("domain", &domain)]))
    }
}

/// The answer as text, or the error with its code and places.
pub(super) fn outcome(answer: Result<String>) -> String {
    let error: Error = match answer {
        Ok(text) => return text,
        Err(error) => error,
    };
    let place = |issue: &orm::error::Issue| match &issue.place {
        Place::Pointer(place) | Place::Parameter(place) => place.clone(),
        Place::Field { record, name } => format!("{record}/{name}"),
    };
    let places: Vec<String> = error.issues().iter().map(place).collect();
    format!("{:?} {places:?} {}", error.code(), error.detail())
}

/// Pseudo-random text, which compression cannot shorten.
pub(super) fn noise(length: usize) -> String {
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

pub(super) fn extremes() -> Vec<Value> {
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

pub(super) const OPERATORS: [&str; 11] = [
    "=", "!=", ">", "<=", "in", "not in", "ilike", "not like", "=ilike", "any", "child_of",
];
