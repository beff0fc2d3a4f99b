//! A rule as a condition of the database, with the values of a caller.

use super::Caller;
use crate::def::{Comparison, Kind, RuleCondition, RuleOperand};
use crate::domain::{Domain, Op, Operand, Term};
use crate::field::from_text;
use crate::registry::{FieldId, ModelInfo, Models};
use crate::value::Value;

/// The condition of a rule of `model` for a caller. What cannot be resolved, which the start-up checks rule out, holds for
/// no record.
pub(super) fn condition(models: &Models, model: &ModelInfo, caller: &Caller, rule: &RuleCondition) -> Domain {
    let parts = |parts: &[RuleCondition]| {
        let parts = parts.iter().map(|part| condition(models, model, caller, part));
        parts.collect()
    };
    match rule {
        RuleCondition::All(all) => Domain::And(parts(all)),
        RuleCondition::Any(any) => Domain::Or(parts(any)),
        RuleCondition::Not(part) => Domain::Not(Box::new(condition(models, model, caller, part))),
        RuleCondition::Empty(path) => term(models, model, path, Op::Eq, Operand::One(Value::Null)),
        RuleCondition::InCompanies(path) => {
            let companies = caller.companies.iter().map(|id| Value::Int(*id)).collect();
            term(models, model, path, Op::In, Operand::Many(companies))
        }
        RuleCondition::Compare { path, op, with } => {
            let op = match op {
                Comparison::Eq => Op::Eq,
                Comparison::Ne => Op::Ne,
                Comparison::Lt => Op::Lt,
                Comparison::Le => Op::Le,
                Comparison::Gt => Op::Gt,
                Comparison::Ge => Op::Ge,
            };
            match value(models, model, caller, path, with) {
                Some(value) => term(models, model, path, op, Operand::One(value)),
                None => NOTHING,
            }
        }
        RuleCondition::ChildOf { path, of } => match value(models, model, caller, path, of) {
            Some(Value::Int(id)) => term(models, model, path, Op::ChildOf, Operand::Many(vec![Value::Int(id)])),
            _ => NOTHING,
        },
    }
}

/// The condition that no record fulfils.
const NOTHING: Domain = Domain::Or(Vec::new());

fn term(models: &Models, model: &ModelInfo, names: &[&str], op: Op, operand: Operand) -> Domain {
    match models.resolve_path(model, names) {
        Ok(path) => Domain::Term(Term { path, op, operand }),
        Err(_) => NOTHING,
    }
}

fn value(models: &Models, model: &ModelInfo, caller: &Caller, names: &[&str], with: &RuleOperand) -> Option<Value> {
    match with {
        RuleOperand::From { root, path } => caller.value(*root, path),
        RuleOperand::Literal(text) => {
            let path: Vec<FieldId> = models.resolve_path(model, names).ok()?;
            let (at, field) = models.end_of(model, &path);
            let kind = match at.fields[field].def.kind {
                Kind::Many2one { .. } | Kind::Id => Kind::BigInt,
                kind => kind,
            };
            from_text(&kind, text).ok()
        }
    }
}
