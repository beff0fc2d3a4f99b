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

use crate::db::Dialect;
use crate::def::{FieldDef, Kind, ModelDef, UniqueDef};
use crate::registry::Registry;

pub(crate) use definitions::most_bytes;
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

/// The fields of a model that have a column.
pub fn columns(def: &ModelDef) -> impl Iterator<Item = &'static FieldDef> {
    def.fields.iter().filter(|field| has_column(field))
}

/// Whether a field has a column in its model's table.
pub(crate) fn has_column(field: &FieldDef) -> bool {
    field.stored
        && !matches!(
            field.kind,
            Kind::One2many { .. } | Kind::Many2many { .. } | Kind::DisplayName
        )
}

/// What a unique index holds of a field, of `given`, a column or another expression, or of the field's own column.
/// Where empty values count as equal that is a stand-in, and whether it is one.
pub(crate) fn unique_parts(
    def: &ModelDef,
    unique: &UniqueDef,
    field: &str,
    given: &str,
    dialect: Dialect,
) -> Vec<String> {
    let own = format!("\"{field}\"");
    let column = if given.is_empty() { own.as_str() } else { given };
    match def.fields.iter().find(|known| known.name == field) {
        Some(field) if unique.nulls_equal && !field.required => vec![
            format!("COALESCE({column}, {})", dialect.stand_in(&field.kind)),
            format!("({column} IS NULL)"),
        ],
        _ => vec![column.to_owned()],
    }
}
