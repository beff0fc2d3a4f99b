//! Fields that are not stored: related fields and fields that are computed when they are read; searches of them; and
//! hierarchies.

mod document;
mod models;
mod reads;
mod refusals;
mod writes;

use std::sync::LazyLock;

use harness::Template;
use orm::Runtime;
use orm::db::Session;
use orm::query::{self, Limits, Request};
use orm::{Env, Result, write};
use serde_json::{Value, json};

use super::template;

/// A database with the tables of the models and the user who writes everything.
static TEMPLATE: LazyLock<Template> = LazyLock::new(|| {
    let user = "INSERT INTO res_users (name) VALUES ('Root')";
    template(&models::catalogue(), user)
});

/// A database for one test, with two countries, four partners and four orders.
pub(crate) struct Database {
    pub(crate) registry: Runtime,
    session: Session,
    _own: harness::Database,
}

impl Database {
    pub(crate) fn new() -> Self {
        let own = TEMPLATE.copy();
        let mut database = Database {
            registry: Runtime::new(&models::catalogue()).unwrap(),
            session: own.address().open(false).unwrap(),
            _own: own,
        };
        let countries = json!([{"name": "Belgium", "code": "BE"}, {"name": "Chile"}]);
        database.create("test.country", &countries);
        let partners = json!([
            {"name": "Ann", "city": "Ghent", "country_id": 1, "known": true},
            {"name": "Bob", "country_id": 2, "parent_id": 1},
            {"name": "Cleo", "city": "Lima", "parent_id": 2, "known": true},
            {"name": "Dan"},
        ]);
        for partner in partners.as_array().unwrap() {
            database.create("test.partner", partner);
        }
        let orders = json!([
            {"name": "A1", "partner_id": 1, "amount": 10.25, "date": "2024-01-26 13:37:58.7015"},
            {"name": "A2", "partner_id": 1, "amount": 0, "state": "done", "date": "2024-02-01T00:00:00"},
            {"name": "B1", "partner_id": 2, "amount": 3, "date": "2024-02-01T00:00:00"},
            {"name": "C1", "partner_id": 3, "amount": 4, "date": "2024-02-01T00:00:00"},
        ]);
        database.create("test.order", &orders);
        database
    }

    pub(crate) fn env<T>(&mut self, job: impl FnOnce(&mut Env<'_>) -> T) -> T {
        let mut env = Env::system(
            &mut self.session,
            &self.registry,
            "2024-03-01T00:00:00".parse().unwrap(),
        );
        job(&mut env)
    }

    #[track_caller]
    pub(crate) fn create(&mut self, model: &str, body: &Value) -> Value {
        self.try_create(model, body).unwrap()
    }

    pub(crate) fn try_create(&mut self, model: &str, body: &Value) -> Result<Value> {
        self.env(|env| write::create(env, env.registry.find(model).unwrap(), body).map(|bytes| parsed(&bytes)))
    }

    pub(crate) fn update(&mut self, model: &str, id: i64, body: &Value) -> Result<Value> {
        self.env(|env| write::update(env, env.registry.find(model).unwrap(), id, body).map(|bytes| parsed(&bytes)))
    }

    pub(crate) fn try_list(&mut self, model: &str, parameters: &[(&str, &str)]) -> Result<String> {
        self.env(|env| {
            let model = env.registry.find(model).unwrap();
            let parameters: Vec<(String, String)> = (parameters.iter())
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            let request = Request::parse(env.registry, model, &parameters, &Limits::default(), &orm::wire::V1)?;
            query::list(env, model, &request).map(|bytes| String::from_utf8(bytes).unwrap())
        })
    }

    /// A list as the text that is sent.
    #[track_caller]
    pub(crate) fn list(&mut self, model: &str, parameters: &[(&str, &str)]) -> String {
        self.try_list(model, parameters).unwrap()
    }

    #[track_caller]
    pub(crate) fn ids(&mut self, model: &str, parameters: &[(&str, &str)]) -> Vec<i64> {
        let parameters = [parameters, &[("fields", "id")]].concat();
        let list = parsed(self.list(model, &parameters).as_bytes());
        let ids = list.as_array().unwrap().iter();
        ids.map(|record| record["id"].as_i64().unwrap()).collect()
    }

    /// The detail of the error with which a list is refused.
    #[track_caller]
    pub(crate) fn refused(&mut self, model: &str, parameters: &[(&str, &str)]) -> String {
        self.try_list(model, parameters).unwrap_err().detail().to_owned()
    }

    pub(crate) fn statements(&self) -> u64 {
        self.session.statements()
    }
}

fn parsed(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}
