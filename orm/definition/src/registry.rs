//! The catalogue at run time: resolved, verified, and with its dependencies turned around.

use std::ops::Deref;

use crate::def::{Default, ModelDef, Role};
use crate::dependencies::Dependencies;
use crate::error::{Code, Error, Result};
use crate::{circles, sequence, verify};

pub use crate::models::{FieldId, FieldInfo, Link, ModelId, ModelInfo, Models, Node, OrderTerm, Via};

/// A catalogue whose models fit together. Dereferences to its [`Models`].
#[derive(Debug)]
pub struct Registry {
    models: Models,
    dependencies: Dependencies,
}

impl Registry {
    /// Resolves a catalogue.
    ///
    /// # Errors
    /// With every mistake across models at once, each with the place of the definition.
    pub fn new(catalogue: &[&'static ModelDef]) -> Result<Self> {
        let catalogue = &with_sequences(catalogue);
        let mut mistakes = verify::catalogue(catalogue);
        if mistakes.is_empty() {
            let models = Models::new(catalogue, &mut mistakes);
            mistakes.extend(verify::constraints(&models));
            mistakes.extend(verify::computed(&models));
            mistakes.extend(verify::defaults(&models));
            mistakes.extend(circles::mistakes(&models));
            if mistakes.is_empty() {
                let dependencies = Dependencies::new(&models);
                return Ok(Registry { models, dependencies });
            }
        }
        mistakes.sort();
        Err(Error::new(
            Code::Internal,
            format!("the models do not fit together:\n  {}", mistakes.join("\n  ")),
        ))
    }

    /// Which computed fields a change concerns.
    pub fn dependencies(&self) -> &Dependencies {
        &self.dependencies
    }
}

impl Deref for Registry {
    type Target = Models;

    fn deref(&self) -> &Models {
        &self.models
    }
}

/// A catalogue with the model that sequences are kept in, where it uses some and does not declare it.
fn with_sequences(catalogue: &[&'static ModelDef]) -> Vec<&'static ModelDef> {
    let mut fields = catalogue.iter().flat_map(|model| model.fields);
    let used = fields.any(|field| matches!(field.default, Default::Sequence(_)));
    let declared = catalogue.iter().any(|model| model.role == Some(Role::Sequence));
    let own = (used && !declared).then_some(&sequence::MODEL);
    catalogue.iter().copied().chain(own).collect()
}
