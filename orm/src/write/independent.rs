//! Which updates can be one change with updates of other records, and end as if each had been made by itself.

use serde_json::Value as Json;

use super::{constraints, hooks};
use crate::def::{Change, Kind};
use crate::registry::{FieldId, ModelInfo, Registry};

/// Whether an update of a record of this model reads and writes nothing but that record: all fields of its body are plain
/// columns from which nothing follows, for this record or another one, and no method of the model is called. A body that
/// names anything else is none, also one with a mistake.
pub fn is_independent(registry: &Registry, model: &ModelInfo, body: &Json) -> bool {
    let is_plain = |field: FieldId| {
        let info = &model.fields[field];
        let def = info.def;
        let column = def.stored && info.via.is_none() && info.target.is_none() && def.compute.is_none();
        column
            && def.role.is_none()
            && !matches!(def.kind, Kind::Binary | Kind::Monetary { .. })
            && registry.dependencies().of(model.id, field).is_empty()
            && !constraints::unique_concerned(model, &[field])
    };
    let is_named = |name: &String| model.field(name).is_some_and(is_plain);
    let called = model.def.role.is_some() || hooks::has_before(model, Change::Write);
    !called && body.as_object().is_some_and(|body| body.keys().all(is_named))
}
