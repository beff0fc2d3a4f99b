//! The order in which computed fields are checked: each after those that it reads, and as many as possible in one pass
//! over the records of their model.

use std::collections::{BTreeMap, BTreeSet};

use super::staleness::{Comparability, comparability};
use crate::dependencies::{Computed, Dependencies, computed, is_hierarchy};
use crate::registry::{FieldId, ModelId, ModelInfo, Registry};

/// A pass over the records of a model.
#[derive(Debug)]
pub(super) struct Pass {
    pub(super) model: ModelId,
    /// The fields to check, in the order of their dependencies.
    pub(super) layers: Vec<Layer>,
}

/// Fields that do not read each other, except through the hierarchy.
#[derive(Debug, Default)]
pub(super) struct Layer {
    pub(super) fields: BTreeSet<FieldId>,
    /// The relations through which fields of this layer read each other, within the model: `parent_id`.
    pub(super) above: Vec<Vec<FieldId>>,
}

/// A computed field, a computed field that it reads, and the relations on the way there.
struct Reads<'a> {
    reader: Computed,
    read: Computed,
    path: &'a [FieldId],
}

/// The passes over these models' stored computed fields, except those that cannot be checked ([`Comparability::None`]).
pub(super) fn passes(registry: &Registry, models: &[&ModelInfo]) -> Vec<Pass> {
    let used = Dependencies::of_uses(registry);
    let mut left: BTreeSet<Computed> = (models.iter())
        .flat_map(|model| computed(model).map(|field| (model.id, field)))
        .filter(|(model, field)| {
            !matches!(
                comparability(registry, registry.model(*model), *field),
                Comparability::None
            )
        })
        .collect();
    let reads: Vec<Reads<'_>> = (used.all())
        .map(|(read, dependent)| Reads {
            reader: dependent.computed,
            read,
            path: &dependent.path,
        })
        .filter(|reads| left.contains(&reads.reader) && left.contains(&reads.read))
        .collect();
    let mut passes = Vec::new();
    while !left.is_empty() {
        let ready = models.iter().map(|model| ready(registry, model, &left, &reads));
        // The definitions have no circles, so that some fields are always ready.
        let Some(fields) = ready.max_by_key(BTreeSet::len).filter(|fields| !fields.is_empty()) else {
            break;
        };
        left.retain(|field| !fields.contains(field));
        passes.extend(pass(registry, &fields, &reads));
    }
    passes
}

/// The fields of a model that read none of those left, except each other, in the same record or through the hierarchy.
fn ready(registry: &Registry, model: &ModelInfo, left: &BTreeSet<Computed>, reads: &[Reads<'_>]) -> BTreeSet<Computed> {
    let mut ready: BTreeSet<Computed> = left.iter().copied().filter(|(of, _)| *of == model.id).collect();
    loop {
        let waits = |field: &Computed| {
            let within = |path: &[FieldId]| path.is_empty() || is_hierarchy(registry, model, path);
            let mut read = reads
                .iter()
                .filter(|reads| reads.reader == *field && left.contains(&reads.read));
            read.any(|reads| !(ready.contains(&reads.read) && within(reads.path)))
        };
        let waiting: Vec<Computed> = ready.iter().copied().filter(waits).collect();
        if waiting.is_empty() {
            return ready;
        }
        ready.retain(|field| !waiting.contains(field));
    }
}

fn pass(registry: &Registry, fields: &BTreeSet<Computed>, reads: &[Reads<'_>]) -> Option<Pass> {
    let (model, _) = *fields.first()?;
    let mut layers: BTreeMap<usize, Layer> = BTreeMap::new();
    for field in fields {
        let layer = layers.entry(registry.dependencies().layer(*field)).or_default();
        layer.fields.insert(field.1);
    }
    for layer in layers.values_mut() {
        let own = |field: &Computed| layer.fields.contains(&field.1) && field.0 == model;
        let above = reads.iter().filter(|reads| own(&reads.reader) && own(&reads.read));
        let mut above: Vec<Vec<FieldId>> = above.map(|reads| reads.path.to_vec()).collect();
        above.retain(|path| !path.is_empty());
        above.sort();
        above.dedup();
        layer.above = above;
    }
    Some(Pass {
        model,
        layers: layers.into_values().collect(),
    })
}
