//! A database of a test's own, and short ways to write to it and look into it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use orm::db::{Address, Session, Statement};
use orm::registry::{ModelInfo, Registry};
use orm::{Env, Records, Result, ddl, write};
use serde_json::Value as Json;

use crate::models;

/// An SQLite file that is removed at the end; everything happens in one transaction.
pub(crate) struct World {
    pub(crate) registry: Registry,
    pub(crate) session: Session,
    pub(crate) company: Option<i64>,
    file: PathBuf,
}

impl World {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let file = std::env::temp_dir().join(format!("declarest-compute-{}-{number}.db", std::process::id()));
        let registry = Registry::new(&models::catalogue()).unwrap();
        let mut session = Session::new(Address::Sqlite(file.clone()).open(true).unwrap());
        let tables = ddl::everything(&registry, session.dialect());
        session.batch(&tables).unwrap();
        session.control("BEGIN").unwrap();
        // The user who writes all this.
        session
            .batch(
                "INSERT INTO res_partner (id, name, complete_name, turnover) VALUES (1, 'Root', 'Root', 0); \
                 INSERT INTO res_users (id, partner_id) VALUES (1, 1)",
            )
            .unwrap();
        World {
            registry,
            session,
            company: None,
            file,
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

    pub(crate) fn update(&mut self, model: &str, id: i64, body: &Json) {
        self.try_update(model, id, body).unwrap();
    }

    pub(crate) fn try_delete(&mut self, model: &str, id: i64) -> Result<()> {
        self.with(model, |env, model| write::delete(env, model, id))
    }

    pub(crate) fn delete(&mut self, model: &str, id: i64) {
        self.try_delete(model, id).unwrap();
    }

    /// The rows of a statement, each column as text.
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

    /// One value, as text; decimals as they are kept, in hundredths.
    pub(crate) fn value(&mut self, table: &str, id: i64, column: &str) -> String {
        self.rows(&format!("SELECT CAST({column} AS TEXT) FROM {table} WHERE id = {id}"))[0][0].clone()
    }

    /// The taxes of a line.
    pub(crate) fn taxes(&mut self, line: i64) -> String {
        let text = format!(
            "SELECT CAST(tax_id AS TEXT) FROM x_line_tax_ids_rel WHERE x_line_id = {line} ORDER BY x_line_tax_ids_rel.tax_id"
        );
        self.rows(&text).concat().join(",")
    }

    /// How many statements something takes.
    pub(crate) fn statements(&mut self, job: impl FnOnce(&mut Self)) -> u64 {
        let before = self.session.statements();
        job(self);
        self.session.statements() - before
    }
}

impl Drop for World {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", self.file.display())); // what stays is in the temporary folder
        }
    }
}
