//! Who may do what. Everybody may do everything so far: what is here is the value that every statement over a model asks for,
//! so that none can be made without saying whose access it is under.

/// Whose access a statement is under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Access(Scope);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// Every record and field of every model.
    Everything,
}

impl Access {
    /// Everything.
    pub(crate) const EVERYTHING: Access = Access(Scope::Everything);
}
