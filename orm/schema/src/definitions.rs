//! [`Schema::of`]: the tables that the definitions of a catalogue ask for.

use std::collections::BTreeMap;

use super::schema::{Check, Column, ColumnKind, Fill, Index, Schema, Sql, Table};
use orm_database::constraints::{self, unique_parts};
use orm_database::{Dialect, Folding};
use orm_definition::def::columns::{asked_by_lists, columns, indexed, indexed_order};
use orm_definition::def::names;
use orm_definition::def::{Default as DefaultDef, FieldDef, FieldIndex, Kind, ModelDef, OnDelete, OrderDef};
use orm_definition::registry::{ModelInfo, Registry};

impl Schema {
    /// The tables of all models, and those of their stored many2many fields.
    pub fn of(registry: &Registry) -> Self {
        let mut tables: BTreeMap<String, Table> = BTreeMap::new();
        for model in registry.models() {
            tables.insert(model.def.table.to_owned(), table(model, registry));
            for field in model.def.fields {
                if let Some(pairs) = pairs(model.def, field, registry) {
                    tables.entry(pairs.name.clone()).or_insert(pairs);
                }
            }
        }
        Schema {
            tables: tables.into_values().collect(),
        }
    }
}

fn table(model: &ModelInfo, registry: &Registry) -> Table {
    let def = model.def;
    let checks = def.checks.iter().enumerate();
    Table {
        name: def.table.to_owned(),
        model: def.name.to_owned(),
        field: None,
        columns: columns(def)
            .filter(|field| !matches!(field.kind, Kind::Id))
            .map(|field| column(field, registry))
            .collect(),
        checks: checks
            .filter(|(_, check)| check.is_kept_by_database(def))
            .map(|(index, check)| Check {
                name: names::check(def, index),
                condition: Sql::of(|dialect| constraints::condition(&check.condition, def, dialect)),
            })
            .collect(),
        indexes: indexes(def),
    }
}

fn column(field: &FieldDef, registry: &Registry) -> Column {
    Column {
        name: field.name.to_owned(),
        kind: column_kind(&field.kind, registry),
        required: field.required,
        default: match field.default {
            DefaultDef::Const(text) => Some(Fill::Constant(text.to_owned())),
            DefaultDef::Now => Some(Fill::Now),
            DefaultDef::Today => Some(Fill::Today),
            // Defaults that depend on the caller, a sequence or code cannot be given to existing rows.
            DefaultDef::None
            | DefaultDef::User
            | DefaultDef::Company
            | DefaultDef::Sequence(_)
            | DefaultDef::Method(_)
            | DefaultDef::Path { .. } => None,
        },
        computed: field.compute.is_some(),
    }
}

fn column_kind(kind: &Kind, registry: &Registry) -> ColumnKind {
    match kind {
        Kind::Bool => ColumnKind::Bool,
        Kind::Int => ColumnKind::Int,
        Kind::BigInt | Kind::Id => ColumnKind::BigInt,
        Kind::Float => ColumnKind::Float,
        Kind::Decimal { digits } | Kind::Monetary { digits, .. } => ColumnKind::Decimal(digits.precision, digits.scale),
        Kind::Date => ColumnKind::Date,
        Kind::DateTime => ColumnKind::DateTime,
        Kind::Selection { items } => ColumnKind::Selection(items.iter().map(|item| item.value.to_owned()).collect()),
        Kind::Binary => ColumnKind::Binary,
        Kind::Json { .. } => ColumnKind::Json,
        Kind::Many2one { target, on_delete, .. } => match registry.find(target) {
            Some(target) => ColumnKind::Reference(target.def.table.to_owned(), *on_delete),
            None => ColumnKind::BigInt,
        },
        Kind::Char { .. }
        | Kind::Text
        | Kind::Html
        | Kind::DisplayName
        | Kind::One2many { .. }
        | Kind::Many2many { .. } => ColumnKind::Text,
    }
}

fn indexes(def: &ModelDef) -> Vec<Index> {
    let table = def.table;
    let index = |name: String, terms: String| Index {
        name,
        unique: false,
        trigrams_of: None,
        terms: Sql::Same(format!("({terms})")),
    };
    let mut indexes: Vec<Index> = indexed(def, FieldIndex::BTree)
        .map(|field| index(names::index(table, &[field.name]), format!("\"{}\"", field.name)))
        .collect();
    indexes.extend(indexed(def, FieldIndex::Trigram).map(|field| trigrams(def, field)));
    for fields in def.indexes {
        let terms: Vec<String> = fields.iter().map(|field| format!("\"{field}\"")).collect();
        indexes.push(index(names::index(table, fields), terms.join(", ")));
    }
    for (position, unique) in def.uniques.iter().enumerate() {
        let terms = Sql::of(|dialect| {
            let parts: Vec<String> = (unique.fields.iter())
                .flat_map(|field| unique_parts(def, unique, field, "", dialect))
                .collect();
            let condition = unique
                .condition
                .map(|condition| format!(" WHERE {}", constraints::condition(&condition, def, dialect)));
            format!("({}){}", parts.join(", "), condition.unwrap_or_default())
        });
        indexes.push(Index {
            name: names::unique(def, position),
            unique: true,
            trigrams_of: None,
            terms,
        });
    }
    indexes.extend(indexed_order(def).map(|order| {
        let column = |term: &OrderDef| format!("\"{}\"{}", term.path.join("."), if term.desc { " DESC" } else { "" });
        let mut terms: Vec<String> = order.iter().map(column).collect();
        let asked = asked_by_lists(def).into_iter();
        terms.extend(
            asked
                .filter(|name| !order.iter().any(|term| term.path == [*name]))
                .map(|name| format!("\"{name}\"")),
        );
        index(names::default_order(table), terms.join(", "))
    }));
    indexes
}

/// The index for patterns that match a field whatever the case.
fn trigrams(def: &ModelDef, field: &FieldDef) -> Index {
    let folding = Folding {
        ignore_case: true,
        ignore_accents: def.ignore_accents,
    };
    Index {
        name: names::trigrams(def.table, field.name),
        unique: false,
        trigrams_of: Some(field.name.to_owned()),
        terms: Sql::of(|dialect| {
            let text = dialect.folded(&format!("\"{}\"", field.name), folding);
            match dialect {
                Dialect::Sqlite => text,
                Dialect::Postgres => format!("USING gin (({text}) gin_trgm_ops)"),
            }
        }),
    }
}

/// The many2many table of a stored many2many field; `None` for other fields.
fn pairs(def: &ModelDef, field: &FieldDef, registry: &Registry) -> Option<Table> {
    let Kind::Many2many {
        target,
        relation,
        column,
        target_column,
    } = field.kind
    else {
        return None;
    };
    let target = registry.find(target).filter(|_| field.stored)?;
    let side = |name: &str, table: &str| Column {
        name: name.to_owned(),
        kind: ColumnKind::Reference(table.to_owned(), OnDelete::Cascade),
        required: true,
        default: None,
        computed: field.compute.is_some(),
    };
    Some(Table {
        name: relation.to_owned(),
        model: def.name.to_owned(),
        field: Some(field.name.to_owned()),
        columns: vec![side(column, def.table), side(target_column, target.def.table)],
        checks: Vec::new(),
        indexes: vec![Index {
            name: names::index(relation, &[target_column]),
            unique: false,
            trigrams_of: None,
            terms: Sql::Same(format!("(\"{target_column}\")")),
        }],
    })
}
