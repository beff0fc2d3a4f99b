//! Evaluates conditions in memory. (The SQL of conditions is in `orm-database`, `constraints.rs`.)
//!
//! A check, on a record's own columns, is meant as in SQL: a comparison with an empty value is unknown, and an unknown
//! condition violates no constraint ([`holds`]). The `domain` of a relation is meant as in a search: an empty value equals
//! an empty one only, and has no order ([`disallowed`]).

use std::cmp::Ordering;

use crate::def::{Comparison, ConditionDef, ModelDef, OperandDef};
use crate::field::from_text;
use crate::value::Value;

/// A record: its definition, and a value for each of the model's fields.
#[derive(Debug, Clone, Copy)]
pub struct Row<'r> {
    /// The definition of its model.
    pub def: &'r ModelDef,
    /// The values, in the order of the definition.
    pub values: &'r [Value],
}

impl Row<'_> {
    fn value(&self, name: &str) -> &Value {
        let field = self.def.position(name);
        field.and_then(|field| self.values.get(field)).unwrap_or(&Value::Null)
    }
}

/// Whether a condition is true for a row, which has a value for each of the model's fields; `None` when it is unknown.
pub fn holds(condition: &ConditionDef, def: &ModelDef, values: &[Value]) -> Option<bool> {
    let row = Row { def, values };
    let known = |op, left: &Value, right: &Value| compare(left, right).map(|order| accepts(op, order));
    truth(condition, row, row, &known)
}

/// The first part of a condition that is false for a row, for the message: of `a && b`, either `a` or `b`.
pub fn broken<'c>(condition: &'c ConditionDef, def: &ModelDef, values: &[Value]) -> Option<&'c ConditionDef> {
    first_false(condition, &|part| holds(part, def, values) == Some(false))
}

/// The first part of a relation's `domain` that a related record does not fulfil; `own` is the record with the relation.
pub fn disallowed<'c>(condition: &'c ConditionDef, related: Row<'_>, own: Row<'_>) -> Option<&'c ConditionDef> {
    first_false(condition, &|part| !allows(part, related, own))
}

/// Whether a related record fulfils the `domain` of a relation.
fn allows(condition: &ConditionDef, related: Row<'_>, own: Row<'_>) -> bool {
    let found = |op, left: &Value, right: &Value| {
        Some(match (compare(left, right), op) {
            (Some(order), op) => accepts(op, order),
            (None, Comparison::Eq) => left.is_null() && right.is_null(),
            (None, Comparison::Ne) => left.is_null() != right.is_null(),
            (None, _) => false,
        })
    };
    truth(condition, related, own, &found) == Some(true)
}

fn first_false<'c>(condition: &'c ConditionDef, is_false: &impl Fn(&ConditionDef) -> bool) -> Option<&'c ConditionDef> {
    match condition {
        ConditionDef::All(parts) => parts.iter().find_map(|part| first_false(part, is_false)),
        other => is_false(other).then_some(other),
    }
}

/// Evaluates a condition on `row`; `own` has the fields that are named by `self.`.
fn truth(
    condition: &ConditionDef,
    row: Row<'_>,
    own: Row<'_>,
    compared: &impl Fn(Comparison, &Value, &Value) -> Option<bool>,
) -> Option<bool> {
    match condition {
        ConditionDef::All(parts) => all(parts.iter().map(|part| truth(part, row, own, compared))),
        ConditionDef::Any(parts) => {
            let none = parts
                .iter()
                .map(|part| truth(part, row, own, compared).map(|holds| !holds));
            all(none).map(|none| !none)
        }
        ConditionDef::Empty(field) => Some(row.value(field).is_null()),
        ConditionDef::Given(field) => Some(!row.value(field).is_null()),
        ConditionDef::Compare { field, op, with } => {
            let left = row.value(field);
            match with {
                OperandDef::Field(other) => compared(*op, left, row.value(other)),
                OperandDef::Own(other) => compared(*op, left, own.value(other)),
                OperandDef::Literal(text) => {
                    let kind = &row.def.fields[row.def.position(field)?].kind;
                    compared(*op, left, &from_text(kind, text).ok()?)
                }
            }
        }
    }
}

/// Three-valued `and`: false when a part is false, else unknown when a part is unknown.
pub fn all(mut parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    parts
        .try_fold(Some(true), |so_far, part| match part {
            Some(false) => Err(Some(false)),
            part => Ok(so_far.and(part)),
        })
        .unwrap_or_else(|end| end)
}

fn accepts(comparison: Comparison, order: Ordering) -> bool {
    match comparison {
        Comparison::Eq => order.is_eq(),
        Comparison::Ne => order.is_ne(),
        Comparison::Lt => order.is_lt(),
        Comparison::Le => order.is_le(),
        Comparison::Gt => order.is_gt(),
        Comparison::Ge => order.is_ge(),
    }
}

/// The order of two values of one kind; `None` when a value is empty.
fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        (Value::Float(left), Value::Float(right)) => left.partial_cmp(right),
        (Value::Decimal(left), Value::Decimal(right)) => Some(left.cmp(right)),
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        (Value::Date(left), Value::Date(right)) => Some(left.cmp(right)),
        (Value::DateTime(left), Value::DateTime(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
