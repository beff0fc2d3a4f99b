//! A database for each test, with short methods that write to it.

use std::sync::LazyLock;

use chrono::NaiveDateTime;
use harness::{Database, Template};
use orm::Runtime;
use orm::audit::{Finding, Options, Report, audit};
use orm::db::{Address, Session, Statement};
use orm::registry::ModelInfo;
use orm::{Env, Error, Result, write};
use serde_json::Value as Json;

use super::super::template;
use super::models;

/// A database with the tables of the models and the user who writes everything.
static TEMPLATE: LazyLock<Template> = LazyLock::new(|| {
    let user = "INSERT INTO res_partner (name) VALUES ('Root'); \
                INSERT INTO res_users (partner_id) VALUES (1)";
    template(&models::catalogue(), user)
});

/// A new database, and a session that writes to it.
pub(crate) struct World {
    pub(crate) registry: Runtime,
    pub(crate) session: Session,
    pub(crate) now: NaiveDateTime,
    database: Database,
}

impl World {
    pub(crate) fn new() -> Self {
        let database = TEMPLATE.copy();
        World {
            registry: Runtime::new(&models::catalogue()).unwrap(),
            session: database.address().open(false).unwrap(),
            now: chrono::DateTime::UNIX_EPOCH.naive_utc(),
            database,
        }
    }

    pub(crate) fn address(&self) -> &Address {
        self.database.address()
    }

    pub(crate) fn change<T>(
        &mut self,
        model: &str,
        job: impl FnOnce(&mut Env<'_>, &ModelInfo) -> Result<T>,
    ) -> Result<T> {
        in_transaction(&mut self.session, &self.registry, self.now, true, |env| {
            let model = env.registry.find(model).unwrap();
            job(env, model)
        })
    }

    pub(crate) fn try_create(&mut self, model: &str, body: &Json) -> Result<i64> {
        let answer = self.change(model, |env, model| write::create(env, model, body))?;
        let answer: Json = serde_json::from_slice(&answer).unwrap();
        Ok(answer["id"].as_i64().unwrap())
    }

    pub(crate) fn create(&mut self, model: &str, body: &Json) -> i64 {
        self.try_create(model, body).unwrap()
    }

    pub(crate) fn try_update(&mut self, model: &str, id: i64, body: &Json) -> Result<()> {
        self.change(model, |env, model| write::update(env, model, id, body).map(|_| ()))
    }

    pub(crate) fn try_delete(&mut self, model: &str, id: i64) -> Result<()> {
        self.change(model, |env, model| write::delete(env, model, id))
    }

    /// Loads rows with their ids (`write::load`).
    pub(crate) fn try_load(&mut self, data: &Json) -> Result<()> {
        self.change("x.room", |env, _| write::load(env, data, &mut |_, _| {}).map(|_| ()))
    }

    /// What `declarest verify` finds.
    pub(crate) fn findings(&mut self) -> Vec<String> {
        findings(&mut self.session, &self.registry)
    }

    /// The ids of a table's records.
    pub(crate) fn ids(&mut self, table: &str) -> Vec<i64> {
        let ids = self
            .session
            .texts(&format!("SELECT CAST(id AS TEXT) FROM {table} ORDER BY id"));
        ids.unwrap().iter().map(|id| id.parse().unwrap()).collect()
    }

    /// The names of a table's records.
    pub(crate) fn names(&mut self, table: &str) -> Vec<String> {
        let (text, binds) = (format!("SELECT name FROM {table} ORDER BY id"), Vec::new());
        let mut names = Vec::new();
        let read = self.session.query(&Statement { text, binds }, |row| {
            names.extend(row.text(0)?.map(|name| name.to_string()));
            Ok(())
        });
        read.unwrap();
        names
    }
}

/// What `declarest verify` finds.
pub(crate) fn findings(session: &mut Session, runtime: &Runtime) -> Vec<String> {
    let (now, mut findings) = (chrono::DateTime::UNIX_EPOCH.naive_utc(), Findings::default());
    audit(session, runtime, now, &Options::default(), &mut findings).unwrap();
    findings.0
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

/// Runs `job` in a transaction, which is committed only with `keep` and if `job` succeeds.
pub(crate) fn in_transaction<T>(
    session: &mut Session,
    registry: &Runtime,
    now: NaiveDateTime,
    keep: bool,
    job: impl FnOnce(&mut Env<'_>) -> Result<T>,
) -> Result<T> {
    session.control(session.dialect().begin_write()).unwrap();
    let mut env = Env::system(session, registry, now);
    let result = job(&mut env);
    let end = if keep && result.is_ok() { "COMMIT" } else { "ROLLBACK" };
    session.control(end).unwrap();
    result
}

/// The places of an error's mistakes.
pub(crate) fn pointers(error: &Error) -> Vec<String> {
    let place = |issue: &orm::error::Issue| match &issue.place {
        orm::error::Place::Pointer(pointer) => pointer.clone(),
        orm::error::Place::Field { record, name } => format!("{record}/{name}"),
        orm::error::Place::Parameter(name) => format!("?{name}"),
    };
    error.issues().iter().map(place).collect()
}
