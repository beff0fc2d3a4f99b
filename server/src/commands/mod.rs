//! The subcommands: what each does once the command line is read.

pub(crate) mod backup;
pub(crate) mod export;
pub(crate) mod healthcheck;
pub(crate) mod load;
pub(crate) mod migrate;
pub(crate) mod prepare;
pub(crate) mod seed;
pub(crate) mod serve;
pub(crate) mod user;
pub(crate) mod verify;

mod demo;

use orm::Runtime;
use orm::registry::ModelInfo;

use crate::failure::Failure;

/// The models with these names; all of them where none is named.
///
/// # Errors
/// With the nearest name when there is no such model.
fn named<'r>(registry: &'r Runtime, names: &[String]) -> Result<Vec<&'r ModelInfo>, Failure> {
    if names.is_empty() {
        return Ok(registry.models().iter().collect());
    }
    let model = |name: &String| {
        let known = registry.models().iter().map(|model| model.def.name);
        let near = || orm::error::nearest(name, known);
        let found = registry.find(name);
        found.ok_or_else(|| Failure::new(format!("there is no model `{name}`{}", near())))
    };
    names.iter().map(model).collect()
}
