//! What a model, or a field, is to the runtime.

/// What a model is to the runtime. A catalogue has each role at most once, and needs a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Who makes and changes records. A server looks for the text `login`, and the many2one `company_id` where there is one.
    User,
    /// What users and their documents belong to.
    Company,
    /// What amounts of money are in.
    Currency,
    /// What users are members of. A server looks for the text `full_name`.
    Group,
    /// Numberings ([`sequence`](crate::sequence)).
    Sequence,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 5] = [Role::User, Role::Company, Role::Currency, Role::Group, Role::Sequence];

    /// How a definition spells it.
    pub fn word(self) -> &'static str {
        match self {
            Role::User => "user",
            Role::Company => "company",
            Role::Currency => "currency",
            Role::Group => "group",
            Role::Sequence => "sequence",
        }
    }
}

/// What a field is to the runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldRole {
    /// Whether a record is not archived: a `bool` with the name `active`.
    Active,
    /// The record above in a hierarchy: a many2one to the model itself with the name `parent_id`.
    Parent,
}
