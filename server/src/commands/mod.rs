//! The subcommands, which `cli.rs` calls with their parsed arguments.

pub(crate) mod access;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod healthcheck;
pub(crate) mod load;
pub(crate) mod migrate;
pub(crate) mod prepare;
pub(crate) mod seed;
pub(crate) mod serve;
pub(crate) mod token;
pub(crate) mod user;
pub(crate) mod verify;

mod demo;
mod groups;

use indicatif::{ProgressBar, ProgressStyle};
use orm::Runtime;
use orm::registry::ModelInfo;

use crate::failure::Failure;

/// The models with these names, or all models if none is named.
///
/// # Errors
/// When there is no such model, with the most similar name.
fn models_named<'r>(registry: &'r Runtime, names: &[String]) -> Result<Vec<&'r ModelInfo>, Failure> {
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

/// A progress bar on the standard error stream, over so many records.
fn progress_bar(records: u64) -> ProgressBar {
    let bar = ProgressBar::new(records);
    match ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} records, {per_sec}, {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
