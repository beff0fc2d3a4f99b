//! Rows for lists: copies of the demo data's, by direct inserts.

use orm::Runtime;
use orm::db::{Address, Dialect};
use orm::def::columns::has_column;
use orm::def::{Kind, Role};
use orm::registry::ModelInfo;
use tests::execute;

/// The copies of each model.
pub(super) const COPIES: usize = 500;

/// The id of the first copy.
pub(super) const FIRST: i64 = 1_000_000;

/// Copies the records of every model until there are 500 copies. The copy of a number refers to those of its number: so
/// each has as many related records as any other one.
pub(super) fn copy_all(database: &Address, runtime: &Runtime) {
    let mut script = vec![
        match database.dialect() {
            Dialect::Sqlite => "PRAGMA foreign_keys = OFF",
            Dialect::Postgres => "SET session_replication_role = replica",
        }
        .to_owned(),
    ];
    let models = runtime.models().iter().filter(|model| model.def.api);
    for model in models {
        script.push(copies(runtime, model));
        for (field, info) in model.fields.iter().enumerate() {
            if matches!(info.def.kind, Kind::Many2many { .. }) && info.def.stored && info.via.is_none() {
                let link = runtime.link(model, field).unwrap();
                script.push(format!(
                    "INSERT INTO {} ({}, {}) SELECT id, {FIRST} + (id - {FIRST}) % {COPIES} FROM {} WHERE id >= {FIRST} \
                     ON CONFLICT DO NOTHING",
                    link.table, link.own, link.other, model.def.table
                ));
            }
        }
    }
    execute(database, &script.join(";\n"));
}

/// The statement that copies the records of a model.
fn copies(runtime: &Runtime, model: &ModelInfo) -> String {
    let fields = model.fields.iter().enumerate();
    let fields = fields.filter(|(_, info)| info.via.is_none() && has_column(info.def));
    let (names, values): (Vec<String>, Vec<String>) = fields
        .map(|(field, info)| {
            let name = format!("\"{}\"", info.def.name);
            let unique = model
                .def
                .uniques
                .iter()
                .any(|unique| unique.fields.contains(&info.def.name));
            let target = info.target.map(|target| runtime.model(target));
            let value = match (info.def.kind, target) {
                (Kind::Id, _) => format!("{FIRST} + n"),
                _ if model.parent == Some(field) => format!("CASE WHEN n > 0 THEN {FIRST} END"),
                (_, Some(target)) if target.def.api && target.def.role != Some(Role::Company) => {
                    format!("{FIRST} + n")
                }
                (Kind::Char { .. }, _) if unique => format!("{name} || '-' || n"),
                _ => name.clone(),
            };
            (name, value)
        })
        .unzip();
    let table = model.def.table;
    format!(
        "INSERT INTO {table} ({}) WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < {}), \
         known AS (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place, COUNT(*) OVER () AS known FROM {table}) \
         SELECT {} FROM numbers JOIN known ON place = n % known.known",
        names.join(", "),
        COPIES - 1,
        values.join(", ")
    )
}
