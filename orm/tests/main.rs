//! Tests of the runtime over small models: computed fields, methods, rules, fields that are not stored, values, money,
//! the spelling of requests and responses, and migrations.

mod agreed;
mod compute;
mod constraints;
mod domain;
mod extension;
mod groups;
mod hooks;
mod methods;
mod migrations;
mod mixin;
mod money;
mod not_stored;
mod rights;
mod search;
mod small_world;
mod trail;
mod typed_json;
mod values;
mod wire;

use harness::{Database, Template, execute};
use orm::{Entry, Runtime};

/// A template for the databases of tests over these models: their tables, and `rows` (SQL).
fn template(catalogue: &[Entry], rows: &str) -> Template {
    let database = Database::empty();
    let registry = Runtime::new(catalogue).unwrap();
    let tables = orm_schema::everything(&registry, database.address().dialect());
    execute(database.address(), &tables);
    execute(database.address(), rows);
    database.into_template()
}
