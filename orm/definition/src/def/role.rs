//! Roles of models and fields: by them, the runtime and the server find the models and fields that they need.

use super::Kind;

/// The role of a model. A catalogue has each role at most once, and must have a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Users, who create and change records. A server needs the text `login`, and uses a many2one `company_id`.
    User,
    /// Companies, to which users and their documents belong.
    Company,
    /// Currencies of monetary amounts, which are rounded to multiples of its decimal `rounding`.
    Currency,
    /// Groups of users. A server finds its administrators' group by the text `full_name`.
    Group,
    /// Sequences (`sequence.rs`).
    Sequence,
    /// The audit trail (`trail.rs`): what happened to records of models with `#[audit]`.
    Audit,
    /// What administrators switch off and on for the API (`switch.rs`).
    Switch,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 7] = [
        Role::User,
        Role::Company,
        Role::Currency,
        Role::Group,
        Role::Sequence,
        Role::Audit,
        Role::Switch,
    ];

    /// Its word in a definition: `role = user`.
    pub fn word(self) -> &'static str {
        match self {
            Role::User => "user",
            Role::Company => "company",
            Role::Currency => "currency",
            Role::Group => "group",
            Role::Sequence => "sequence",
            Role::Audit => "audit",
            Role::Switch => "switch",
        }
    }
}

/// A field that a role needs: its name, its type in Rust, and whether a kind is of that type.
pub(crate) type NeededField = (&'static str, &'static str, fn(&Kind) -> bool);

/// The role of a field, which follows from its name and type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldRole {
    /// False for archived records: a `bool` named `active`.
    Active,
    /// The parent in a hierarchy: a many2one to the model itself named `parent_id`.
    Parent,
}
