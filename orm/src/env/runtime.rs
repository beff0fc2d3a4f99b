//! A catalogue ready to run.

use std::any::Any;
use std::ops::Deref;
use std::sync::OnceLock;

use super::ops::{Entry, ModelOps};
use crate::error::{Error, Result};
use crate::registry::{ModelInfo, Registry};

/// A catalogue ready to run: its definitions resolved, with their models' code. Dereferences to its [`Registry`].
#[derive(Debug)]
pub struct Runtime {
    registry: Registry,
    /// By model.
    ops: Vec<&'static ModelOps>,
    /// What is kept from one request to the next.
    kept: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Runtime {
    /// Resolves a catalogue.
    ///
    /// # Errors
    /// With every mistake across models at once, each with the place of the definition.
    pub fn new(catalogue: &[Entry]) -> Result<Self> {
        let definitions: Vec<_> = catalogue.iter().map(|(def, _)| *def).collect();
        let registry = Registry::new(&definitions)?;
        let code = |model: &ModelInfo| {
            let known = catalogue.iter().find(|(def, _)| def.name == model.def.name);
            known.map_or(&ModelOps::NONE, |(_, ops)| *ops)
        };
        Ok(Runtime {
            ops: registry.models().iter().map(code).collect(),
            registry,
            kept: OnceLock::new(),
        })
    }

    /// The code of a model.
    pub fn ops(&self, model: &ModelInfo) -> &'static ModelOps {
        self.ops[model.id]
    }

    /// What the floors above keep from one request to the next, made when it is first asked for. There is one.
    ///
    /// # Errors
    /// When something else is kept already: a defect.
    pub(crate) fn kept<T: Default + Send + Sync + 'static>(&self) -> Result<&T> {
        let kept = self.kept.get_or_init(|| Box::new(T::default()));
        kept.downcast_ref()
            .ok_or_else(|| Error::internal("something else is kept already"))
    }
}

impl Deref for Runtime {
    type Target = Registry;

    fn deref(&self) -> &Registry {
        &self.registry
    }
}
