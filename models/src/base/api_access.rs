//! What the API offers: models and operations that an administrator switches off and on.

use orm::builtin::methods;
use orm::def::Operation;
use orm::error::nearest;
use orm::prelude::*;

use super::group;

/// API Access
///
/// Switches a model, or a single operation on it, off for everybody who uses the API, or on again. What no record names is
/// on. A switch for an operation is stronger than that for the whole model.
#[model("api.access", role = switch, order = "model, operation")]
#[api]
#[access(group::SETTINGS: all)]
#[audit]
#[display_name("{model}", " {operation}")]
#[unique(model, operation, nulls = equal, message = "There is a switch for this already.")]
pub struct ApiAccess {
    /// Model
    ///
    /// Its technical name, such as `sale.order`.
    pub model: String,
    /// Operation
    ///
    /// `read`, `create`, `write`, `delete` or the name of a method. Empty for the whole model.
    pub operation: Option<String>,
    /// Enabled
    #[field(default = true)]
    pub enabled: bool,
}

#[methods]
impl ApiAccess {
    #[constrains(model, operation)]
    fn is_there(switches: &[Self], env: &mut Env<'_>) -> Result<()> {
        for switch in switches {
            let model = env
                .registry
                .exposed(&switch.model)
                .map_err(|error| Error::refused(error.detail()))?;
            let Some(operation) = &switch.operation else { continue };
            let words = Operation::ALL.map(Operation::word);
            let methods = methods(model).map(|method| method.name);
            let known: Vec<&str> = words.into_iter().chain(methods).collect();
            if !known.contains(&operation.as_str()) {
                let near = nearest(operation, known);
                let what = format!("{} has no operation `{operation}`{near}", switch.model);
                return Err(Error::refused(what));
            }
        }
        Ok(())
    }

    #[constrains(model, enabled)]
    fn stays_on_itself(switches: &[Self], _: &mut Env<'_>) -> Result<()> {
        let own = <Self as orm::Schema>::NAME;
        match switches.iter().any(|switch| switch.model == own && !switch.enabled) {
            true => Err(Error::refused(format!(
                "{own} stays on: nobody could switch anything on again over the API"
            ))),
            false => Ok(()),
        }
    }
}
