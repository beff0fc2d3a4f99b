//! Money has the digits of its record's currency, however it comes into its field.

mod models;
mod once;

use std::cell::Cell;
use std::sync::LazyLock;

use chrono::TimeDelta;
use harness::{Database, Template};
use orm::audit::{Finding, Options, Report, audit};
use orm::field::DateTime;
use orm::query::{self, Limits, Request};
use orm::registry::ModelInfo;
use orm::{Env, Result, Runtime, write};
use serde_json::{Value as Json, json};

use super::template;

/// Currencies that are rounded to cents, to whole units, to thousandths, and to multiples of five cents.
const CENTS: i64 = 1;
const WHOLE: i64 = 2;
const THOUSANDTHS: i64 = 3;
const FIVE_CENTS: i64 = 4;
/// Finer than the four digits of a column.
const FINER: i64 = 5;

static TEMPLATE: LazyLock<Template> = LazyLock::new(|| {
    let user = "INSERT INTO res_users (name) VALUES ('Root')";
    template(&models::catalogue(), user)
});

struct World {
    registry: Runtime,
    database: Database,
    /// Hours that have passed; each change takes one.
    hours: Cell<i64>,
}

impl World {
    fn new() -> Self {
        let world = World {
            registry: Runtime::new(&models::catalogue()).unwrap(),
            database: TEMPLATE.copy(),
            hours: Cell::new(0),
        };
        for rounding in ["0.01", "1", "0.001", "0.05", "0.00001"] {
            world.create("x.currency", &json!({"name": rounding, "rounding": rounding}));
        }
        world
    }

    fn now(&self) -> DateTime {
        DateTime::default() + TimeDelta::hours(self.hours.get())
    }

    /// Runs `job` in a transaction. Answers also how many statements it ran.
    fn change<T>(&self, model: &str, job: impl Fn(&mut Env<'_>, &ModelInfo) -> Result<T>) -> (T, u64) {
        self.hours.set(self.hours.get() + 1);
        let done = self.database.address().transact(|session| {
            let before = session.statements();
            let mut env = Env::system(session, &self.registry, self.now());
            let done = job(&mut env, self.registry.find(model).unwrap())?;
            Ok::<_, orm::Error>((done, session.statements() - before))
        });
        done.unwrap()
    }

    fn create(&self, model: &str, body: &Json) -> i64 {
        let (created, _) = self.change(model, |env, model| write::create(env, model, body));
        serde_json::from_slice::<Json>(&created).unwrap()["id"]
            .as_i64()
            .unwrap()
    }

    /// Creates records of a list; answers their ids.
    fn create_all(&self, model: &str, bodies: &Json) -> Vec<i64> {
        let (created, _) = self.change(model, |env, model| write::create(env, model, bodies));
        let created: Vec<Json> = serde_json::from_slice(&created).unwrap();
        created.iter().map(|record| record["id"].as_i64().unwrap()).collect()
    }

    /// As [`World::create`], where it may be refused.
    fn try_create(&self, model: &str, body: &Json) -> Result<Vec<u8>> {
        self.database.address().transact(|session| {
            let mut env = Env::system(session, &self.registry, self.now());
            write::create(&mut env, self.registry.find(model).unwrap(), body)
        })
    }

    fn update(&self, model: &str, id: i64, body: &Json) {
        self.change(model, |env, model| write::update(env, model, id, body));
    }

    /// These fields of a record, as a read answers them.
    fn read(&self, model: &str, id: i64, fields: &str) -> Json {
        let parameters = [("fields".to_owned(), fields.to_owned())];
        let (answer, _) = self.change(model, |env, model| {
            let request = Request::parse(env.registry, model, &parameters, &Limits::default(), &orm::wire::V1)?;
            query::read_one(env, model, id, &request)
        });
        let record: Json = serde_json::from_slice(&answer).unwrap();
        fields.split(',').map(|field| record[field].clone()).collect()
    }

    /// What `verify` finds.
    fn findings(&self) -> Vec<String> {
        let mut session = self.database.address().open(false).unwrap();
        let mut findings = Findings::default();
        audit(
            &mut session,
            &self.registry,
            self.now(),
            &Options::default(),
            &mut findings,
        )
        .unwrap();
        findings.0
    }
}

#[derive(Default)]
struct Findings(Vec<String>);

impl Report for Findings {
    fn expect(&mut self, _: u64) {}

    fn looked_at(&mut self, _: u64) {}

    fn found(&mut self, finding: Finding) {
        self.0.push(finding.to_string());
    }
}

const AMOUNTS: &str = "fee,paid,total,deposit,third";

#[test]
fn given_computed_and_default_amounts_are_rounded() {
    let world = World::new();
    for (currency, amounts) in [
        (json!(CENTS), json!([1.01, -152.99, 1.01, 0.34, 0.34])),
        (json!(WHOLE), json!([1, -153, 1, 0, 0])),
        (json!(THOUSANDTHS), json!([1.006, -152.985, 1.006, 0.335, 0.335])),
        (json!(FIVE_CENTS), json!([1, -153, 1, 0.35, 0.35])),
        (json!(null), json!([1.0055, -152.985, 1.0055, 0.3352, 0.3352])),
    ] {
        let bill = world.create("x.bill", &json!({"currency_id": currency, "paid": "-152.985"}));
        assert_eq!(
            numbers(&world.read("x.bill", bill, AMOUNTS)),
            numbers(&amounts),
            "{currency}"
        );
    }
    // By an update, also where the value is computed unless it is given.
    let bill = world.create("x.bill", &json!({"currency_id": CENTS}));
    world.update("x.bill", bill, &json!({"fee": 2.345, "deposit": 0.1249}));
    let amounts = world.read("x.bill", bill, AMOUNTS);
    assert_eq!(numbers(&amounts), numbers(&json!([2.35, 0, 2.35, 0.12, 0.78])));
    assert_eq!(world.findings(), [""; 0]);
}

/// Numbers by their value: 1.0 equals 1.
fn numbers(list: &Json) -> Vec<Option<String>> {
    let text = |number: &Json| number.as_f64().map(|number| number.to_string());
    list.as_array().unwrap().iter().map(text).collect()
}

#[test]
fn the_currency_may_be_elsewhere_or_computed() {
    let world = World::new();
    let items = json!([[0, 0, {"price": 10.005, "quantity": 0.5}], [0, 0, {"price": 0.3333, "quantity": 3}]]);
    let bill = world.create("x.bill", &json!({"currency_id": CENTS, "fee": 0, "item_ids": items}));
    // Amounts are made of prices that are rounded already.
    for (item, amounts) in [(1, json!([10.01, 5.01])), (2, json!([0.33, 0.99]))] {
        assert_eq!(numbers(&world.read("x.item", item, "price,amount")), numbers(&amounts));
    }
    assert_eq!(numbers(&world.read("x.bill", bill, "total")), numbers(&json!([6])));

    let receipt = world.create("x.receipt", &json!({"bill_id": bill, "amount": 7.125}));
    let read = |id: i64| numbers(&world.read("x.receipt", id, "amount,hundredfold"));
    assert_eq!(read(receipt), numbers(&json!([7.13, 713])));
    world.update("x.receipt", receipt, &json!({"amount": 7.1249}));
    assert_eq!(read(receipt), numbers(&json!([7.12, 712])));
    let without = world.create("x.receipt", &json!({"amount": 7.125}));
    assert_eq!(read(without), numbers(&json!([7.125, 712.5])));
    // What the author wrote stays until it is written again, what is computed follows its currency.
    world.update("x.bill", bill, &json!({"currency_id": WHOLE}));
    assert_eq!(
        numbers(&world.read("x.item", 1, "price,amount")),
        numbers(&json!([10.01, 5]))
    );
    assert_eq!(numbers(&world.read("x.bill", bill, "total")), numbers(&json!([6])));
    world.update("x.bill", bill, &json!({"currency_id": FIVE_CENTS, "paid": 3.33}));
    assert_eq!(numbers(&world.read("x.bill", bill, "paid")), numbers(&json!([3.35])));
    assert_eq!(world.findings(), [""; 0]);
}

/// What was agreed stays: a currency that is rounded otherwise changes no document.
#[test]
fn another_rounding_of_a_currency_changes_nothing_that_is_stored() {
    let world = World::new();
    let bill = world.create("x.bill", &json!({"currency_id": CENTS, "fee": 1.25}));
    world.update("x.currency", CENTS, &json!({"rounding": 1}));
    assert_eq!(world.findings(), [""; 0]);
    assert_eq!(
        numbers(&world.read("x.bill", bill, "fee,total,third")),
        numbers(&json!([1.25, 1.25, 0]))
    );
    world.update("x.bill", bill, &json!({"fee": 1.75}));
    assert_eq!(
        numbers(&world.read("x.bill", bill, "fee,total")),
        numbers(&json!([2, 2]))
    );
    assert_eq!(world.findings(), [""; 0]);
}

#[test]
fn statements_do_not_follow_the_number_of_amounts() {
    let world = World::new();
    let statements = |count: usize| {
        let item = |number: usize| json!([0, 0, {"price": format!("{number}.005")}]);
        let items: Vec<Json> = (0..count).map(item).collect();
        let bill = json!({"currency_id": CENTS, "item_ids": items});
        let bills = Json::Array(vec![bill; count]);
        world.change("x.bill", |env, model| write::create(env, model, &bills)).1
    };
    assert_eq!(statements(2), statements(8));
}
