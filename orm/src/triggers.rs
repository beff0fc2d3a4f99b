//! Which computed fields a change concerns: the dependencies of all models, turned around once at start-up.

use std::collections::HashMap;

use crate::def::{CheckDef, RuleDef};
use crate::registry::{FieldId, ModelId, ModelInfo, Registry};

/// The layer of rules: when everything is computed.
pub(crate) const RULES: usize = usize::MAX;

/// What looks at a record after a change. It is treated as if it were a computed field, but for its value: its index is
/// behind those of all fields.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rule {
    /// A `#[constrains(…)]` method.
    Method(&'static RuleDef),
    /// A condition that the database cannot keep.
    Check(&'static CheckDef),
}

/// A computed, stored field.
pub(crate) type Computed = (ModelId, FieldId);

/// A computed field that reads a field at the end of a path.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Trigger {
    /// The computed field.
    pub(crate) computed: Computed,
    /// Relations from the computed field's model to the model of the field it reads; empty: the same record.
    pub(crate) path: Vec<FieldId>,
}

/// The turned-around dependencies.
#[derive(Debug, Default)]
pub(crate) struct Triggers {
    by_field: HashMap<(ModelId, FieldId), Vec<Trigger>>,
    layers: HashMap<Computed, usize>,
}

impl Triggers {
    /// Turns the dependencies of a catalogue around. Paths that do not resolve have been reported already.
    pub(crate) fn new(registry: &Registry) -> Self {
        let mut triggers = Triggers::default();
        for model in registry.models() {
            for field in computed(model) {
                triggers.layers.insert((model.id, field), 0);
                for names in model.fields[field]
                    .def
                    .compute
                    .iter()
                    .flat_map(|compute| compute.depends)
                {
                    if let Ok(path) = registry.resolve_path(model, names) {
                        triggers.add(registry, model, field, &path);
                    }
                }
            }
            for (index, rule) in rules(model) {
                triggers.layers.insert((model.id, index), RULES);
                for path in rule.reads(registry, model) {
                    triggers.add(registry, model, index, &path);
                }
            }
        }
        triggers.settle_layers();
        triggers
    }

    /// The computed fields that read this one.
    pub(crate) fn of(&self, model: ModelId, field: FieldId) -> &[Trigger] {
        self.by_field.get(&(model, field)).map_or(&[], Vec::as_slice)
    }

    /// How many computed fields lie between a computed field and plain ones: those of a lower layer are computed first.
    pub(crate) fn layer(&self, computed: Computed) -> usize {
        self.layers.get(&computed).copied().unwrap_or(0)
    }

    fn add(&mut self, registry: &Registry, model: &ModelInfo, field: FieldId, path: &[FieldId]) {
        let computed = (model.id, field);
        let mut at = model;
        for (position, hop) in path.iter().enumerate() {
            // An inherited field is the delegate's: two hops in one.
            if let Some(via) = at.fields[*hop].via {
                let spelled: Vec<FieldId> = path[..position]
                    .iter()
                    .copied()
                    .chain([via.delegate, via.field])
                    .chain(path[position + 1..].iter().copied())
                    .collect();
                return self.add(registry, model, field, &spelled);
            }
            self.push(
                (at.id, *hop),
                Trigger {
                    computed,
                    path: path[..position].to_vec(),
                },
            );
            let info = &at.fields[*hop];
            if let (Some(target), Some(inverse)) = (info.target, info.inverse) {
                // A child that comes, goes or moves changes the relation without its parent's row being written.
                self.push(
                    (target, inverse),
                    Trigger {
                        computed,
                        path: path[..=position].to_vec(),
                    },
                );
            }
            at = info.target.map_or(at, |target| registry.model(target));
        }
    }

    fn push(&mut self, on: (ModelId, FieldId), trigger: Trigger) {
        let triggers = self.by_field.entry(on).or_default();
        if !triggers.contains(&trigger) {
            triggers.push(trigger);
        }
    }

    /// A field's layer is above those it reads. Fields that read themselves through a relation stay where they are.
    fn settle_layers(&mut self) {
        for _ in 0..self.layers.len() {
            let mut changed = false;
            for (read, triggers) in &self.by_field {
                let Some(below) = self.layers.get(read).copied() else {
                    continue;
                };
                for trigger in triggers.iter().filter(|trigger| trigger.computed != *read) {
                    if let Some(layer) = self.layers.get_mut(&trigger.computed)
                        && *layer <= below
                    {
                        *layer = below + 1;
                        changed = true;
                    }
                }
            }
            if !changed {
                return;
            }
        }
    }
}

/// The computed, stored fields of a model itself.
pub(crate) fn computed(model: &ModelInfo) -> impl Iterator<Item = FieldId> + '_ {
    let own = 0..model.def.fields.len();
    own.filter(|field| model.def.fields[*field].compute.is_some() && model.def.fields[*field].stored)
}

/// The rules of a model that look at a record after a change, with their indices.
pub(crate) fn rules(model: &ModelInfo) -> impl Iterator<Item = (FieldId, Rule)> + '_ {
    let def = model.def;
    let checks = def.checks.iter().filter(|check| !check.is_kept_by_database(def));
    let rules = def.constraints.iter().map(Rule::Method).chain(checks.map(Rule::Check));
    (model.fields.len()..).zip(rules)
}

/// The rule with this index.
pub(crate) fn rule(model: &ModelInfo, index: FieldId) -> Option<Rule> {
    rules(model).find(|(known, _)| *known == index).map(|(_, rule)| rule)
}

impl Rule {
    /// The paths that it reads, those that resolve.
    fn reads(self, registry: &Registry, model: &ModelInfo) -> Vec<Vec<FieldId>> {
        let resolve = |names: &[&str]| registry.resolve_path(model, names).ok();
        match self {
            Rule::Method(method) => method.depends.iter().filter_map(|names| resolve(names)).collect(),
            Rule::Check(check) => (check.condition.fields().iter()).filter_map(|name| resolve(&[name])).collect(),
        }
    }
}
