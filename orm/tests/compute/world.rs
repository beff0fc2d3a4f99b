//! A database for each test, with short methods that write to it and read from it.

use std::sync::LazyLock;

use harness::{Database, Template};
use orm::Runtime;
use orm::db::{Dialect, Session, Statement};
use orm::def::Kind;
use orm::registry::ModelInfo;
use orm::{Env, Records, Result, write};
use serde_json::Value as Json;

use super::super::template;
use super::models;

/// A database with the tables of the models and the user who writes everything.
static TEMPLATE: LazyLock<Template> = LazyLock::new(|| {
    let user = "INSERT INTO res_partner (name, complete_name, turnover) VALUES ('Root', 'Root', 0); \
                INSERT INTO res_users (partner_id) VALUES (1)";
    template(&models::catalogue(), user)
});

/// A new database. Everything in a test happens in one transaction, which is never committed.
pub(crate) struct World {
    pub(crate) registry: Runtime,
    pub(crate) session: Session,
    pub(crate) company: Option<i64>,
    _database: Database,
}

impl World {
    pub(crate) fn new() -> Self {
        let database = TEMPLATE.copy();
        let mut session = database.address().open(false).unwrap();
        session.control(session.dialect().begin_write()).unwrap();
        World {
            registry: Runtime::new(&models::catalogue()).unwrap(),
            session,
            company: None,
            _database: database,
        }
    }

    fn with<T>(&mut self, model: &str, job: impl FnOnce(&mut Env<'_>, &ModelInfo) -> Result<T>) -> Result<T> {
        self.session.control("SAVEPOINT change").unwrap();
        let mut env = Env::new(
            &mut self.session,
            &self.registry,
            1,
            self.company,
            chrono::DateTime::UNIX_EPOCH.naive_utc(),
        );
        let model = self.registry.find(model).unwrap();
        let result = job(&mut env, model);
        if result.is_err() {
            self.session.control("ROLLBACK TO change").unwrap();
        }
        self.session.control("RELEASE change").unwrap();
        result
    }

    pub(crate) fn try_create(&mut self, model: &str, body: &Json) -> Result<i64> {
        let answer = self.with(model, |env, model| write::create(env, model, body))?;
        let answer: Json = serde_json::from_slice(&answer).unwrap();
        Ok(answer["id"].as_i64().unwrap())
    }

    pub(crate) fn create(&mut self, model: &str, body: &Json) -> i64 {
        self.try_create(model, body).unwrap()
    }

    pub(crate) fn create_all<M: orm::Model>(&mut self, records: Vec<M::Create>) -> Vec<i64> {
        let created = self.with(M::NAME, |env, _| Records::<M>::create(env, records));
        created.unwrap().ids().to_vec()
    }

    pub(crate) fn try_update(&mut self, model: &str, id: i64, body: &Json) -> Result<()> {
        self.with(model, |env, model| write::update(env, model, id, body).map(|_| ()))
    }

    pub(crate) fn load(&mut self, file: &Json) {
        let loaded = self.with("x.order", |env, _| write::load(env, file, &mut |_, _| ()));
        loaded.unwrap();
    }

    pub(crate) fn update(&mut self, model: &str, id: i64, body: &Json) {
        self.try_update(model, id, body).unwrap();
    }

    pub(crate) fn try_delete(&mut self, model: &str, id: i64) -> Result<()> {
        self.with(model, |env, model| write::delete(env, model, id))
    }

    pub(crate) fn delete(&mut self, model: &str, id: i64) {
        self.try_delete(model, id).unwrap();
    }

    /// The rows of a query, each column as text; `-` for NULL.
    pub(crate) fn rows(&mut self, text: &str) -> Vec<Vec<String>> {
        let columns = text.split(" FROM ").next().unwrap().matches(',').count() + 1;
        let mut rows = Vec::new();
        let statement = Statement {
            text: text.to_owned(),
            binds: Vec::new(),
        };
        self.session
            .query(&statement, |row| {
                let cell = |column| {
                    Ok(row
                        .text(column)?
                        .map_or_else(|| "-".to_owned(), |text| text.to_string()))
                };
                rows.push((0..columns).map(cell).collect::<Result<Vec<String>>>()?);
                Ok(())
            })
            .unwrap();
        rows
    }

    /// The SELECT list of columns of a table, cast to text so that both databases give the same. Decimals are in
    /// hundredths.
    pub(crate) fn texts(&self, table: &str, columns: &[&str]) -> String {
        let model = self
            .registry
            .models()
            .iter()
            .find(|model| model.def.table == table)
            .unwrap();
        let text = |column: &&str| {
            let kind = &model.fields[model.field(column).unwrap()].def.kind;
            match (kind, self.session.dialect()) {
                (Kind::Decimal { .. }, Dialect::Postgres) => format!("CAST(CAST({column} * 100 AS BIGINT) AS TEXT)"),
                _ => format!("CAST({column} AS TEXT)"),
            }
        };
        columns.iter().map(text).collect::<Vec<String>>().join(", ")
    }

    /// One value as text. Decimals are in hundredths.
    pub(crate) fn value(&mut self, table: &str, id: i64, column: &str) -> String {
        let text = self.texts(table, &[column]);
        self.rows(&format!("SELECT {text} FROM {table} WHERE id = {id}"))[0][0].clone()
    }

    /// The ids of a line's taxes, ascending, separated by commas.
    pub(crate) fn taxes(&mut self, line: i64) -> String {
        let text = format!(
            "SELECT CAST(tax_id AS TEXT) FROM x_line_tax_ids_rel WHERE x_line_id = {line} ORDER BY x_line_tax_ids_rel.tax_id"
        );
        self.rows(&text).concat().join(",")
    }

    /// The number of statements that `job` runs.
    pub(crate) fn statements(&mut self, job: impl FnOnce(&mut Self)) -> u64 {
        let before = self.session.statements();
        job(self);
        self.session.statements() - before
    }
}
