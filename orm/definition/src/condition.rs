//! Evaluates conditions on a record's own columns in memory. As in SQL, a comparison with an empty value is unknown,
//! and an unknown condition violates no constraint. (The SQL of conditions is in `orm-database`, `constraints.rs`.)

use std::cmp::Ordering;

use crate::def::{Comparison, ConditionDef, ModelDef, OperandDef};
use crate::field::from_text;
use crate::value::Value;

/// Whether a condition is true for a row, which has a value for each of the model's fields; `None` when it is unknown.
pub fn holds(condition: &ConditionDef, def: &ModelDef, row: &[Value]) -> Option<bool> {
    let value = |name: &str| {
        def.position(name)
            .and_then(|field| row.get(field))
            .unwrap_or(&Value::Null)
    };
    match condition {
        ConditionDef::All(parts) => all(parts.iter().map(|part| holds(part, def, row))),
        ConditionDef::Any(parts) => {
            all(parts.iter().map(|part| holds(part, def, row).map(|holds| !holds))).map(|none| !none)
        }
        ConditionDef::Empty(field) => Some(value(field).is_null()),
        ConditionDef::Given(field) => Some(!value(field).is_null()),
        ConditionDef::Compare { field, op, with } => {
            let order = match with {
                OperandDef::Field(other) => compare(value(field), value(other)),
                OperandDef::Literal(text) => {
                    let kind = &def.fields[def.position(field)?].kind;
                    compare(value(field), &from_text(kind, text).ok()?)
                }
            };
            order.map(|order| accepts(*op, order))
        }
    }
}

/// The first part of a condition that is false for a row, for the message: of `a && b`, either `a` or `b`.
pub fn broken<'c>(condition: &'c ConditionDef, def: &ModelDef, row: &[Value]) -> Option<&'c ConditionDef> {
    match condition {
        ConditionDef::All(parts) => parts.iter().find_map(|part| broken(part, def, row)),
        other => (holds(other, def, row) == Some(false)).then_some(other),
    }
}

/// Three-valued `and`: false when a part is false, else unknown when a part is unknown.
fn all(mut parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
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
