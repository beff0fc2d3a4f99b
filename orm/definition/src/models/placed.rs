//! Finds the fields that typed code of extensions names, in its inputs.

use super::{FieldId, ModelInfo, Models};
use crate::command::{Action, Input, Values};
use crate::def::part;
use crate::error::{Error, Result};

impl ModelInfo {
    /// The field that typed code names: by its index in the definition, or by the key of its part.
    ///
    /// # Errors
    /// When it is a field of an extension that is not in the catalogue.
    pub fn placed(&self, field: usize) -> Result<FieldId> {
        part::place(self.def.parts, field).ok_or_else(|| {
            let name = self.def.name;
            Error::internal(format!(
                "an extension of {name} is used that is not in the catalogue: list it there"
            ))
        })
    }
}

impl Models {
    /// The input of a write with every field by its index in the definition.
    ///
    /// # Errors
    /// As [`ModelInfo::placed`].
    pub fn placed(&self, model: &ModelInfo, values: Values) -> Result<Values> {
        let place = |(field, input)| {
            let field = model.placed(field)?;
            let input = match input {
                Input::Value(_) => input,
                Input::Delegate(values) => Input::Delegate(self.placed(self.target(model, field), values)?),
                Input::Commands(mut commands) => {
                    for command in &mut commands {
                        if let Action::Create(values) | Action::Update(_, values) = &mut command.action {
                            *values = self.placed(self.target(model, field), std::mem::take(values))?;
                        }
                    }
                    Input::Commands(commands)
                }
            };
            Ok((field, input))
        };
        Ok(Values {
            fields: values.fields.into_iter().map(place).collect::<Result<_>>()?,
            place: values.place,
        })
    }
}
