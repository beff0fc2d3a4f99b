//! Who may do what with the records of a model: groups of users, the rights of a model (`#[access]`) and the rules that
//! say which records a right is for (`#[rule]`).

use std::fmt;

use super::{Comparison, Root};

/// A group of users to which models give rights. An application declares each of its groups once, as a constant:
///
/// ```
/// use orm_definition::def::Group;
///
/// pub const USER: Group = Group::new("User types / Internal User");
/// pub const SALESMAN: Group = Group::new("Sales / User: Own Documents Only").implying(&[&USER]);
/// ```
///
/// The users in it are those of the record with this `full_name` of the model with `role = group`.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// The full name of the group's record.
    pub name: &'static str,
    /// Groups to which everybody of this group belongs too.
    pub implies: &'static [&'static Group],
}

impl Group {
    /// A group without implied ones.
    pub const fn new(name: &'static str) -> Self {
        Group { name, implies: &[] }
    }

    /// The same group; its users belong to these groups too.
    pub const fn implying(self, implies: &'static [&'static Group]) -> Self {
        Group { implies, ..self }
    }
}

/// What is done to records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operation {
    /// They are read: listed, counted, named, filtered by.
    Read,
    /// They are created.
    Create,
    /// They are updated.
    Write,
    /// They are deleted.
    Delete,
}

impl Operation {
    /// Every operation.
    pub const ALL: [Operation; 4] = [Operation::Read, Operation::Create, Operation::Write, Operation::Delete];

    /// Its word in `#[access]` and `#[rule]`, and in messages.
    pub fn word(self) -> &'static str {
        match self {
            Operation::Read => "read",
            Operation::Create => "create",
            Operation::Write => "write",
            Operation::Delete => "delete",
        }
    }
}

/// `SALESMAN: read, write`: what the users of a group may do with a model.
#[derive(Debug, Clone, Copy)]
pub struct AccessDef {
    /// The group; `None` for everybody who is logged in.
    pub group: Option<Group>,
    /// What they may do.
    pub operations: &'static [Operation],
}

/// `SALESMAN: user_id == env.user`: which records the users of a group see and change.
///
/// A rule for everybody always holds. Of the rules for the groups of a user, one must hold; a user in none of these
/// groups is not restricted by them.
#[derive(Debug, Clone, Copy)]
pub struct RuleDef {
    /// The group; `None` for everybody.
    pub group: Option<Group>,
    /// The operations that it is for.
    pub operations: &'static [Operation],
    /// The records.
    pub condition: RuleCondition,
}

/// Which records a rule is about.
#[derive(Debug, Clone, Copy)]
pub enum RuleCondition {
    /// All parts hold; no parts: every record.
    All(&'static [RuleCondition]),
    /// One of the parts holds.
    Any(&'static [RuleCondition]),
    /// The part does not hold.
    Not(&'static RuleCondition),
    /// The field at the end of a path has no value.
    Empty(&'static [&'static str]),
    /// The field at the end of a path compares with a value of the caller, or a constant.
    Compare {
        /// The path.
        path: &'static [&'static str],
        /// The comparison.
        op: Comparison,
        /// What it is compared with.
        with: RuleOperand,
    },
    /// `env.companies.contains(company_id)`: the path leads to one of the caller's companies.
    InCompanies(&'static [&'static str]),
    /// `partner_id.child_of(env.user.partner_id)`: the path leads to that record, or to one below it in its hierarchy.
    ChildOf {
        /// The path.
        path: &'static [&'static str],
        /// The record.
        of: RuleOperand,
    },
}

/// What a rule compares with.
#[derive(Debug, Clone, Copy)]
pub enum RuleOperand {
    /// A constant.
    Literal(&'static str),
    /// `env.user` or `env.company`, or the value at the end of a path from it: `env.user.partner_id`.
    From {
        /// The caller, or his company.
        root: Root,
        /// The path; empty for the record itself.
        path: &'static [&'static str],
    },
}

impl RuleCondition {
    /// The paths that the condition follows from a record.
    pub fn paths(&self) -> Vec<&'static [&'static str]> {
        match self {
            RuleCondition::All(parts) | RuleCondition::Any(parts) => {
                parts.iter().flat_map(RuleCondition::paths).collect()
            }
            RuleCondition::Not(part) => part.paths(),
            RuleCondition::Empty(path)
            | RuleCondition::InCompanies(path)
            | RuleCondition::Compare { path, .. }
            | RuleCondition::ChildOf { path, .. } => vec![path],
        }
    }

    /// What the condition compares with.
    pub fn operands(&self) -> Vec<RuleOperand> {
        match self {
            RuleCondition::All(parts) | RuleCondition::Any(parts) => {
                parts.iter().flat_map(RuleCondition::operands).collect()
            }
            RuleCondition::Not(part) => part.operands(),
            RuleCondition::Compare { with, .. } => vec![*with],
            RuleCondition::ChildOf { of, .. } => vec![*of],
            RuleCondition::Empty(_) | RuleCondition::InCompanies(_) => Vec::new(),
        }
    }
}

impl fmt::Display for RuleCondition {
    /// As it is written in the definition.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut fmt::Formatter<'_>, parts: &[RuleCondition], between: &str| {
            f.write_str("(")?;
            for (index, part) in parts.iter().enumerate() {
                write!(f, "{}{part}", if index == 0 { "" } else { between })?;
            }
            f.write_str(")")
        };
        match self {
            RuleCondition::All([]) => f.write_str("true"),
            RuleCondition::All(parts) => joined(f, parts, " && "),
            RuleCondition::Any(parts) => joined(f, parts, " || "),
            RuleCondition::Not(part) => write!(f, "!{part}"),
            RuleCondition::Empty(path) => write!(f, "{}.is_none()", path.join(".")),
            RuleCondition::Compare { path, op, with } => write!(f, "{} {} {with}", path.join("."), op.rust()),
            RuleCondition::InCompanies(path) => write!(f, "env.companies.contains({})", path.join(".")),
            RuleCondition::ChildOf { path, of } => write!(f, "{}.child_of({of})", path.join(".")),
        }
    }
}

impl fmt::Display for RuleOperand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RuleOperand::Literal(text) => f.write_str(text),
            RuleOperand::From { root, path } => {
                write!(f, "env.{}", root.word())?;
                path.iter().try_for_each(|name| write!(f, ".{name}"))
            }
        }
    }
}
