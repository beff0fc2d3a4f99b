//! Finds the fields that typed code of extensions names, in its conditions.

use super::{Domain, Term};
use crate::error::Result;
use crate::registry::{FieldId, ModelInfo, Models};

impl Domain {
    /// The same condition with every field by its index in the definition.
    ///
    /// # Errors
    /// When it names a field of an extension that is not in the catalogue.
    pub(crate) fn placed(self, models: &Models, model: &ModelInfo) -> Result<Domain> {
        let all = |parts: Vec<Domain>| {
            let parts = parts.into_iter().map(|part| part.placed(models, model));
            parts.collect::<Result<Vec<_>>>()
        };
        Ok(match self {
            Domain::And(parts) => Domain::And(all(parts)?),
            Domain::Or(parts) => Domain::Or(all(parts)?),
            Domain::Not(part) => Domain::Not(Box::new(part.placed(models, model)?)),
            Domain::Related(path, part) => {
                let path = placed(models, model, path)?;
                let target = path.iter().fold(model, |at, hop| models.target(at, *hop));
                Domain::Related(path, Box::new(part.placed(models, target)?))
            }
            Domain::Term(term) => Domain::Term(Term {
                path: placed(models, model, term.path)?,
                ..term
            }),
        })
    }
}

fn placed(models: &Models, model: &ModelInfo, path: Vec<usize>) -> Result<Vec<FieldId>> {
    let mut at = Some(model);
    let place = |field| match at {
        Some(model) => {
            let field = model.placed(field)?;
            at = model.fields[field].target.map(|target| models.model(target));
            Ok(field)
        }
        None => Ok(field),
    };
    path.into_iter().map(place).collect()
}
