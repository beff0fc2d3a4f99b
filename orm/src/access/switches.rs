//! What administrators have switched off for the API.

use crate::registry::{ModelId, Models};

/// Which models, and which operations on them, are switched off or on for the API.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Switches(Vec<Switch>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Switch {
    model: ModelId,
    /// `read`, `create`, `write`, `delete` or a method; empty for everything.
    operation: String,
    enabled: bool,
}

impl Switches {
    /// Adds a switch. One of a model that is not in the catalogue switches nothing.
    pub fn add(&mut self, models: &Models, model: &str, operation: &str, enabled: bool) {
        self.0.extend(models.find(model).map(|model| Switch {
            model: model.id,
            operation: operation.to_owned(),
            enabled,
        }));
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an operation is switched off: by a switch of its own, else by that of the whole model.
    pub(super) fn is_off(&self, model: ModelId, operation: &str) -> bool {
        let enabled = |operation: &str| {
            let mut switches = self.0.iter();
            let own = switches.find(|switch| switch.model == model && switch.operation == operation);
            own.map(|switch| switch.enabled)
        };
        !enabled(operation).or_else(|| enabled("")).unwrap_or(true)
    }
}
