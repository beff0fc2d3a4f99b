//! A catalogue ready to run.

use std::any::Any;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::code::ModelCode;
use super::ops::Entry;
use crate::access::{Callers, Rights};
use crate::def::Group;
use crate::error::{Error, Result};
use crate::record::Record;
use crate::registry::{FieldId, ModelInfo, Registry};
use crate::value::Value;

/// A catalogue ready to run: its resolved definitions with the functions of each model. Dereferences to its
/// [`Registry`].
#[derive(Debug)]
pub struct Runtime {
    registry: Registry,
    /// The functions of each model, by model index.
    code: Vec<ModelCode>,
    /// Who may do what.
    rights: Arc<Rights>,
    /// Who made the last requests.
    callers: Callers,
    /// A value that is kept between requests ([`Runtime::kept`]).
    kept: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Runtime {
    /// Resolves a catalogue.
    ///
    /// # Errors
    /// When the models do not fit together: one error with every mistake and its place in the definitions.
    pub fn new(catalogue: &[Entry]) -> Result<Self> {
        let definitions: Vec<_> = catalogue.iter().map(|(def, _)| *def).collect();
        let registry = Registry::new(&definitions)?;
        let rights = Arc::new(Rights::new(&registry));
        let code = |model: &ModelInfo| ModelCode::new(model.def, catalogue);
        Ok(Runtime {
            code: registry.models().iter().map(code).collect(),
            registry,
            rights,
            callers: Callers::default(),
            kept: OnceLock::new(),
        })
    }

    /// Who may do what.
    pub(crate) fn rights(&self) -> &Arc<Rights> {
        &self.rights
    }

    /// Who made the last requests.
    pub(crate) fn callers(&self) -> &Callers {
        &self.callers
    }

    /// Every group to which the models give rights, and every group that one of these implies.
    pub fn groups(&self) -> &[Group] {
        self.rights.groups()
    }

    /// The functions of a model.
    pub(crate) fn code(&self, model: &ModelInfo) -> &ModelCode {
        &self.code[model.id]
    }

    /// Computes a field of one record that was loaded with everything that the computation reads. Fields that are
    /// computed in a `batch` need an environment and are not computed here.
    pub fn compute(&self, model: &ModelInfo, record: &Record, field: FieldId) -> Value {
        let code = self.code(model);
        code.compute(&mut code.structs(record), field)
    }

    /// A value that a layer above keeps between requests (the cache of read plans), created on first use. There is room
    /// for one such value.
    ///
    /// # Errors
    /// When a value of another type is kept already: a defect.
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
