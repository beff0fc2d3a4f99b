//! Deletions: refused while others still need the records, with the names of those others.

use super::recompute::Queue;
use super::rows;
use crate::db::{Bind, Ids, Statement};
use crate::def::{Kind, OnDelete};
use crate::env::Env;
use crate::error::{Code, Error, Result};
use crate::registry::{FieldId, ModelInfo};
use crate::sql::quoted;

/// Deletes records that exist.
pub(super) fn delete(env: &mut Env<'_>, queue: &mut Queue, model: &ModelInfo, ids: &[i64]) -> Result<()> {
    still_needed(env, model, ids)?;
    let moves: Vec<FieldId> = (0..model.def.fields.len())
        .filter(|field| model.fields[*field].is_many2one())
        .collect();
    queue.changed(env, model, &moves, ids)?;
    queue.gone(model, ids);
    rows::delete(env, model, ids)
}

/// Refuses when a record that is to stay refers to one of these and forbids its deletion.
fn still_needed(env: &mut Env<'_>, model: &ModelInfo, ids: &[i64]) -> Result<()> {
    let registry = env.registry;
    for other in registry.models() {
        for field in other.def.fields {
            let Kind::Many2one {
                target,
                on_delete: OnDelete::Restrict,
                ..
            } = field.kind
            else {
                continue;
            };
            if target != model.def.name {
                continue;
            }
            let dialect = env.session.dialect();
            let same = if other.id == model.id {
                format!(" AND NOT {}", dialect.in_ids("id"))
            } else {
                String::new()
            };
            let text = format!(
                "SELECT id FROM {} WHERE {}{same} ORDER BY id LIMIT 4",
                quoted(other.def.table),
                dialect.in_ids(&quoted(field.name))
            );
            let mut binds = vec![Bind::Ids(Ids(ids.to_vec()))];
            if other.id == model.id {
                binds.push(Bind::Ids(Ids(ids.to_vec())));
            }
            let mut users = Vec::new();
            env.session.query(&Statement { text, binds }, |row| {
                users.extend(row.int(0)?);
                Ok(())
            })?;
            if !users.is_empty() {
                let shown: Vec<String> = users.iter().take(3).map(i64::to_string).collect();
                let more = if users.len() > 3 { " and more" } else { "" };
                return Err(Error::new(
                    Code::Conflict,
                    format!(
                        "{} {}{more} still needs it by `{}`",
                        other.def.name,
                        shown.join(", "),
                        field.name
                    ),
                ));
            }
        }
    }
    Ok(())
}
