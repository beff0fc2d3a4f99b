//! Which fields a caller sees: those with `groups(…)` are for the members of these groups.

use std::borrow::Cow;

use super::{Access, Caller};
use crate::domain::Domain;
use crate::error::{Code, Error, Result};
use crate::registry::{FieldId, FieldInfo, ModelInfo, Models, Node};

impl Access {
    /// The caller, if there are fields that he does not see.
    fn restricted(&self) -> Option<&Caller> {
        self.caller().filter(|caller| caller.has_hidden_fields())
    }

    /// Whether the caller may see and write the field.
    pub(crate) fn sees(&self, field: &FieldInfo) -> bool {
        self.restricted().is_none_or(|caller| caller.sees(field))
    }

    /// Refuses a path with a field that the caller does not see.
    ///
    /// # Errors
    /// 403 with the field and the groups that it is for.
    pub(crate) fn see(&self, models: &Models, model: &ModelInfo, path: &[FieldId]) -> Result<()> {
        let Some(caller) = self.restricted() else { return Ok(()) };
        let mut at = model;
        for field in path {
            let info = &at.fields[*field];
            if !caller.sees(info) {
                return Err(refusal(at, info));
            }
            at = info.target.map_or(at, |target| models.model(target));
        }
        Ok(())
    }

    /// Refuses a condition on a field that the caller does not see.
    ///
    /// # Errors
    /// As [`Access::see`].
    pub(crate) fn see_domain(&self, models: &Models, model: &ModelInfo, domain: &Domain) -> Result<()> {
        if self.restricted().is_none() {
            return Ok(());
        }
        match domain {
            Domain::And(parts) | Domain::Or(parts) => {
                parts.iter().try_for_each(|part| self.see_domain(models, model, part))
            }
            Domain::Not(part) => self.see_domain(models, model, part),
            Domain::Related(path, part) => {
                self.see(models, model, path)?;
                let target = path.iter().fold(model, |at, hop| models.target(at, *hop));
                self.see_domain(models, target, part)
            }
            Domain::Term(term) => self.see(models, model, &term.path),
        }
    }

    /// The nodes of a read without the fields that the caller does not see, at every depth.
    pub(crate) fn visible<'n>(&self, models: &Models, model: &ModelInfo, nodes: &'n [Node]) -> Cow<'n, [Node]> {
        if self.restricted().is_none() {
            return Cow::Borrowed(nodes);
        }
        let seen = nodes.iter().filter(|node| self.sees(&model.fields[node.field]));
        let seen = seen.map(|node| Node {
            field: node.field,
            children: match model.fields[node.field].target {
                Some(target) => self.visible(models, models.model(target), &node.children).into_owned(),
                None => Vec::new(),
            },
        });
        Cow::Owned(seen.collect())
    }
}

/// The refusal of a field that the caller does not see (403).
pub(crate) fn refusal(model: &ModelInfo, field: &FieldInfo) -> Error {
    let groups: Vec<String> = field
        .def
        .groups
        .iter()
        .map(|group| format!("`{}`", group.name))
        .collect();
    let what = format!(
        "`{}` of {} is for members of {}",
        field.def.name,
        model.def.name,
        groups.join(", ")
    );
    Error::new(Code::AccessDenied, what)
}
