//! The catalogue at run time: its names resolved, its definitions verified, its dependencies inverted.

use std::ops::Deref;

use crate::def::{Default, ModelDef, Role};
use crate::dependencies::Dependencies;
use crate::error::{Code, Error, Result};
use crate::{assemble, cycles, sequence, verify};

pub use crate::models::{FieldId, FieldInfo, Link, ModelId, ModelInfo, Models, Node, OrderTerm, Via};

/// A catalogue whose definitions are consistent. Dereferences to its [`Models`].
#[derive(Debug)]
pub struct Registry {
    models: Models,
    dependencies: Dependencies,
}

impl Registry {
    /// Resolves and verifies a catalogue.
    ///
    /// # Errors
    /// With all mistakes at once, each with the source position of its definition. Mistakes in names and relations are
    /// listed alone, since the other checks need those to be right.
    pub fn new(catalogue: &[&'static ModelDef]) -> Result<Self> {
        let mut mistakes = verify::actions(catalogue);
        let catalogue = &with_sequences(assemble::assemble(catalogue, &mut mistakes));
        mistakes.extend(verify::catalogue(catalogue));
        if mistakes.is_empty() {
            let models = Models::new(catalogue, &mut mistakes);
            mistakes.extend(verify::constraints(&models));
            mistakes.extend(verify::computed(&models));
            mistakes.extend(verify::defaults(&models));
            mistakes.extend(verify::currencies(&models));
            mistakes.extend(verify::conditions(&models));
            mistakes.extend(verify::domains(&models));
            mistakes.extend(verify::rules(&models));
            mistakes.extend(verify::access(&models));
            mistakes.extend(verify::audit(&models));
            mistakes.extend(verify::json_types(&models));
            mistakes.extend(verify::sequence_codes(&models));
            mistakes.extend(cycles::mistakes(&models));
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

    /// Which computed fields and constraints a changed field affects.
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

/// The catalogue, with [`sequence::MODEL`] added when a field uses a sequence and no model has that role.
fn with_sequences(mut catalogue: Vec<&'static ModelDef>) -> Vec<&'static ModelDef> {
    let mut fields = catalogue.iter().flat_map(|model| model.fields);
    let used = fields.any(|field| matches!(field.default, Default::Sequence(_)));
    let declared = catalogue.iter().any(|model| model.role == Some(Role::Sequence));
    if used && !declared {
        catalogue.push(&sequence::MODEL);
    }
    catalogue
}
