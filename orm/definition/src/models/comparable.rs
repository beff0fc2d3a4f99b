//! Which fields conditions can compare, and lists can be sorted by.

use super::{FieldId, FieldInfo, ModelInfo, Models};
use crate::def::Kind;

impl FieldInfo {
    /// Whether the database has a single value of the field, so that lists can be sorted by it.
    pub fn is_comparable(&self) -> bool {
        !self.unstored && self.has_value()
    }

    /// Whether the field has a single value that conditions may compare; not when it is secret.
    pub fn has_value(&self) -> bool {
        !self.def.secret && !matches!(self.def.kind, Kind::Binary | Kind::Json { .. }) && !self.is_x2many()
    }
}

impl Models {
    /// Whether conditions can compare the field: by its stored value, or by its `search` method.
    pub fn is_searchable(&self, model: &ModelInfo, field: FieldId) -> bool {
        model.fields[field].has_value() && self.refusal(model, &[field]).is_none()
    }

    /// Why a condition cannot compare by a path; `None` when it can.
    pub fn refusal(&self, model: &ModelInfo, path: &[FieldId]) -> Option<String> {
        let spelled = self.expand_path(model, path);
        let (end, hops) = spelled.split_last()?;
        let name = |field: &FieldInfo| field.def.name;
        if let Some(hop) = self.behind_unstored(model, hops) {
            return Some(format!(
                "`{}` is computed when it is read: a condition cannot lead through it",
                name(hop)
            ));
        }
        let (at, _) = self.end_of(model, &spelled);
        let info = &at.fields[*end];
        let searched = info.def.compute.is_some_and(|compute| compute.search.is_some());
        (info.unstored && !searched)
            .then(|| format!("`{}` is computed when it is read: it cannot be filtered by", name(info)))
    }
}
