//! Access rights. So far everybody may do everything. But every statement that `sql` builds already needs an [`Access`]
//! value, so that none can be built without saying under whose access rights it runs.

/// The access rights under which a statement runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Access(Scope);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// Every record and field of every model.
    Everything,
}

impl Access {
    /// Access to everything.
    pub(crate) const EVERYTHING: Access = Access(Scope::Everything);
}
