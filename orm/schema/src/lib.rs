//! The tables that the definitions ask for, and the migrations from one set of tables to another, as SQL text for
//! SQLite and PostgreSQL.
//!
//! [`Schema`] describes tables as data; [`Migration::between`] compares two schemas and writes the SQL; [`introspect`]
//! reads the tables that a database has.

mod changes;
mod convert;
mod create;
mod definitions;
mod introspect;
mod matching;
mod migration;
mod note;
mod plan;
mod postgres;
mod rules;
mod schema;
mod script;
mod sqlite;

use orm_database::Dialect;

use orm_definition::registry::Registry;

pub use changes::Changes;
pub use introspect::introspect;
pub use matching::Renames;
pub use migration::{Direction, Migration, Steps};
pub use note::Note;
pub use schema::{Check, Column, ColumnKind, Fill, Index, Schema, Sql, Table};

/// The statements that create the tables of all models in an empty database.
pub fn everything(registry: &Registry, dialect: Dialect) -> String {
    let fresh = Migration::of(&Schema::default(), &Schema::of(registry), &Renames::default());
    fresh.steps(dialect).up.sql()
}
