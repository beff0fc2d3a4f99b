//! Mixins: fields, sections and methods that several models take over.

#[allow(missing_docs, dead_code, reason = "what the macros make of test models")]
mod models;

use std::sync::LazyLock;

use harness::{Database, Template};
use orm::Runtime;
use orm::db::Session;
use orm::error::Code;
use orm::prelude::*;
use orm::query::Limits;
use orm::typed::Filter;
use orm::{method, write};
use serde_json::json;

use super::constraints::world::{in_transaction, pointers};
use super::template;
use models::{Customer, CustomerCreate, CustomerFilter};

static WORKSHOP: LazyLock<Template> =
    LazyLock::new(|| template(&models::catalogue(), "INSERT INTO x_users (name) VALUES ('Root')"));

struct Workshop {
    runtime: Runtime,
    session: Session,
    _database: Database,
}

impl Workshop {
    fn new() -> Self {
        let database = WORKSHOP.copy();
        Workshop {
            runtime: Runtime::new(&models::catalogue()).unwrap(),
            session: database.address().open(false).unwrap(),
            _database: database,
        }
    }

    fn env<T>(&mut self, job: impl FnOnce(&mut Env<'_>) -> Result<T>) -> Result<T> {
        let now = chrono::DateTime::UNIX_EPOCH.naive_utc();
        in_transaction(&mut self.session, &self.runtime, now, true, job)
    }

    fn create(&mut self, model: &str, body: &Json) -> Result<Json> {
        self.env(|env| write::create(env, env.registry.find(model).unwrap(), body))
            .map(|answer| serde_json::from_slice(&answer).unwrap())
    }

    fn call(&mut self, model: &str, id: i64, name: &str) -> Result<Json> {
        self.env(|env| {
            let model = env.registry.find(model).unwrap();
            method::call(env, model, Some(id), name, &json!({}), &Limits::default())
        })
        .map(|answer| serde_json::from_slice(&answer).unwrap())
    }
}

#[test]
fn models_take_over_fields_rules_and_methods() {
    let mut workshop = Workshop::new();
    for model in ["x.customer", "x.supplier"] {
        workshop.create(model, &json!({"name": "Ann", "phone": "123"})).unwrap();
        for (body, code, place) in [
            (json!({"name": "Bob", "phone": "123"}), Code::Conflict, "/phone"),
            (json!({"name": "Bob", "calls": -1}), Code::Invalid, "/calls"),
            (json!({"name": "Bob", "phone": "abc"}), Code::Invalid, "/phone"),
        ] {
            let error = workshop.create(model, &body).unwrap_err();
            assert_eq!(
                (error.code(), pointers(&error)),
                (code, vec![place.to_owned()]),
                "{model}: {error:?}"
            );
        }
        assert_eq!(workshop.call(model, 1, "call").unwrap(), json!(1));
        assert_eq!(workshop.call(model, 1, "call").unwrap(), json!(2));
    }
    // The model's own rules hold beside those of its mixins.
    let error = workshop.create("x.customer", &json!({"name": ""})).unwrap_err();
    assert_eq!(pointers(&error), ["/name"]);
    let error = workshop.create("x.supplier", &json!({"name": "Ann"})).unwrap_err();
    assert_eq!(
        (error.code(), pointers(&error)),
        (Code::Conflict, vec!["/name".to_owned()])
    );
    let error = workshop.call("x.tool", 1, "call").unwrap_err();
    assert_eq!(error.code(), Code::NotFound, "a tool is not called");
}

#[test]
fn typed_code_uses_them_as_the_models_own() {
    let mut workshop = Workshop::new();
    workshop
        .env(|env| {
            let customer = CustomerCreate {
                name: "Ann".into(),
                phone: Some("123".into()),
                active: Some(false),
                ..CustomerCreate::default()
            };
            let ann = Records::<Customer>::create(env, vec![customer])?;
            let loaded = &ann.load(env, &[])?[0];
            assert_eq!((&*loaded.called, loaded.active), ("Ann at 123", false));
            let by_phone = || CustomerFilter {
                phone: Some(Filter::Eq("123".into())),
                ..CustomerFilter::default()
            };
            assert!(
                Records::<Customer>::search(env, by_phone())?.is_empty(),
                "she is archived"
            );
            let archived = CustomerFilter {
                active: Some(Filter::Eq(false)),
                ..by_phone()
            };
            assert_eq!(Records::<Customer>::search(env, archived)?, ann);
            Ok(())
        })
        .unwrap();
}
