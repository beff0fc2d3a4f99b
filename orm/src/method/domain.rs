//! The `domain` of a relation as `fields_get` tells it, in Odoo's form: a list of terms by which the related model can be
//! searched. Where the condition names fields of the record itself, it is a text in which those stand as names, such as
//! `[('company_id', '=', company_id)]`.

use serde_json::{Value as Json, json};

use crate::def::{Comparison, ConditionDef, ModelDef, OperandDef};
use crate::error::{Error, Result};
use crate::field::from_text;
use crate::wire::Wire;

/// A piece of a domain.
enum Piece {
    /// `&` or `|` before the two pieces that it joins.
    Join(&'static str),
    /// Field, operator, value.
    Term(&'static str, &'static str, Operand),
}

enum Operand {
    Value(Json),
    /// The value of a field of the record itself.
    Own(&'static str),
}

/// The condition on records of the model `target`.
pub(super) fn domain(wire: &dyn Wire, target: &ModelDef, condition: &ConditionDef) -> Result<Json> {
    let mut pieces = Vec::new();
    add_side_by_side(wire, target, condition, &mut pieces)?;
    if condition.own_fields().is_empty() {
        return Ok(pieces.iter().map(listed).collect());
    }
    let texts: Vec<String> = pieces.iter().map(text).collect();
    Ok(format!("[{}]", texts.join(", ")).into())
}

/// Terms side by side are joined by `&`.
fn add_side_by_side(
    wire: &dyn Wire,
    target: &ModelDef,
    condition: &ConditionDef,
    pieces: &mut Vec<Piece>,
) -> Result<()> {
    match condition {
        ConditionDef::All(parts) => (parts.iter()).try_for_each(|part| add_side_by_side(wire, target, part, pieces)),
        part => add(wire, target, part, pieces),
    }
}

fn add(wire: &dyn Wire, target: &ModelDef, condition: &ConditionDef, pieces: &mut Vec<Piece>) -> Result<()> {
    let piece = match *condition {
        ConditionDef::All(parts) | ConditionDef::Any(parts) => {
            let join = if matches!(condition, ConditionDef::All(_)) {
                "&"
            } else {
                "|"
            };
            pieces.extend((1..parts.len()).map(|_| Piece::Join(join)));
            return parts.iter().try_for_each(|part| add(wire, target, part, pieces));
        }
        ConditionDef::Empty(field) => Piece::Term(field, "=", Operand::Value(false.into())),
        ConditionDef::Given(field) => Piece::Term(field, "!=", Operand::Value(false.into())),
        ConditionDef::Compare { field, op, with } => {
            let operator = match op {
                Comparison::Ne => "!=",
                op => op.sql(),
            };
            Piece::Term(field, operator, operand(wire, target, field, with)?)
        }
    };
    pieces.push(piece);
    Ok(())
}

fn operand(wire: &dyn Wire, target: &ModelDef, field: &str, with: OperandDef) -> Result<Operand> {
    match (with, target.position(field)) {
        (OperandDef::Own(own), _) => Ok(Operand::Own(own)),
        (OperandDef::Literal(text), Some(position)) => {
            let kind = &target.fields[position].kind;
            let value = from_text(kind, text).map_err(Error::internal)?;
            Ok(Operand::Value(wire.value(kind, &value)?))
        }
        (OperandDef::Field(_) | OperandDef::Literal(_), _) => Err(Error::internal(format!(
            "{}.{field} is compared with what no search has",
            target.name
        ))),
    }
}

fn listed(piece: &Piece) -> Json {
    match piece {
        Piece::Join(join) => (*join).into(),
        Piece::Term(field, op, Operand::Value(value)) => json!([field, op, value]),
        Piece::Term(field, op, Operand::Own(own)) => json!([field, op, own]),
    }
}

/// The piece as text in the syntax of Python, which Odoo's clients read.
fn text(piece: &Piece) -> String {
    match piece {
        Piece::Join(join) => format!("'{join}'"),
        Piece::Term(field, op, Operand::Own(own)) => format!("('{field}', '{op}', {own})"),
        Piece::Term(field, op, Operand::Value(value)) => {
            let value = match value {
                Json::Bool(true) => "True".to_owned(),
                Json::Bool(false) => "False".to_owned(),
                Json::String(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
                other => other.to_string(),
            };
            format!("('{field}', '{op}', {value})")
        }
    }
}
