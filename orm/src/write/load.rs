//! Rows as given, with their ids: `{model: {"fields": […], "rows": [[…]]}}`. Stored computed columns are taken as they
//! are; what a row does not name gets its default. All or nothing.

use serde_json::Value as Json;

use super::update::is_hierarchy;
use super::{rows, sequence};
use crate::db::Statement;
use crate::def::{Default, Kind};
use crate::env::Env;
use crate::error::{Code, Error, Result, nearest};
use crate::field::input::{from_json, from_text};
use crate::registry::{FieldId, ModelInfo};
use crate::sql::quoted;
use crate::value::Value;

/// Loads rows; answers how many. Foreign keys are looked at when all rows are there, so that rows may refer to each
/// other in a circle.
///
/// # Errors
/// With model, row and field of the first mistake.
pub fn load(env: &mut Env<'_>, data: &Json) -> Result<usize> {
    let refuse = |why: String| Error::new(Code::Invalid, why);
    let Json::Object(models) = data else {
        return Err(refuse("rows are an object of models".to_owned()));
    };
    env.session.batch(env.session.dialect().defer_constraints())?;
    let registry = env.registry;
    let mut count = 0;
    let mut loaded = Vec::new();
    for (name, table) in models {
        let known = registry.models().iter().map(|model| model.def.name);
        let model = registry
            .find(name)
            .ok_or_else(|| refuse(format!("no model `{name}`{}", nearest(name, known))))?;
        let (Some(fields), Some(rows)) = (table["fields"].as_array(), table["rows"].as_array()) else {
            return Err(refuse(format!("{name}: `fields` and `rows` are needed")));
        };
        let fields = (fields.iter())
            .map(|field| {
                let field = field.as_str().unwrap_or_default();
                let found = model.field(field).filter(|found| model.fields[*found].via.is_none());
                found.ok_or_else(|| refuse(format!("{name}: no field `{field}`{}", nearest(field, model.names()))))
            })
            .collect::<Result<Vec<FieldId>>>()?;
        load_model(env, model, &fields, rows)?;
        loaded.push((model, fields));
        count += rows.len();
    }
    for (model, fields) in loaded {
        if let Some(parent) = fields.into_iter().find(|field| is_hierarchy(model, *field)) {
            hangs_together(env, model, parent)?;
        }
    }
    Ok(count)
}

/// Refuses a hierarchy with records that no way leads to from the top: they are above themselves.
fn hangs_together(env: &mut Env<'_>, model: &ModelInfo, parent: FieldId) -> Result<()> {
    let (table, parent) = (quoted(model.def.table), quoted(model.fields[parent].def.name));
    let text = format!(
        "WITH RECURSIVE below(id) AS (SELECT id FROM {table} WHERE {parent} IS NULL UNION ALL \
         SELECT {table}.id FROM below JOIN {table} ON {table}.{parent} = below.id) \
         SELECT MIN(id) FROM {table} WHERE id NOT IN (SELECT id FROM below)"
    );
    let mut circle = None;
    env.session.query(&Statement { text, binds: Vec::new() }, |row| {
        circle = row.int(0)?;
        Ok(())
    })?;
    match circle {
        None => Ok(()),
        Some(id) => Err(Error::new(
            Code::Invalid,
            format!("record {id} of {} would be above itself", model.def.name),
        )),
    }
}

fn load_model(env: &mut Env<'_>, model: &ModelInfo, fields: &[FieldId], given: &[Json]) -> Result<()> {
    let stored: Vec<FieldId> = rows::stored(model).into_iter().map(|(field, _)| field).collect();
    let mut complete = Vec::with_capacity(given.len());
    let mut pairs: Vec<(FieldId, i64, i64)> = Vec::new();
    for (index, row) in given.iter().enumerate() {
        let at = |field: FieldId, why: String| {
            let field = model.fields[field].def.name;
            Error::new(
                Code::Invalid,
                format!("{}, row {index}, {field}: {why}", model.def.name),
            )
        };
        let Some(cells) = row.as_array().filter(|cells| cells.len() == fields.len()) else {
            return Err(Error::new(
                Code::Invalid,
                format!("{}, row {index}: {} values are needed", model.def.name, fields.len()),
            ));
        };
        let cell = |field: FieldId| {
            fields
                .iter()
                .position(|known| *known == field)
                .map(|position| &cells[position])
        };
        let mut values = Vec::with_capacity(stored.len());
        for field in &stored {
            let def = model.fields[*field].def;
            let value = match cell(*field) {
                Some(json) => from_json(&def.kind, json).map_err(|why| at(*field, why))?,
                None => default(env, model, *field)?,
            };
            if value.is_null() && def.required {
                return Err(at(*field, "a value is required".to_owned()));
            }
            values.push(value);
        }
        let id = values
            .iter()
            .zip(&stored)
            .find(|(_, field)| **field == model.implicit("id"))
            .and_then(|(id, _)| id.id());
        let id = id.ok_or_else(|| at(model.implicit("id"), "an id is required".to_owned()))?;
        for (field, json) in fields.iter().zip(cells) {
            if matches!(model.fields[*field].def.kind, Kind::Many2many { .. }) {
                for related in json.as_array().map(Vec::as_slice).unwrap_or_default() {
                    let related = related
                        .as_i64()
                        .ok_or_else(|| at(*field, "a list of ids is needed".to_owned()))?;
                    pairs.push((*field, id, related));
                }
            }
        }
        complete.push(values);
    }
    rows::insert(env, model, &stored, &complete)?;
    for field in fields {
        if let Kind::Many2many {
            relation,
            column,
            target_column,
            ..
        } = model.fields[*field].def.kind
        {
            let own: Vec<(i64, i64)> = pairs
                .iter()
                .filter(|(of, ..)| of == field)
                .map(|(_, a, b)| (*a, *b))
                .collect();
            rows::insert_pairs(env, relation, [column, target_column], &own)?;
        }
    }
    if let Some(text) = env.session.dialect().move_ids(model.def.table) {
        env.session.query(
            &Statement {
                text,
                binds: Vec::new(),
            },
            |_| Ok(()),
        )?;
    }
    move_sequences(env, model, &stored, &complete)
}

fn default(env: &Env<'_>, model: &ModelInfo, field: FieldId) -> Result<Value> {
    let def = model.fields[field].def;
    Ok(match (def.default, def.name) {
        (Default::Const(text), _) => from_text(&def.kind, text)
            .map_err(|why| Error::internal(format!("the default of {}.{}: {why}", model.def.name, def.name)))?,
        (_, "create_uid" | "write_uid") => Value::Int(env.user),
        (_, "create_date" | "write_date") => Value::DateTime(env.now),
        _ => Value::Null,
    })
}

/// Moves the sequences of loaded names past the highest number in them.
fn move_sequences(env: &mut Env<'_>, model: &ModelInfo, stored: &[FieldId], rows: &[Vec<Value>]) -> Result<()> {
    for (position, field) in stored.iter().enumerate() {
        let Default::Sequence(definition) = model.fields[*field].def.default else {
            continue;
        };
        sequence::move_past(env, &definition, rows.iter().map(|row| &row[position]))?;
    }
    Ok(())
}
