//! The names of indexes and constraints in a database: the same on SQLite and PostgreSQL, short enough for PostgreSQL,
//! and unique.

use std::collections::HashMap;

use super::columns::indexed;
use super::{FieldDef, FieldIndex, Kind, ModelDef};

/// The longest name in PostgreSQL, in bytes. It cuts longer ones, and two names may be equal once they are cut.
const LONGEST: usize = 63;

/// A name as a database keeps it: one that is too long ends in a checksum of what was cut.
///
/// `product_template_attribute_value_product_attribute_value_id_index` becomes
/// `product_template_attribute_value_product_attribute_val_…`, with eight hexadecimal digits at the end.
fn fitting(name: String) -> String {
    if name.len() <= LONGEST {
        return name;
    }
    let checksum = format!("_{:08x}", crc32fast::hash(name.as_bytes()));
    let kept = name.floor_char_boundary(LONGEST - checksum.len());
    format!("{}{checksum}", &name[..kept])
}

/// The index over columns of a table.
pub fn index(table: &str, columns: &[&str]) -> String {
    fitting(format!("{table}_{}_index", columns.join("_")))
}

/// The index of the trigrams of a column. On SQLite it is a table, with others beside it whose names begin with its name.
pub fn trigrams(table: &str, column: &str) -> String {
    fitting(format!("{table}_{column}_trigram"))
}

/// What the names of these other tables end in, which SQLite keeps the index in.
const PARTS_OF_TRIGRAMS: [&str; 5] = ["", "_data", "_idx", "_docsize", "_config"];

/// The index behind a model's default order.
pub fn default_order(table: &str) -> String {
    fitting(format!("{table}_default_order"))
}

/// The index that enforces a uniqueness constraint, by the constraint's position in the definition.
pub fn unique(def: &ModelDef, position: usize) -> String {
    let fields = def.uniques[position].fields;
    let before = def.uniques[..position].iter().filter(|other| other.fields == fields);
    let number = match before.count() {
        0 => String::new(),
        before => before.to_string(),
    };
    fitting(format!("{}_{}_unique{number}", def.table, fields.join("_")))
}

/// The CHECK constraint of a model's check, by the check's position in the definition.
pub fn check(def: &ModelDef, position: usize) -> String {
    fitting(format!("{}_check_{}", def.table, position + 1))
}

/// The foreign key constraint of a column, on PostgreSQL.
pub fn reference(table: &str, column: &str) -> String {
    fitting(format!("{table}_{column}_fkey"))
}

/// Names that two objects of the database would have: tables, their sequences and all indexes share one namespace.
///
/// A field `state_code` of `res.country` and a field `code` of `res.country.state`, both with an index, ask for
/// `res_country_state_code_index` twice.
pub fn clashes(models: &[&'static ModelDef]) -> Vec<(&'static ModelDef, String)> {
    let mut owners: HashMap<String, &str> = HashMap::new();
    let mut clashes = Vec::new();
    for model in models {
        let own = of_model(model).map(|name| (name, model.name, false));
        // A relation table that both sides declare is one table, not a clash.
        let relations = model.fields.iter().filter_map(of_relation).flatten();
        let clash =
            (own.chain(relations.map(|(owner, name)| (name, owner, true)))).find_map(|(name, owner, is_shared)| {
                let other = owners.insert(name.clone(), owner)?;
                (!is_shared || other != owner).then_some((name, owner, other))
            });
        // One clash for each model is enough to report.
        clashes.extend(clash.map(|(name, owner, other)| {
            let what = format!(
                "`{name}` would be the name of two things in the database, one of {other} and one of {owner}: give a model, a \
                 field or a relation table another name"
            );
            (*model, what)
        }));
    }
    clashes
}

/// The names of a model's table, its primary key, its sequence and its indexes.
fn of_model(def: &ModelDef) -> impl Iterator<Item = String> {
    let table = def.table;
    let of_table = [
        table.to_owned(),
        format!("{table}_pkey"),
        format!("{table}_id_seq"),
        default_order(table),
    ];
    let patterns = indexed(def, FieldIndex::Trigram).flat_map(move |field| {
        let name = trigrams(table, field.name);
        PARTS_OF_TRIGRAMS.map(|part| format!("{name}{part}"))
    });
    (of_table.into_iter())
        .chain(indexed(def, FieldIndex::BTree).map(move |field| index(table, &[field.name])))
        .chain(patterns)
        .chain(def.indexes.iter().map(move |fields| index(table, fields)))
        .chain((0..def.uniques.len()).map(|position| unique(def, position)))
}

/// The names of a relation table and its indexes, each with its owner: the table, which is the same for both sides.
fn of_relation(field: &FieldDef) -> Option<[(&'static str, String); 4]> {
    match field.kind {
        Kind::Many2many {
            relation,
            column,
            target_column,
            ..
        } if field.stored => Some([
            (relation, relation.to_owned()),
            (relation, format!("{relation}_pkey")),
            (relation, index(relation, &[column])),
            (relation, index(relation, &[target_column])),
        ]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_too_long_end_in_a_checksum_of_the_whole() {
        let column = "a".repeat(50);
        let names: Vec<String> = ["x", "y"]
            .iter()
            .map(|end| index("table", &[&format!("{column}{end}")]))
            .collect();
        assert_eq!(names[0], format!("table_{column}x_index"), "63 bytes stay");
        let long: Vec<String> = ["xx", "xy"]
            .iter()
            .map(|end| index("table", &[&format!("{column}{end}")]))
            .collect();
        assert_eq!(long.iter().map(String::len).collect::<Vec<_>>(), [63, 63]);
        assert_ne!(long[0], long[1]);
        assert_eq!(long[0][..54], format!("table_{column}")[..54]);
        assert_eq!(long[0], index("table", &[&format!("{column}xx")]), "the same each time");
    }
}
