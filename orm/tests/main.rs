//! The runtime over small models: fields that are computed, methods, rules, and what is not stored.

mod compute;
mod derived;
mod methods;
mod migrations;
mod rules;
mod values;
mod wire;

use harness::{Database, Template, execute};
use orm::{Entry, Runtime};

/// What the databases of tests over these models are copies of: their tables, and `rows`.
fn template(catalogue: &[Entry], rows: &str) -> Template {
    let database = Database::empty();
    let registry = Runtime::new(catalogue).unwrap();
    let tables = orm_schema::everything(&registry, database.address().dialect());
    execute(database.address(), &tables);
    execute(database.address(), rows);
    database.into_template()
}
