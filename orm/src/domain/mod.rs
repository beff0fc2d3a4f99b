//! Conditions on records: one AST, whatever spelling it came in.

mod parse;

pub(crate) use parse::{by_text, operator, parse_json, parse_list, parse_parameter, parse_path};

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
    /// A record behind these relations exists of which the part holds.
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
    /// What it is compared with.
    pub operand: Operand,
}

/// What a field is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// One value; [`Value::Null`] for empty.
    One(Value),
    /// A list, for `in` and `not in`.
    Many(Vec<Value>),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Equal; with empty: is empty.
    Eq,
    /// Not equal, empty values included; with empty: is not empty.
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
    /// None of a list, empty values included.
    NotIn,
    /// Contains, case-sensitive; `%` and `_` are wildcards.
    Like,
    /// Contains, whatever the case; `%` and `_` are wildcards.
    Ilike,
    /// Does not contain, whatever the case; empty values included.
    NotIlike,
    /// Begins with, case-sensitive; no wildcards.
    StartsWith,
    /// The record or one below it in the hierarchy: of an id, of a list of ids, or of records with such a name.
    ChildOf,
    /// The record or one above it in the hierarchy; as [`Op::ChildOf`].
    ParentOf,
}

impl Domain {
    /// The condition that always holds.
    pub const TRUE: Domain = Domain::And(Vec::new());

    /// Whether a condition is on this field of the record itself, not of a related one.
    pub(crate) fn compares(&self, field: usize) -> bool {
        match self {
            Domain::And(parts) | Domain::Or(parts) => parts.iter().any(|part| part.compares(field)),
            Domain::Not(part) => part.compares(field),
            Domain::Related(path, part) => path.is_empty() && part.compares(field),
            Domain::Term(term) => term.path == [field],
        }
    }
}
