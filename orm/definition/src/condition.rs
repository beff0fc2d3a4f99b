//! Conditions on one record's own columns, judged in memory. There is a third answer, unknown, where a value is empty; what
//! is unknown breaks no rule. (What the database keeps of them is made in `orm-database`.)

use std::cmp::Ordering;

use crate::def::{Comparison, ConditionDef, ModelDef, OperandDef};
use crate::field::from_text;
use crate::value::Value;

/// Whether a condition is true of a row, which has a value for each field of the definition; `None` where that is unknown.
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

/// The first part of a conjunction that is false of a row.
pub fn broken<'c>(condition: &'c ConditionDef, def: &ModelDef, row: &[Value]) -> Option<&'c ConditionDef> {
    match condition {
        ConditionDef::All(parts) => parts.iter().find_map(|part| broken(part, def, row)),
        other => (holds(other, def, row) == Some(false)).then_some(other),
    }
}

/// All of these: false where one is false, else unknown where one is.
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

/// The order of two values of one kind.
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
