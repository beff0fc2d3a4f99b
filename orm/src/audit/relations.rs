//! Checks relations: a many2one leads to a record that exists, and so do both ends of a many2many pair, which exists
//! once.

use std::collections::BTreeSet;

use super::staleness::{Comparability, comparability};
use super::{Audit, Finding};
use crate::def::Kind;
use crate::def::columns::has_column;
use crate::env::Env;
use crate::error::Result;
use crate::registry::{FieldId, ModelInfo};
use crate::sql::{Ends, MissingSide, Statement, batches};

/// Reports many2ones whose record does not exist. They are not repaired, since nobody knows what they should be. Those
/// that are always computed are left to the check of computed fields.
pub(super) fn check(audit: &mut Audit<'_>, model: &ModelInfo) -> Result<()> {
    for (field, def) in model.def.fields.iter().enumerate() {
        let many2one = model.fields[field].is_many2one() && has_column(def);
        let computed = || def.compute.is_some_and(|compute| !compute.writable);
        if !many2one || computed() && comparability(audit.runtime, model, field) == Comparability::Computation {
            continue;
        }
        let target = audit.runtime.target(model, field);
        let link = audit.runtime.link(model, field)?;
        for (id, named) in audit.read(|env| env.pairs(env.sql().once().dangling(link, target)?))? {
            let right = format!("a record of {} that is there", target.def.name);
            let finding = Finding::new(model, id, def.name, named.to_string(), right);
            audit.report.found(finding);
        }
    }
    Ok(())
}

/// A table of pairs, from the side of one of the many2many fields that use it.
struct Pairs<'a> {
    field: FieldId,
    ends: Ends<'a>,
}

/// Reports and repairs pairs of these models' many2many fields that lack a record at one end, or exist more than once.
/// A table that two fields share is checked once.
pub(super) fn check_pairs(audit: &mut Audit<'_>, models: &[&ModelInfo]) -> Result<()> {
    let mut looked_at = BTreeSet::new();
    for model in models {
        for (field, def) in model.def.fields.iter().enumerate().filter(|(_, def)| def.stored) {
            let Kind::Many2many { relation, .. } = def.kind else {
                continue;
            };
            if looked_at.insert(relation) {
                let ends = Ends {
                    link: audit.runtime.link(model, field)?,
                    owner: model,
                    other: audit.runtime.target(model, field),
                };
                let pairs = Pairs { field, ends };
                pairs.check_ends(audit)?;
                pairs.check_once(audit)?;
            }
        }
    }
    Ok(())
}

impl Pairs<'_> {
    fn check_ends(&self, audit: &mut Audit<'_>) -> Result<()> {
        let ends = self.ends;
        let pairs_without_record =
            |env: &mut Env<'_>, broken| ids(env, env.sql().once().pairs_without_record(ends, broken)?);
        let orphans = audit.read(|env| pairs_without_record(env, MissingSide::Owner))?;
        let dangling = audit.read(|env| pairs_without_record(env, MissingSide::Other))?;
        if orphans.is_empty() && dangling.is_empty() {
            return Ok(());
        }
        if audit.repair {
            audit.write(|env| env.execute(env.sql().once().delete_pairs_without_record(ends)?))?;
        }
        let right = |model: &ModelInfo, id| format!("no pair: {} has no record {}", model.def.name, shown(id));
        for (own, other) in orphans {
            self.tell(audit, own, shown(other), right(ends.owner, own));
        }
        for (own, other) in dangling {
            self.tell(audit, own, shown(other), right(ends.other, other));
        }
        Ok(())
    }

    fn check_once(&self, audit: &mut Audit<'_>) -> Result<()> {
        let link = self.ends.link;
        for (first, second) in audit.read(|env| ids(env, env.sql().once().repeated(link)?))? {
            if first.is_none() || second.is_none() {
                continue; // reported already: an end is missing
            }
            if audit.repair {
                audit.write(|env| {
                    env.execute(env.sql().once().delete_pair(link, (first, second))?)?;
                    let pair: Vec<(i64, i64)> = first.zip(second).into_iter().collect();
                    batches(&pair).try_for_each(|pair| env.execute(env.sql().insert_pairs(link, pair)?))
                })?;
            }
            self.tell(
                audit,
                first,
                format!("{} more than once", shown(second)),
                "it once".to_owned(),
            );
        }
        Ok(())
    }

    fn tell(&self, audit: &mut Audit<'_>, own: Option<i64>, stored: String, right: String) {
        let finding = Finding {
            model: self.ends.owner.def.name,
            id: own,
            field: self.ends.owner.def.fields[self.field].name.to_owned(),
            stored,
            right,
            mended: audit.repair,
        };
        audit.report.found(finding);
    }
}

fn shown(id: Option<i64>) -> String {
    id.map_or_else(|| "empty".to_owned(), |id| id.to_string())
}

/// The first two columns of each row.
fn ids(env: &mut Env<'_>, statement: Statement) -> Result<Vec<(Option<i64>, Option<i64>)>> {
    let mut ids = Vec::new();
    env.query(statement, |row| {
        ids.push((row.int(0)?, row.int(1)?));
        Ok(())
    })?;
    Ok(ids)
}
