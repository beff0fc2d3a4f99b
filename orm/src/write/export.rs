//! Exports rows as they are stored, with their ids, in the format that [`load`](super::load()) reads.

use std::collections::HashMap;
use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::def::columns::columns;
use crate::def::{FieldDef, Kind};
use crate::env::Env;
use crate::error::{Code, Error, Result};
use crate::registry::ModelInfo;
use crate::value::Value;

/// Of so many records the related ids are in memory at a time; of the records themselves only one is.
const BATCH: usize = 2_000;

/// The related ids of each record.
type Pairs = HashMap<i64, Vec<i64>>;

/// Writes every row of these models, in batches; the caller's transaction makes all of them one snapshot. Secret fields
/// are left out, except `written_fields`. Answers the number of rows.
///
/// # Errors
/// When the database cannot be read, or `out` not written.
pub fn export(env: &mut Env<'_>, models: &[&ModelInfo], out: &mut dyn Write) -> Result<usize> {
    let mut rows = 0;
    for (index, model) in models.iter().enumerate() {
        write(out, if index == 0 { "{\n" } else { ",\n" })?;
        rows += export_model(env, model, out)?;
    }
    write(out, if models.is_empty() { "{}\n" } else { "\n}\n" })?;
    Ok(rows)
}

fn export_model(env: &mut Env<'_>, model: &ModelInfo, out: &mut dyn Write) -> Result<usize> {
    let told = |field: &&FieldDef| !field.secret || field.name == FieldDef::WRITTEN.name;
    let own: Vec<&FieldDef> = columns(model.def).filter(told).collect();
    let is_pairs = |field: &&FieldDef| field.stored && !field.secret && matches!(field.kind, Kind::Many2many { .. });
    let relations: Vec<&FieldDef> = model.def.fields.iter().filter(is_pairs).collect();
    let fields: Vec<&FieldDef> = own.iter().chain(&relations).copied().collect();
    let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
    let types: serde_json::Map<String, serde_json::Value> = (fields.iter())
        .map(|field| (field.name.to_owned(), field.kind.name().into()))
        .collect();
    write(out, &format!("{}: {{\n", serde_json::json!(model.def.name)))?;
    write(out, &format!("\"fields\": {},\n", serde_json::json!(names)))?;
    write(
        out,
        &format!("\"types\": {},\n\"rows\": [", serde_json::Value::Object(types)),
    )?;
    let (mut count, mut last) = (0, 0);
    loop {
        let ids = env.sql().rows_after(model, &[], last, BATCH)?;
        let Some(highest) = env.ids(ids)?.pop() else { break };
        let related = relations.iter().map(|field| pairs(env, model, field, (last, highest)));
        let related: Vec<Pairs> = related.collect::<Result<_>>()?;
        let statement = env.sql().rows_after(model, &own, last, BATCH)?;
        env.stream(&statement.text, &statement.binds, |row| {
            write(out, if count == 0 { "\n[" } else { "],\n[" })?;
            count += 1;
            for (column, field) in own.iter().enumerate() {
                write(out, if column == 0 { "" } else { ", " })?;
                write(out, &json(&field.kind, row.value(column + 1, &field.kind)?))?;
            }
            let id = row.int(0)?.unwrap_or_default();
            related.iter().try_for_each(|pairs| {
                let related = pairs.get(&id).map_or(&[][..], Vec::as_slice);
                write(out, &format!(", {}", serde_json::json!(related)))
            })
        })?;
        last = highest;
    }
    write(out, if count == 0 { "]}" } else { "]\n]}" })?;
    Ok(count)
}

/// The related ids of a many2many, for the records with ids above the first of `between`, up to the second.
fn pairs(env: &mut Env<'_>, model: &ModelInfo, field: &FieldDef, between: (i64, i64)) -> Result<Pairs> {
    let link = env.registry.link(model, model.implicit(field.name))?;
    let mut pairs = Pairs::new();
    for (id, related) in env.pairs(env.sql().links_between(link, between)?)? {
        pairs.entry(id).or_default().push(related);
    }
    Ok(pairs)
}

/// A value as JSON text, with every digit. An empty value is `false`, as the API spells it; of a boolean it is `null`.
pub(super) fn json(kind: &Kind, value: Value) -> String {
    match value {
        Value::Null if matches!(kind, Kind::Bool) => "null".to_owned(),
        Value::Null => "false".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => serde_json::json!(value).to_string(),
        Value::Decimal(value) => value.to_string(),
        Value::Text(value) => serde_json::json!(value).to_string(),
        Value::Date(value) => format!("\"{value}\""),
        Value::DateTime(value) => format!("\"{}\"", value.format("%F %T%.f")),
        Value::Binary(value) => format!("\"{}\"", BASE64.encode(value)),
        Value::Json(value) => value.to_string(),
        Value::Ids(ids) => serde_json::json!(ids).to_string(),
    }
}

fn write(out: &mut dyn Write, text: &str) -> Result<()> {
    let written = out.write_all(text.as_bytes());
    written.map_err(|error| Error::new(Code::Unavailable, format!("the rows cannot be written: {error}")))
}
