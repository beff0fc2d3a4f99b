//! Rows as they are stored, with their ids, in the form that [`write::load`](crate::write::load) reads.

use std::collections::HashMap;
use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::db::Statement;
use crate::ddl::columns;
use crate::def::{FieldDef, Kind};
use crate::env::Env;
use crate::error::{Code, Error, Result};
use crate::registry::ModelInfo;
use crate::sequence;
use crate::sql::quoted;
use crate::value::Value;

/// The related ids of each record.
type Pairs = HashMap<i64, Vec<i64>>;

/// Writes every row of these models; fields that are never read over HTTP are left out. Answers how many rows.
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
    let own: Vec<&FieldDef> = columns(model.def).filter(|field| !field.secret).collect();
    let mut fields = own.clone();
    let mut relations: Vec<Pairs> = Vec::new();
    for field in model.def.fields.iter().filter(|field| field.stored && !field.secret) {
        if let Kind::Many2many {
            relation,
            column,
            target_column,
            ..
        } = field.kind
        {
            relations.push(pairs(env, relation, column, target_column)?);
            fields.push(field);
        }
    }
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
    let dialect = env.session.dialect();
    let expression = |field: &&FieldDef| match (model.def.name, field.name) {
        (sequence::NAME, sequence::NEXT) => dialect.next_number(&field.kind, &quoted(model.def.table)),
        (_, name) => quoted(name),
    };
    let selected: Vec<String> = own.iter().map(expression).collect();
    let text = format!(
        "SELECT {} FROM {} ORDER BY id",
        selected.join(", "),
        quoted(model.def.table)
    );
    let binds = Vec::new();
    let mut count = 0;
    env.session.query(&Statement { text, binds }, |row| {
        write(out, if count == 0 { "\n[" } else { "],\n[" })?;
        count += 1;
        let mut id = 0;
        for (column, field) in own.iter().enumerate() {
            let value = row.value(column, &field.kind)?;
            if matches!(field.kind, Kind::Id) {
                id = value.id().unwrap_or_default();
            }
            write(out, if column == 0 { "" } else { ", " })?;
            write(out, &json(&field.kind, value))?;
        }
        for pairs in &relations {
            let related = pairs.get(&id).map_or(&[][..], Vec::as_slice);
            write(out, &format!(", {}", serde_json::json!(related)))?;
        }
        Ok(())
    })?;
    write(out, if count == 0 { "]}" } else { "]\n]}" })?;
    Ok(count)
}

fn pairs(env: &mut Env<'_>, table: &str, column: &str, target_column: &str) -> Result<Pairs> {
    let (own, other) = (quoted(column), quoted(target_column));
    let text = format!("SELECT {own}, {other} FROM {} ORDER BY {own}, {other}", quoted(table));
    let binds = Vec::new();
    let mut pairs = Pairs::new();
    env.session.query(&Statement { text, binds }, |row| {
        if let (Some(id), Some(related)) = (row.int(0)?, row.int(1)?) {
            pairs.entry(id).or_default().push(related);
        }
        Ok(())
    })?;
    Ok(pairs)
}

/// A value as JSON text: every digit of it, and empty told from zero.
fn json(kind: &Kind, value: Value) -> String {
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
