//! Checks hierarchies: no record is its own ancestor. What would be computed along the hierarchy for records on such a
//! circle, or below one, is not defined.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap as HashMap;

use super::{Audit, Finding};
use crate::env::Env;
use crate::error::Result;
use crate::registry::ModelInfo;
use crate::write::UnitOfWork;

/// Records that have children and cannot be reached from a root, each with its parent: they are on a circle or below
/// one.
#[derive(Debug, Default)]
pub(super) struct Unreachable(HashMap<i64, i64>);

impl Unreachable {
    /// Removes from `ids` the records on a circle or below one.
    pub(super) fn exclude_from(
        &self,
        env: &mut Env<'_>,
        unit: &mut UnitOfWork,
        model: &ModelInfo,
        ids: &mut BTreeSet<i64>,
    ) -> Result<()> {
        let Some(parent) = model.parent.filter(|_| !self.0.is_empty()) else {
            return Ok(());
        };
        let all: Vec<i64> = ids.iter().copied().collect();
        let records = unit.load(env, model, &all, None)?;
        let above = |id: &i64| records.get(id).and_then(|record| record.value(parent).id());
        ids.retain(|id| above(id).is_none_or(|above| !self.0.contains_key(&above)));
        Ok(())
    }

    /// The circle that a record is on, beginning and ending with it; `None` where it is only below one.
    fn circle(&self, id: i64) -> Option<Vec<i64>> {
        let mut circle = vec![id];
        for _ in 0..=self.0.len() {
            let above = *self.0.get(circle.last()?)?;
            circle.push(above);
            if above == id {
                return Some(circle);
            }
        }
        None
    }
}

/// Reports the circles of a model's hierarchy; answers the records on them or below them.
pub(super) fn check(audit: &mut Audit<'_>, model: &ModelInfo) -> Result<Unreachable> {
    let Some(parent) = model.parent else {
        return Ok(Unreachable::default());
    };
    let lost = audit.read(|env| env.pairs(env.sql().once().lost(model)?))?;
    let lost = Unreachable(lost.into_iter().collect());
    let mut ids: Vec<i64> = lost.0.keys().copied().collect();
    ids.sort_unstable();
    for id in ids {
        if let Some(circle) = lost.circle(id) {
            let circle: Vec<String> = circle.iter().map(i64::to_string).collect();
            let right = format!("a record that is not below it: {}", circle.join(" → "));
            let finding = Finding::new(model, id, model.fields[parent].def.name, &circle[1], right);
            audit.report.found(finding);
        }
    }
    Ok(lost)
}
