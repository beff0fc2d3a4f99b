//! Computed fields that came with a migration get their values in the rows that are there.

use orm::Env;
use orm::db::Session;
use orm::registry::{ModelInfo, Registry};

use crate::api::now;
use crate::failure::Failure;

/// Computes these fields, given by model and name, of all records. A field that a later migration renamed is followed, one
/// that is gone or not computed any more is left out.
pub(super) fn compute(session: &mut Session, registry: &Registry, fields: &[(String, String)]) -> Result<(), Failure> {
    let mut found = Vec::new();
    for (model, field) in fields {
        let called = |info: &&ModelInfo| info.def.name == model || info.def.renamed_from == model;
        let Some(info) = registry.models().iter().find(called) else {
            continue;
        };
        let position = info.def.fields.iter().position(|def| {
            let named = def.name == field || def.renamed_from == field;
            named && def.stored && def.compute.is_some()
        });
        found.extend(position.map(|field| (info.id, field)));
    }
    if found.is_empty() {
        return Ok(());
    }
    let mut env = Env::system(session, registry, now());
    Ok(orm::write::compute_all(&mut env, &found)?)
}
