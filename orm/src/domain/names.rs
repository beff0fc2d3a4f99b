//! Conditions on the names of records: what a search by name finds.

use super::operator::Operator;
use super::{Domain, Op, Operand, Term};
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

/// The most characters of a search pattern: in the worst case each of them is compared with each character of a value.
const MOST_PATTERN: usize = 1_000;

/// The condition that a search by name (`name_search`) means by an operator of domains and a text.
pub(crate) fn by_name(model: &ModelInfo, operator: &str, text: &str) -> Result<Domain, String> {
    let Operator::Compare(op) = Operator::named(operator)? else {
        return Err(format!("`{operator}` compares with no name"));
    };
    let (positive, negative) = op.positive();
    if !matches!(positive, Op::Eq | Op::Like | Op::Ilike | Op::EqLike | Op::EqIlike) {
        return Err(format!("`{operator}` compares with no name"));
    }
    let text = Operand::One(Value::Text(pattern(text)?.to_owned()));
    let found = named(model, positive, &text);
    Ok(if negative { Domain::Not(Box::new(found)) } else { found })
}

/// The condition that one of the fields in which a search by name looks compares like this.
pub(crate) fn named(model: &ModelInfo, op: Op, operand: &Operand) -> Domain {
    let term = |name: &Vec<FieldId>| {
        Domain::Term(Term {
            path: name.clone(),
            op,
            operand: operand.clone(),
        })
    };
    match model.name_search.as_slice() {
        [name] => term(name),
        names => Domain::Or(names.iter().map(term).collect()),
    }
}

/// Checks the length of a search pattern.
pub(super) fn pattern(text: &str) -> Result<&str, String> {
    match text.chars().nth(MOST_PATTERN) {
        None => Ok(text),
        Some(_) => Err(format!("a text to look for may have at most {MOST_PATTERN} characters")),
    }
}

impl Op {
    /// The comparison that this one is, or is the opposite of; and whether it is the opposite.
    pub(crate) fn positive(self) -> (Op, bool) {
        match self {
            Op::Ne => (Op::Eq, true),
            Op::NotIn => (Op::In, true),
            Op::NotLike => (Op::Like, true),
            Op::NotIlike => (Op::Ilike, true),
            op => (op, false),
        }
    }
}
