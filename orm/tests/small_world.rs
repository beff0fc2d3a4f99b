//! A database with the tables of a few models, and what tests do in it. A module of tests adds what it alone needs, in an
//! `impl` of its own.

use harness::Database;
use orm::db::Session;
use orm::prelude::*;
use orm::query::Limits;
use orm::{Entry, Runtime, method, write};
use serde_json::json;

use super::constraints::world::in_transaction;

pub(crate) struct SmallWorld {
    pub(crate) runtime: Runtime,
    pub(crate) session: Session,
    pub(crate) database: Database,
}

impl SmallWorld {
    /// The models of a catalogue in a database that has their tables.
    pub(crate) fn of(catalogue: &[Entry], database: Database) -> Self {
        SmallWorld {
            runtime: Runtime::new(catalogue).unwrap(),
            session: database.address().open(false).unwrap(),
            database,
        }
    }

    /// Runs a job in a transaction, which is kept unless the job fails.
    pub(crate) fn env<T>(&mut self, job: impl FnOnce(&mut Env<'_>) -> Result<T>) -> Result<T> {
        let now = chrono::DateTime::UNIX_EPOCH.naive_utc();
        in_transaction(&mut self.session, &self.runtime, now, true, job)
    }

    /// As a `POST` of this body; answers the record.
    pub(crate) fn create(&mut self, model: &str, body: &Json) -> Result<Json> {
        self.env(|env| write::create(env, env.registry.find(model).unwrap(), body))
            .map(parsed)
    }

    /// As [`SmallWorld::create`]; answers the id.
    pub(crate) fn new_id(&mut self, model: &str, body: &Json) -> Result<i64> {
        self.create(model, body).map(|record| record["id"].as_i64().unwrap())
    }

    /// As a `PUT` of this body; answers the record.
    pub(crate) fn update(&mut self, model: &str, id: i64, body: &Json) -> Result<Json> {
        self.env(|env| write::update(env, env.registry.find(model).unwrap(), id, body))
            .map(parsed)
    }

    pub(crate) fn delete(&mut self, model: &str, id: i64) -> Result<()> {
        self.env(|env| write::delete(env, env.registry.find(model).unwrap(), id))
    }

    /// Calls a method without arguments on a record.
    pub(crate) fn call(&mut self, model: &str, id: i64, name: &str) -> Result<Json> {
        self.call_with(model, id, name, &json!({}))
    }

    /// Calls a method on a record.
    pub(crate) fn call_with(&mut self, model: &str, id: i64, name: &str, arguments: &Json) -> Result<Json> {
        self.env(|env| {
            let model = env.registry.find(model).unwrap();
            method::call(env, model, Some(id), name, arguments, &Limits::default())
        })
        .map(parsed)
    }
}

/// An answer as JSON.
pub(crate) fn parsed(answer: Vec<u8>) -> Json {
    serde_json::from_slice(&answer).unwrap()
}
