//! Which computed fields a change concerns: the dependencies of all models, turned around once at start-up.

use std::collections::HashMap;

use crate::registry::{FieldId, ModelId, ModelInfo, Registry};

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
        let path = registry.spelled(model, path);
        let mut at = model;
        for (position, hop) in path.iter().enumerate() {
            if at.fields[*hop].unstored {
                // It changes when what it is made of does. Behind it nothing can be found backwards.
                for names in (at.fields[*hop].def.compute.iter()).flat_map(|compute| compute.depends) {
                    if let Ok(below) = registry.resolve_path(at, names) {
                        self.add(registry, model, field, &[&path[..position], &below].concat());
                    }
                }
                return;
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
