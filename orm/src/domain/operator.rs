//! The operators of conditions: how domains and flat parameters spell them, and what `!` makes of each.

use super::Op;
use crate::error::nearest;

/// An operator as callers write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    /// A comparison of a field.
    Compare(Op),
    /// `=?`: equal, or always true if no value is given to compare with.
    EqIfGiven,
    /// `any`: a related record fulfils the domain that is given as the value.
    Any,
    /// `not any`: no related record does.
    NotAny,
}

use Operator::{Any, Compare, EqIfGiven, NotAny};

type Row = (&'static str, &'static str, Operator);

/// Each operator: its name in domains, its suffix in flat parameters (`state__ne=draft`), and what it does. Either
/// spelling is empty where the operator has none.
const OPERATORS: [Row; 21] = [
    ("=", "eq", Compare(Op::Eq)),
    ("!=", "ne", Compare(Op::Ne)),
    ("<>", "", Compare(Op::Ne)),
    (">", "gt", Compare(Op::Gt)),
    (">=", "ge", Compare(Op::Ge)),
    ("<", "lt", Compare(Op::Lt)),
    ("<=", "le", Compare(Op::Le)),
    ("in", "in", Compare(Op::In)),
    ("not in", "not_in", Compare(Op::NotIn)),
    ("like", "like", Compare(Op::Like)),
    ("not like", "not_like", Compare(Op::NotLike)),
    ("ilike", "ilike", Compare(Op::Ilike)),
    ("not ilike", "not_ilike", Compare(Op::NotIlike)),
    ("=like", "eq_like", Compare(Op::EqLike)),
    ("=ilike", "eq_ilike", Compare(Op::EqIlike)),
    ("", "startswith", Compare(Op::StartsWith)),
    ("child_of", "child_of", Compare(Op::ChildOf)),
    ("parent_of", "parent_of", Compare(Op::ParentOf)),
    ("=?", "eq_if_given", EqIfGiven),
    ("any", "any", Any),
    ("not any", "not_any", NotAny),
];

/// Pairs of operators that `!` turns into each other. An empty value is in neither `>` nor `<=`.
const OPPOSITES: [(Operator, Operator); 7] = [
    (Compare(Op::Eq), Compare(Op::Ne)),
    (Compare(Op::Gt), Compare(Op::Le)),
    (Compare(Op::Ge), Compare(Op::Lt)),
    (Compare(Op::In), Compare(Op::NotIn)),
    (Compare(Op::Like), Compare(Op::NotLike)),
    (Compare(Op::Ilike), Compare(Op::NotIlike)),
    (Any, NotAny),
];

impl Operator {
    /// Looks up an operator of domains, in whatever case: `ilike`, `ILIKE`.
    pub(super) fn named(name: &str) -> Result<Self, String> {
        let known = |(known, _, _): &&Row| !known.is_empty() && known.eq_ignore_ascii_case(name);
        let names = || OPERATORS.iter().map(|row| row.0).filter(|name| !name.is_empty());
        let row = OPERATORS.iter().find(known);
        row.map(|row| row.2)
            .ok_or_else(|| format!("`{name}` is no operator{}", nearest(name, names())))
    }

    /// Looks up the suffix of a flat parameter.
    pub(super) fn of_suffix(suffix: &str) -> Result<Self, String> {
        let known = |(_, known, _): &&Row| !known.is_empty() && *known == suffix;
        let names = || OPERATORS.iter().map(|row| row.1).filter(|name| !name.is_empty());
        let row = OPERATORS.iter().find(known);
        row.map(|row| row.2).ok_or_else(|| {
            format!(
                "`{suffix}` is no operator{}",
                nearest(suffix, names().chain(["is_set"]))
            )
        })
    }

    /// Its name in domains, for messages.
    pub(super) fn name(self) -> &'static str {
        OPERATORS.iter().find(|row| row.2 == self).map_or("", |row| row.0)
    }

    /// The operator that `!` in front of a comparison turns this one into; `None` where there is none, as for
    /// `child_of`.
    pub(super) fn opposite(self) -> Option<Self> {
        OPPOSITES.iter().find_map(|(one, other)| match self {
            _ if self == *one => Some(*other),
            _ if self == *other => Some(*one),
            _ => None,
        })
    }
}
