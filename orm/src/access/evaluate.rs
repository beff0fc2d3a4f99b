//! Evaluates rules on records in memory, where their own columns tell enough, which saves a statement.

use crate::condition::all;
use crate::domain::{Domain, Op, Operand};
use crate::registry::ModelInfo;
use crate::value::Value;

/// Whether a rule holds for a record with these values; `None` where only the database can tell: for paths to other
/// records, and for comparisons that order or search texts.
pub(crate) fn holds(model: &ModelInfo, rule: &Domain, values: &[Value]) -> Option<bool> {
    match rule {
        Domain::And(parts) => all(parts.iter().map(|part| holds(model, part, values))),
        Domain::Or(parts) => {
            all(parts.iter().map(|part| holds(model, part, values).map(|holds| !holds))).map(|none| !none)
        }
        Domain::Not(part) => holds(model, part, values).map(|holds| !holds),
        Domain::Related(..) => None,
        Domain::Term(term) => {
            let [field] = term.path.as_slice() else { return None };
            let (info, value) = (&model.fields[*field], values.get(*field)?);
            if info.via.is_some() || info.unstored || info.is_x2many() {
                return None;
            }
            let known = |value: &Value| matches!(value, Value::Null | Value::Int(_) | Value::Bool(_) | Value::Text(_));
            if !known(value) {
                return None;
            }
            // In a condition, an empty boolean is false.
            let equal = |other: &Value| match (value, other) {
                (Value::Null, Value::Bool(other)) | (Value::Bool(other), Value::Null) => !other,
                (value, other) => value == other,
            };
            match (term.op, &term.operand) {
                (Op::Eq, Operand::One(other)) if known(other) => Some(equal(other)),
                (Op::Ne, Operand::One(other)) if known(other) => Some(!equal(other)),
                (Op::In, Operand::Many(others)) if others.iter().all(known) => Some(others.iter().any(equal)),
                _ => None,
            }
        }
    }
}
