//! The tables that the definitions ask for, and what takes a database from one set of tables to another, as SQL text for
//! either database.
//!
//! [`Schema`] is tables as data; [`Migration::between`] finds what changes; [`introspect`] asks a database what it has.

mod convert;
mod create;
mod definitions;
mod introspect;
mod matching;
mod migration;
mod note;
mod plan;
mod postgres;
mod schema;
mod script;
mod sqlite;

use orm_database::Dialect;

use orm_definition::registry::Registry;

pub use introspect::introspect;
pub use matching::Renames;
pub use migration::{Migration, Steps, Way};
pub use note::Note;
pub use schema::{Check, Column, ColumnKind, Fill, Index, Schema, Sql, Table};

/// The statements that make everything that a fresh database needs: the tables of all models.
pub fn everything(registry: &Registry, dialect: Dialect) -> String {
    let fresh = Migration::of(&Schema::default(), &Schema::of(registry), &Renames::default());
    fresh.steps(dialect).up.sql()
}
