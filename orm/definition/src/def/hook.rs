//! Methods of a model that go along with the changes of its records: those that check, and those that act.

/// A method that runs after a change (`#[after]`, `#[constrains]`) or before or after a deletion (`#[ondelete]`,
/// `#[after(delete)]`), and may refuse it.
#[derive(Debug, Clone, Copy)]
pub struct ConstraintDef {
    /// The method's name.
    pub name: &'static str,
    /// Dotted paths that it reads; it runs after a change of any of them.
    pub depends: &'static [&'static [&'static str]],
    /// It runs after a change of any field of the record (`#[after(write)]`).
    pub any_field: bool,
    /// Dotted paths that it reads too, without running after their change.
    pub loads: &'static [&'static [&'static str]],
    /// It runs for new records too; otherwise only for records that are changed later (`only = update`).
    pub on_create: bool,
    /// It is an `#[after]` method, which may write other records: it runs with a change only, never to verify.
    pub writes: bool,
}

/// A method that runs before records are created or updated (`#[before(create)]`, `#[before(write)]`). It may change
/// what they are given, and refuse.
#[derive(Debug, Clone, Copy)]
pub struct BeforeDef {
    /// The method's name.
    pub name: &'static str,
    /// Before what it runs.
    pub on: Change,
    /// Dotted paths that it reads of the records that are updated.
    pub loads: &'static [&'static [&'static str]],
}

/// What is done to records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// They are created.
    Create,
    /// They are updated.
    Write,
}
