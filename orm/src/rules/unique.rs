//! Uniqueness as an index keeps it.

use crate::db::Dialect;
use crate::def::{ModelDef, UniqueDef};

/// What a unique index holds of a field, of `given`, a column or another expression, or of the field's own column.
/// Where empty values count as equal that is a stand-in, and whether it is one.
pub fn unique_parts(def: &ModelDef, unique: &UniqueDef, field: &str, given: &str, dialect: Dialect) -> Vec<String> {
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
