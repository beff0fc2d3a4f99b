//! Access rights: who may do what with which records. This is the only place that decides.
//!
//! A model declares rights for groups of users (`#[access]`) and rules that say which records they are for (`#[rule]`).
//! [`Rights`] resolves them once, at start-up. [`Access`] is the access of one request: every statement that `sql` builds
//! needs one, and adds the conditions of the caller's rules itself. Whoever writes asks [`Access::may`] for the model and
//! [`Access::records`] for the records.

mod caller;
mod callers;
mod evaluate;
mod explain;
mod fields;
mod known;
mod rights;
mod rule;
mod switches;

pub(crate) use caller::{Caller, CallerPath};
pub(crate) use callers::Callers;
pub(crate) use evaluate::holds;
pub(crate) use fields::refusal as refused_field;
pub(crate) use rights::Rights;
pub use switches::Switches;

use std::sync::Arc;

use crate::def::Operation;
use crate::domain::Domain;
use crate::error::{Code, Error, Result};
use crate::registry::{FieldId, ModelInfo, Models};

/// The access under which a statement runs: that of a caller, or access to everything, which internal work has
/// (`Env::sudo`).
#[derive(Debug, Clone, Default)]
pub(crate) struct Access(Option<Arc<Caller>>);

impl Access {
    /// Access to every record and field of every model.
    pub(crate) const EVERYTHING: Access = Access(None);

    /// The access of a caller.
    pub(crate) fn of(caller: Caller) -> Self {
        Access(Some(Arc::new(caller)))
    }

    /// Whether it is the same access: of the same request, or of another one whose caller is [the same](Callers).
    pub(crate) fn is(&self, other: &Access) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            (Some(caller), Some(other)) => Arc::ptr_eq(caller, other),
            _ => false,
        }
    }

    /// Where the caller is in memory: no two accesses that exist have this in common unless they are
    /// [the same](Access::is).
    pub(crate) fn place(&self) -> usize {
        self.0.as_ref().map_or(0, |caller| Arc::as_ptr(caller).addr())
    }

    /// The caller; `None` for access to everything.
    pub(crate) fn caller(&self) -> Option<&Caller> {
        self.0.as_deref()
    }

    /// Whether a statement over these tables reads the same under this access as under access to everything.
    pub(crate) fn is_open(&self, tables: &[&'static str]) -> bool {
        self.caller().is_none_or(|caller| caller.is_open(tables))
    }

    /// Refuses an operation on a model that the caller has no right to.
    ///
    /// # Errors
    /// 403 with the groups that have it.
    pub(crate) fn may(&self, model: &ModelInfo, operation: Operation) -> Result<()> {
        if operation != Operation::Read && !model.def.is_writable() {
            return Err(refused_to_all(model, operation));
        }
        self.not_switched_off(model, operation.word())?;
        match self.caller() {
            Some(caller) if !caller.has_right(model, operation) => Err(caller.refusal(model, operation)),
            _ => Ok(()),
        }
    }

    /// Refuses an operation, or a method, that an administrator has switched off.
    ///
    /// # Errors
    /// 403.
    pub(crate) fn not_switched_off(&self, model: &ModelInfo, operation: &str) -> Result<()> {
        match self.caller() {
            Some(caller) if caller.switches.is_off(model.id, operation) => {
                let what = format!("an administrator has switched off `{operation}` of {}", model.def.name);
                Err(Error::new(Code::AccessDenied, what))
            }
            _ => Ok(()),
        }
    }

    /// The same access without what administrators have switched off: that is for what a request names, not for what
    /// the code of a method does.
    pub(crate) fn of_code(&self) -> Access {
        match &self.0 {
            Some(caller) if !caller.switches.is_empty() => Access::of(Caller::clone(caller).without_switches()),
            _ => self.clone(),
        }
    }

    /// The condition on the records of a model that the caller may do this with; `None` for all of them.
    ///
    /// # Errors
    /// As [`Access::may`].
    pub(crate) fn records(&self, models: &Models, model: &ModelInfo, operation: Operation) -> Result<Option<Domain>> {
        self.may(model, operation)?;
        Ok(self
            .caller()
            .and_then(|caller| caller.condition(models, model, operation)))
    }

    /// As [`Access::records`], for reading records that belong by their many2one `inverse` to the ends of a path from
    /// records of the model `above`, which were read under the same access: what the rules made sure of there holds.
    ///
    /// # Errors
    /// As [`Access::may`].
    pub(crate) fn records_below(
        &self,
        models: &Models,
        model: &ModelInfo,
        inverse: FieldId,
        (above, path): (&ModelInfo, &[FieldId]),
    ) -> Result<Option<Domain>> {
        let Some(condition) = self.records(models, model, Operation::Read)? else {
            return Ok(None);
        };
        let known = self.records(models, above, Operation::Read)?;
        let path = if path == [above.implicit("id")] { &[] } else { path };
        let known = known.map_or_else(Vec::new, |known| known::at_end(known, path));
        Ok(known::rest(condition, inverse, &known))
    }

    /// The paths that the caller's rules follow to other records.
    pub(crate) fn paths(&self, models: &Models, model: &ModelInfo, operation: Operation) -> Vec<Vec<FieldId>> {
        self.caller()
            .map_or_else(Vec::new, |caller| caller.paths_of(models, model, operation))
    }

    /// Whether a rule says which records of a model the caller may do this with.
    pub(crate) fn is_ruled(&self, model: &ModelInfo, operation: Operation) -> bool {
        self.caller().is_some_and(|caller| caller.is_ruled(model, operation))
    }
}

/// The refusal of what nobody may do, internal work included.
fn refused_to_all(model: &ModelInfo, operation: Operation) -> Error {
    let what = format!(
        "nobody may {} records of {}, which tell what has happened",
        operation.word(),
        model.def.name
    );
    Error::new(Code::AccessDenied, what)
}

/// The refusal of a change of records that the caller may read, but not change in this way (403).
pub(crate) fn refused_records(model: &ModelInfo, operation: Operation) -> Error {
    let what = format!(
        "the rules of {} do not let you {} this record",
        model.def.name,
        operation.word()
    );
    Error::new(Code::AccessDenied, what)
}
