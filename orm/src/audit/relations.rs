//! Relations: what a record names is there, and so are both ends of a pair, which is there once.

use std::collections::BTreeSet;

use super::taken::{Measure, measure};
use super::{Audit, Finding};
use crate::db::{Bind, Statement};
use crate::def::Kind;
use crate::def::columns::has_column;
use crate::env::Env;
use crate::error::Result;
use crate::registry::{FieldId, ModelInfo};
use crate::sql::quoted;

/// Tells of many2ones that lead nowhere. What is to become of them nobody knows, unless they are computed.
pub(super) fn check(audit: &mut Audit<'_>, model: &ModelInfo) -> Result<()> {
    for (field, def) in model.def.fields.iter().enumerate() {
        let many2one = model.fields[field].is_many2one() && has_column(def);
        let computed = || def.compute.is_some_and(|compute| !compute.writable);
        if !many2one || computed() && measure(audit.runtime, model, field) == Measure::Computation {
            continue;
        }
        let target = audit.runtime.target(model, field);
        let (table, column) = (quoted(model.def.table), quoted(def.name));
        let text = format!(
            "SELECT id, {column} FROM {table} WHERE {column} IS NOT NULL AND NOT {} ORDER BY id",
            exists(target, &format!("{table}.{column}"))
        );
        for (id, named) in audit.read(|env| pairs(env, text))? {
            let (Some(id), Some(named)) = (id, named) else { continue };
            let right = format!("a record of {} that is there", target.def.name);
            let finding = Finding::new(model, id, def.name, named.to_string(), right);
            audit.report.found(finding);
        }
    }
    Ok(())
}

/// A table of pairs, as a many2many of one of the two models has it.
struct Pairs<'a> {
    model: &'a ModelInfo,
    field: FieldId,
    target: &'a ModelInfo,
    table: String,
    own: String,
    other: String,
}

/// Tells of the pairs of these models' fields that have no two ends or are there more than once, and mends them. A table
/// that has two fields is looked at once.
pub(super) fn check_pairs(audit: &mut Audit<'_>, models: &[&ModelInfo]) -> Result<()> {
    let mut looked_at = BTreeSet::new();
    for model in models {
        for (field, def) in model.def.fields.iter().enumerate().filter(|(_, def)| def.stored) {
            let Kind::Many2many {
                relation,
                column,
                target_column,
                ..
            } = def.kind
            else {
                continue;
            };
            if looked_at.insert(relation) {
                let pairs = Pairs {
                    model,
                    field,
                    target: audit.runtime.target(model, field),
                    table: quoted(relation),
                    own: quoted(column),
                    other: quoted(target_column),
                };
                pairs.check_ends(audit)?;
                pairs.check_once(audit)?;
            }
        }
    }
    Ok(())
}

impl Pairs<'_> {
    fn check_ends(&self, audit: &mut Audit<'_>) -> Result<()> {
        let Pairs { table, own, other, .. } = self;
        let has_owner = exists(self.model, &format!("{table}.{own}"));
        let has_other = exists(self.target, &format!("{table}.{other}"));
        let select = |condition: &str| format!("SELECT {own}, {other} FROM {table} WHERE {condition} ORDER BY 1, 2");
        let orphans = audit.read(|env| pairs(env, select(&format!("NOT {has_owner}"))))?;
        let dangling = audit.read(|env| pairs(env, select(&format!("{has_owner} AND NOT {has_other}"))))?;
        if orphans.is_empty() && dangling.is_empty() {
            return Ok(());
        }
        if audit.repair {
            let text = format!("DELETE FROM {table} WHERE NOT {has_owner} OR NOT {has_other}");
            audit.write(|env| execute(env, &text, Vec::new()))?;
        }
        let right = |model: &ModelInfo, id| format!("no pair: {} has no record {}", model.def.name, told(id));
        for (own, other) in orphans {
            self.tell(audit, own, told(other), right(self.model, own));
        }
        for (own, other) in dangling {
            self.tell(audit, own, told(other), right(self.target, other));
        }
        Ok(())
    }

    fn check_once(&self, audit: &mut Audit<'_>) -> Result<()> {
        let Pairs { table, own, other, .. } = self;
        let text =
            format!("SELECT {own}, {other} FROM {table} GROUP BY {own}, {other} HAVING COUNT(*) > 1 ORDER BY 1, 2");
        for (first, second) in audit.read(|env| pairs(env, text))? {
            if first.is_none() || second.is_none() {
                continue; // it has been told that an end is missing
            }
            if audit.repair {
                let binds = vec![Bind::Int(first), Bind::Int(second)];
                let (delete, insert) = (
                    format!("DELETE FROM {table} WHERE {own} = ? AND {other} = ?"),
                    format!("INSERT INTO {table} ({own}, {other}) VALUES (?, ?)"),
                );
                audit.write(|env| {
                    execute(env, &delete, binds.clone())?;
                    execute(env, &insert, binds.clone())
                })?;
            }
            self.tell(
                audit,
                first,
                format!("{} more than once", told(second)),
                "it once".to_owned(),
            );
        }
        Ok(())
    }

    fn tell(&self, audit: &mut Audit<'_>, own: Option<i64>, stored: String, right: String) {
        let finding = Finding {
            model: self.model.def.name,
            id: own,
            field: self.model.def.fields[self.field].name.to_owned(),
            stored,
            right,
            mended: audit.repair,
        };
        audit.report.found(finding);
    }
}

fn told(id: Option<i64>) -> String {
    id.map_or_else(|| "empty".to_owned(), |id| id.to_string())
}

/// The condition that a model has the record that stands there.
fn exists(model: &ModelInfo, id: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM {} AS there WHERE there.id = {id})",
        quoted(model.def.table)
    )
}

fn pairs(env: &mut Env<'_>, text: String) -> Result<Vec<(Option<i64>, Option<i64>)>> {
    let (mut pairs, binds) = (Vec::new(), Vec::new());
    env.session.query(&Statement { text, binds }, |row| {
        pairs.push((row.int(0)?, row.int(1)?));
        Ok(())
    })?;
    Ok(pairs)
}

fn execute(env: &mut Env<'_>, text: &str, binds: Vec<Bind>) -> Result<()> {
    let text = text.to_owned();
    env.session.execute(&Statement { text, binds }).map(|_| ())
}
