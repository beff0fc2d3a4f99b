//! Declared and built-in methods, and archived records, over the models of a small library.

mod archived;
mod builtin;
mod copies;
mod declared;
mod models;

use std::sync::LazyLock;

use harness::{Database, Template};
use orm::Runtime;
use orm::db::Session;
use orm::query::{self, Limits, Request};
use orm::{Env, Error, Result, method, write};
use serde_json::{Value, json};

use super::template;

/// A database with the tables of the models and the user who writes everything.
static TEMPLATE: LazyLock<Template> = LazyLock::new(|| {
    let user = "INSERT INTO res_users (name) VALUES ('Root')";
    template(&models::catalogue(), user)
});

/// A database for one test, with some authors, tags and books.
pub(crate) struct Library {
    registry: Runtime,
    session: Session,
    _database: Database,
}

impl Library {
    pub(crate) fn new() -> Self {
        let database = TEMPLATE.copy();
        let mut library = Library {
            registry: Runtime::new(&models::catalogue()).unwrap(),
            session: database.address().open(false).unwrap(),
            _database: database,
        };
        let authors = json!([
            {"name": "Ursula", "pen_name": "Dragonfly"},
            {"name": "Stan"},
            {"name": "Gone", "pen_name": "Dragon", "active": false},
        ]);
        let tags = json!([{"name": "moon"}, {"name": "sea"}, {"name": "old", "active": false}]);
        let books = json!([
            {"name": "Tehanu", "isbn": "111", "price": 10.25, "author_id": 1, "tag_ids": [1, 3],
             "chapter_ids": [[0, 0, {"name": "One", "pages": 12, "note": "x"}], [0, 0, {"name": "Two", "active": false}]]},
            {"name": "Solaris", "isbn": "222", "price": 7, "author_id": 2, "tag_ids": [2]},
            {"name": "Ashes", "isbn": "333", "author_id": 3, "active": false},
            {"name": "Blank"},
        ]);
        for (model, records) in [("test.author", authors), ("test.tag", tags), ("test.book", books)] {
            library.model(model, "create", &json!({"vals_list": records})).unwrap();
        }
        library
    }

    pub(crate) fn env<T>(&mut self, job: impl FnOnce(&mut Env<'_>) -> T) -> T {
        let mut env = Env::system(
            &mut self.session,
            &self.registry,
            "2024-03-01T10:00:00".parse().unwrap(),
        );
        job(&mut env)
    }

    fn call(&mut self, model: &str, id: Option<i64>, method: &str, arguments: &Value) -> Result<Value> {
        self.env(|env| {
            let model = env.registry.exposed(model)?;
            let answer = method::call(env, model, id, method, arguments, &Limits::default())?;
            Ok(serde_json::from_slice(&answer).unwrap())
        })
    }

    /// Calls a method of the model.
    pub(crate) fn model(&mut self, model: &str, method: &str, arguments: &Value) -> Result<Value> {
        self.call(model, None, method, arguments)
    }

    /// Calls a method of a record.
    pub(crate) fn record(&mut self, model: &str, id: i64, method: &str, arguments: &Value) -> Result<Value> {
        self.call(model, Some(id), method, arguments)
    }

    /// The list that these parameters give.
    #[track_caller]
    pub(crate) fn list(&mut self, model: &str, parameters: &[(&str, &str)]) -> Value {
        self.env(|env| {
            let model = env.registry.find(model).unwrap();
            let parameters: Vec<(String, String)> = (parameters.iter())
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            let request = Request::parse(env.registry, model, &parameters, &Limits::default(), &orm::wire::V1).unwrap();
            let list = query::list(env, model, &request).unwrap();
            serde_json::from_slice(&list).unwrap()
        })
    }

    #[track_caller]
    pub(crate) fn ids(&mut self, model: &str, parameters: &[(&str, &str)]) -> Vec<i64> {
        let list = self.list(model, &[parameters, &[("fields", "id")]].concat());
        let ids = list.as_array().unwrap().iter();
        ids.map(|record| record["id"].as_i64().unwrap()).collect()
    }

    pub(crate) fn update(&mut self, model: &str, id: i64, body: &Value) {
        self.env(|env| write::update(env, env.registry.find(model).unwrap(), id, body).map(|_| ()))
            .unwrap();
    }
}

/// The status of an error, and the places of its mistakes.
pub(crate) fn places(error: &Error) -> (u16, Vec<String>) {
    let place = |issue: &orm::error::Issue| match &issue.place {
        orm::error::Place::Pointer(pointer) => pointer.clone(),
        orm::error::Place::Field { record, name } => format!("{record}/{name}"),
        orm::error::Place::Parameter(name) => format!("?{name}"),
    };
    (error.code().status(), error.issues().iter().map(place).collect())
}
