//! A start-up check: computed fields must not read each other in a circle. Each circle is reported with its fields.
//!
//! Reading through a hierarchy is allowed, as `complete_name` reads `parent_id.complete_name`: it ends at the root.

use std::collections::{BTreeMap, BTreeSet};

use crate::dependencies::{Computed, definition, is_hierarchy, other_sides, uses};
use crate::models::{FieldId, ModelInfo, Models};

/// The computed fields that each computed field reads.
type Reads = BTreeMap<Computed, BTreeSet<Computed>>;

/// Every circle, and every path of a stored field that goes on behind a relation that is not stored.
pub(crate) fn mistakes(models: &Models) -> Vec<String> {
    let mut mistakes = Vec::new();
    let graph = graph(models, &mut mistakes);
    let mut told = BTreeSet::new();
    for start in graph.keys() {
        if told.contains(start) {
            continue;
        }
        let Some(circle) = way(&graph, *start, *start) else {
            continue;
        };
        let (model, field) = *start;
        let model = models.model(model);
        let names = circle.iter().chain([start]).map(|(model, field)| {
            let model = models.model(*model);
            format!("{}.{}", model.def.name, model.def.fields[*field].name)
        });
        let what = format!(
            "computed fields read each other in a circle: {}; take one of them out of `depends(…)`",
            names.collect::<Vec<_>>().join(" reads ")
        );
        mistakes.push(model.def.mistake_in(&model.def.fields[field], &what));
        told.extend(circle);
    }
    mistakes
}

fn graph(models: &Models, mistakes: &mut Vec<String>) -> Reads {
    let mut graph = Reads::new();
    for model in models.models() {
        for field in (0..model.def.fields.len()).filter(|field| definition(model, *field).is_some()) {
            let read = graph.entry((model.id, field)).or_default();
            for path in uses(models, model, field) {
                let mut at = model;
                let path = models.expand_path(model, &path);
                let hop = unstored_hop(models, model, &path);
                if let Some(hop) = hop.filter(|_| model.def.fields[field].stored) {
                    let what =
                        format!("its path goes on behind `{hop}`, which is not stored; add `store` to that field");
                    mistakes.push(model.def.mistake_in(&model.def.fields[field], &what));
                }
                for (position, hop) in path.iter().enumerate() {
                    let sides = other_sides(models, at, *hop);
                    // A stored field is computed level by level through a hierarchy, so that this is no circle.
                    if at.fields[*hop].unstored || !is_hierarchy(models, model, &path[..position]) {
                        read.extend([(at.id, *hop)].into_iter().chain(sides));
                    }
                    at = at.fields[*hop].target.map_or(at, |target| models.model(target));
                }
            }
        }
    }
    let computed: BTreeSet<Computed> = graph.keys().copied().collect();
    for read in graph.values_mut() {
        read.retain(|field| computed.contains(field));
    }
    graph
}

/// A relation that is not stored and behind which the path goes on, also within the paths that unstored fields on it
/// are computed from. A change behind such a relation could not be traced back to the records that read it.
fn unstored_hop(models: &Models, model: &ModelInfo, path: &[FieldId]) -> Option<&'static str> {
    let mut seen = BTreeSet::new();
    let mut paths = vec![(model, path.to_vec())];
    while let Some((model, path)) = paths.pop() {
        let mut at = model;
        for (position, hop) in path.iter().enumerate() {
            let info = &at.fields[*hop];
            if info.unstored && position + 1 < path.len() {
                return Some(info.def.name);
            }
            if info.unstored && seen.insert((at.id, *hop)) {
                let below = uses(models, at, *hop).into_iter();
                paths.extend(below.map(|path| (at, models.expand_path(at, &path))));
            }
            at = info.target.map_or(at, |target| models.model(target));
        }
    }
    None
}

/// The fields on a shortest path from `from`, which is included, to `to`, which is not; a breadth-first search.
fn way(graph: &Reads, from: Computed, to: Computed) -> Option<Vec<Computed>> {
    let mut came: BTreeMap<Computed, Computed> = BTreeMap::new();
    let mut next = vec![from];
    while !next.is_empty() {
        let mut further = Vec::new();
        for at in next {
            for read in graph.get(&at).into_iter().flatten() {
                if *read == to {
                    let mut way = vec![at];
                    while let Some(before) = way.last().filter(|last| **last != from).and_then(|last| came.get(last)) {
                        way.push(*before);
                    }
                    way.reverse();
                    return Some(way);
                }
                if !came.contains_key(read) {
                    came.insert(*read, at);
                    further.push(*read);
                }
            }
        }
        next = further;
    }
    None
}
