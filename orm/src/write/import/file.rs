//! Reads the structure of a file: its models, fields and rows. Unknown names are mistakes.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use super::{Mistakes, RowPlace};
use crate::error::nearest;
use crate::registry::{FieldId, ModelInfo, Registry};
use crate::value::MOST_ID;
use crate::wire::describe;

/// The keys of a table. `fields` and `rows` are needed; the others describe the database that the file is from, and are
/// not used.
const KEYS: [&str; 4] = ["fields", "types", "stored", "rows"];

/// Tables in the order of the file.
#[derive(Debug, Default)]
pub(super) struct File<'a> {
    pub(super) tables: Vec<Given<'a>>,
}

/// The rows of one model.
#[derive(Debug)]
pub(super) struct Given<'a> {
    pub(super) model: &'a ModelInfo,
    /// Position in a row, and the field there.
    pub(super) columns: Vec<(usize, FieldId)>,
    /// Rows with a valid id that no earlier row has: their position in the file, the id, and the values.
    pub(super) rows: Vec<(usize, i64, &'a [Json])>,
}

impl<'a> File<'a> {
    /// Reads the JSON; unknown names and malformed rows are added to `mistakes`.
    pub(super) fn read(registry: &'a Registry, data: &'a Json, mistakes: &mut Mistakes) -> Self {
        let mut file = File::default();
        let Json::Object(models) = data else {
            mistakes.add(format!("{} is given where an object of models belongs", describe(data)));
            return file;
        };
        for (name, table) in models {
            let Some(model) = registry.find(name) else {
                let known = registry.models().iter().map(|model| model.def.name);
                mistakes.add(format!("there is no model `{name}`{}", nearest(name, known)));
                continue;
            };
            match table {
                Json::Object(table) => file.tables.extend(Given::read(model, table, mistakes)),
                other => mistakes.add(format!(
                    "{name}: {} is given where an object with `fields` and `rows` belongs",
                    describe(other)
                )),
            }
        }
        file
    }
}

impl<'a> Given<'a> {
    fn read(model: &'a ModelInfo, table: &'a Map<String, Json>, mistakes: &mut Mistakes) -> Option<Self> {
        let name = model.def.name;
        for key in table.keys().filter(|key| !KEYS.contains(&key.as_str())) {
            mistakes.add(format!("{name}: nothing is called `{key}`{}", nearest(key, KEYS)));
        }
        let list = |key: &str| table.get(key).and_then(Json::as_array);
        let (Some(fields), Some(rows)) = (list("fields"), list("rows")) else {
            mistakes.add(format!("{name}: the lists `fields` and `rows` are needed"));
            return None;
        };
        let columns = columns(model, fields, mistakes);
        let Some((id, _)) = columns.iter().find(|(_, field)| *field == model.implicit("id")) else {
            mistakes.add(format!("{name}: the field `id` is needed"));
            return None;
        };
        let mut given = Given {
            model,
            rows: Vec::with_capacity(rows.len()),
            columns: columns.clone(),
        };
        let mut seen: HashMap<i64, usize> = HashMap::with_capacity(rows.len());
        for (row, cells) in rows.iter().enumerate() {
            let place = RowPlace {
                model: name,
                row,
                field: "id",
            };
            let Some(cells) = cells.as_array().filter(|cells| cells.len() == fields.len()) else {
                mistakes.add(format!(
                    "{name}, row {row}: a list of {} values is needed",
                    fields.len()
                ));
                continue;
            };
            match cells[*id].as_i64().filter(|id| (1..=MOST_ID).contains(id)) {
                None => mistakes.at(
                    place,
                    &format!(
                        "{} is given where an id belongs, a number from 1 to {MOST_ID}",
                        describe(&cells[*id])
                    ),
                ),
                Some(id) => match seen.insert(id, row) {
                    Some(earlier) => mistakes.at(place, &format!("row {earlier} has the id {id} too")),
                    None => given.rows.push((row, id, cells)),
                },
            }
        }
        Some(given)
    }
}

fn columns(model: &ModelInfo, fields: &[Json], mistakes: &mut Mistakes) -> Vec<(usize, FieldId)> {
    let mut columns: Vec<(usize, FieldId)> = Vec::with_capacity(fields.len());
    for (position, field) in fields.iter().enumerate() {
        let name = field.as_str().unwrap_or_default();
        match model.field(name) {
            None => mistakes.add(format!(
                "{} has no field `{name}`{}",
                model.def.name,
                nearest(name, model.names())
            )),
            Some(field) if columns.iter().any(|(_, known)| *known == field) => {
                mistakes.add(format!("{}: the field `{name}` is named twice", model.def.name));
            }
            Some(field) => columns.push((position, field)),
        }
    }
    columns
}
