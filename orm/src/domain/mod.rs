//! Conditions on records: one syntax tree for all the forms in which callers write them.

mod flat;
mod list;
mod names;
mod operator;
mod placed;
mod term;

pub(crate) use flat::parse_parameter;
pub(crate) use list::{parse_json, parse_list, parse_path};
pub(crate) use names::{by_name, named};

use crate::value::Value;

/// A condition on the records of one model.
#[derive(Debug, Clone, PartialEq)]
pub enum Domain {
    /// Every part holds; no parts: always true.
    And(Vec<Domain>),
    /// At least one part holds; no parts: never true.
    Or(Vec<Domain>),
    /// The part does not hold.
    Not(Box<Domain>),
    /// At the end of this path of relations there is a record for which the part holds.
    Related(Vec<usize>, Box<Domain>),
    /// A comparison.
    Term(Term),
}

/// A comparison of the field at the end of a path.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// Field indices: relations, then the compared field. Never empty.
    pub path: Vec<usize>,
    /// The comparison.
    pub op: Op,
    /// The value or values to compare with.
    pub operand: Operand,
}

/// What a field is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// One value; [`Value::Null`] asks whether the field is empty.
    One(Value),
    /// A list, for `in`, `not in`, `child_of` and `parent_of`.
    Many(Vec<Value>),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Equal; compared with [`Value::Null`]: is empty.
    Eq,
    /// Not equal, which includes empty values; compared with [`Value::Null`]: is not empty.
    Ne,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// One of a list.
    In,
    /// None of a list, which includes empty values.
    NotIn,
    /// Contains, case-sensitive; `%` and `_` are wildcards.
    Like,
    /// Does not contain, case-sensitive; this includes empty values.
    NotLike,
    /// Contains, whatever the case; `%` and `_` are wildcards.
    Ilike,
    /// Does not contain, whatever the case; this includes empty values.
    NotIlike,
    /// The whole value matches the pattern, case-sensitive; `%` and `_` are wildcards.
    EqLike,
    /// The whole value matches the pattern, whatever the case; `%` and `_` are wildcards.
    EqIlike,
    /// Begins with, case-sensitive; no wildcards.
    StartsWith,
    /// Is one of the given records or below one of them in the hierarchy. They are given as an id, a text that a search
    /// by name finds them by, or a list of these.
    ChildOf,
    /// Is one of the given records or above one of them in the hierarchy. They are given as for [`Op::ChildOf`].
    ParentOf,
}

impl Domain {
    /// The condition that always holds.
    pub const TRUE: Domain = Domain::And(Vec::new());

    /// The condition that never holds.
    pub(crate) const NONE: Domain = Domain::Or(Vec::new());

    /// Whether the condition compares this field of the record itself, not only of a related record.
    pub(crate) fn compares(&self, field: usize) -> bool {
        match self {
            Domain::And(parts) | Domain::Or(parts) => parts.iter().any(|part| part.compares(field)),
            Domain::Not(part) => part.compares(field),
            Domain::Related(path, part) => path.is_empty() && part.compares(field),
            Domain::Term(term) => term.path == [field],
        }
    }

    /// Whether all records for which the condition holds have the same value at the end of this path, and one that is not
    /// empty.
    pub(crate) fn fixes(&self, path: &[usize]) -> bool {
        match self {
            Domain::And(parts) => parts.iter().any(|part| part.fixes(path)),
            Domain::Term(Term {
                path: compared,
                op: Op::Eq,
                operand: Operand::One(value),
            }) => compared == path && !value.is_null(),
            _ => false,
        }
    }
}
