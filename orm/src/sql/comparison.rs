//! Comparisons of columns and expressions with values.

use std::borrow::Cow;

use rust_decimal::{Decimal, RoundingStrategy};

use super::{Sql, bind};
use crate::db::{Bind, Folding, Values};
use crate::def::Kind;
use crate::domain::{Op, Operand, Term};
use crate::error::{Error, Result};
use crate::registry::ModelInfo;
use crate::value::Value;

/// Adapts a comparison of a decimal column with a number that has more digits than the column, or is too large for it:
/// answers the number to compare with instead. `Err` is the result that the comparison always has for a value that is
/// not empty.
fn clamped_to_scale(op: Op, number: Decimal, scale: u8) -> Result<Decimal, bool> {
    let limit = Decimal::from_i128_with_scale(i64::MAX.into(), scale.into());
    if number.abs() >= limit {
        let above = number.is_sign_positive();
        return Err(match op {
            Op::Eq => false,
            Op::Ne => true,
            op => above == matches!(op, Op::Lt | Op::Le),
        });
    }
    let rounding = match op {
        Op::Gt | Op::Le => RoundingStrategy::ToNegativeInfinity,
        _ => RoundingStrategy::ToPositiveInfinity,
    };
    let rounded = number.round_dp_with_strategy(scale.into(), rounding);
    match op {
        Op::Eq | Op::Ne if rounded != number => Err(op == Op::Ne),
        _ => Ok(rounded),
    }
}

/// Appends a comparison of a column of `model`, or of an expression.
pub(super) fn push_comparison(
    sql: &mut Sql<'_>,
    model: &ModelInfo,
    expression: &str,
    kind: &Kind,
    term: &Term,
) -> Result<()> {
    let scale = match kind {
        Kind::Decimal { digits } | Kind::Monetary { digits, .. } => Some(digits.scale),
        _ => None,
    };
    if let (Some(scale), Operand::One(Value::Decimal(number))) = (scale, &term.operand) {
        match clamped_to_scale(term.op, *number, scale) {
            Ok(clamped_to_scale) if clamped_to_scale != *number => {
                let operand = Operand::One(Value::Decimal(clamped_to_scale));
                return push_comparison(
                    sql,
                    model,
                    expression,
                    kind,
                    &Term {
                        operand,
                        ..term.clone()
                    },
                );
            }
            Ok(_) => {}
            Err(always) => {
                sql.push(&match (always, term.op) {
                    (false, _) => "1 = 0".to_owned(),
                    (true, Op::Ne) => "1 = 1".to_owned(),
                    (true, _) => format!("{expression} IS NOT NULL"),
                });
                return Ok(());
            }
        }
    }
    if let (Some(scale), Operand::Many(values)) = (scale, &term.operand) {
        let exact = |value: &&Value| !matches!(value, Value::Decimal(number) if clamped_to_scale(Op::Eq, *number, scale).is_err());
        let kept: Vec<Value> = values.iter().filter(exact).cloned().collect();
        push_list(sql, expression, kind, term.op == Op::NotIn, &kept);
        return Ok(());
    }
    let is_bool = matches!(kind, Kind::Bool);
    match (term.op, &term.operand) {
        (Op::Eq, Operand::One(Value::Null)) => sql.push(&format!("{expression} IS NULL")),
        (Op::Ne, Operand::One(Value::Null)) => sql.push(&format!("{expression} IS NOT NULL")),
        (Op::Eq, Operand::One(Value::Bool(value))) | (Op::Ne, Operand::One(Value::Bool(value))) if is_bool => {
            let wanted = *value == (term.op == Op::Eq);
            sql.push(&format!("{expression} IS {}TRUE", if wanted { "" } else { "NOT " }));
        }
        (Op::Ne, Operand::One(value)) => {
            sql.push(&format!("({expression} <> "));
            sql.push_bind(bind(kind, value.clone()));
            sql.push(&format!(" OR {expression} IS NULL)"));
        }
        (Op::Eq | Op::Gt | Op::Ge | Op::Lt | Op::Le, Operand::One(value)) => {
            sql.push(&format!("{expression} {} ", operator(term.op)));
            sql.push_bind(bind(kind, value.clone()));
        }
        (Op::In | Op::NotIn, Operand::Many(values)) => push_list(sql, expression, kind, term.op == Op::NotIn, values),
        (op, Operand::One(Value::Text(text))) if is_pattern(op) => push_pattern(sql, model, expression, op, text),
        (op, operand) => return Err(Error::internal(format!("{op:?} cannot compare with {operand:?}"))),
    }
    Ok(())
}

/// Whether the operator is a pattern match that ignores case.
pub(super) fn ignores_case(op: Op) -> bool {
    matches!(op, Op::Ilike | Op::EqIlike)
}

fn is_pattern(op: Op) -> bool {
    matches!(
        op,
        Op::Like | Op::NotLike | Op::Ilike | Op::NotIlike | Op::EqLike | Op::EqIlike | Op::StartsWith
    )
}

/// Appends a pattern match of a text of `model`.
fn push_pattern(sql: &mut Sql<'_>, model: &ModelInfo, expression: &str, op: Op, text: &str) {
    let (positive, negative) = op.positive();
    let Some(pattern) = folded_pattern(model, positive, text) else {
        return sql.push(if negative { "1 = 0" } else { "1 = 1" });
    };
    let matches = sql.dialect.like(expression, folding(model, positive));
    sql.push(&match negative {
        true => format!("({expression} IS NULL OR NOT {matches})"),
        false => matches,
    });
    sql.binds.push(Bind::Text(Some(pattern)));
}

/// What a pattern match by this positive operator ignores.
fn folding(model: &ModelInfo, op: Op) -> Folding {
    Folding {
        ignore_case: ignores_case(op),
        ignore_accents: model.def.ignore_accents,
    }
}

/// The pattern for the whole text, without the differences that the match ignores. `None` where every value matches: each
/// contains the empty text, even an empty value.
pub(super) fn folded_pattern(model: &ModelInfo, op: Op, text: &str) -> Option<String> {
    let pattern = match op {
        Op::Like | Op::Ilike if text.is_empty() => return None,
        Op::Like | Op::Ilike => format!("%{}%", complete(text)).into(),
        Op::StartsWith => {
            let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            format!("{escaped}%").into()
        }
        _ => complete(text),
    };
    Some(folding(model, op).apply(&pattern).into_owned())
}

/// A pattern in which `\` escapes the next character. A single one at the end, with nothing to escape, stands for itself.
fn complete(pattern: &str) -> Cow<'_, str> {
    let backslashes = pattern.len() - pattern.trim_end_matches('\\').len();
    match backslashes % 2 {
        0 => Cow::Borrowed(pattern),
        _ => Cow::Owned(format!("{pattern}\\")),
    }
}

/// Whether a list of values has the empty one. An empty boolean is false.
pub(super) fn has_empty(kind: &Kind, values: &[Value]) -> bool {
    values.contains(&Value::Null) || matches!(kind, Kind::Bool) && values.contains(&Value::Bool(false))
}

fn push_list(sql: &mut Sql<'_>, expression: &str, kind: &Kind, negative: bool, values: &[Value]) {
    let empty = has_empty(kind, values);
    let values: Vec<&Value> = values.iter().filter(|value| !value.is_null()).collect();
    sql.push(if negative { "((" } else { "(" });
    if values.is_empty() {
        sql.push("1 = 0");
    } else if let Some(ids) = values.iter().map(|value| value.id()).collect::<Option<Vec<i64>>>()
        && matches!(kind, Kind::Id | Kind::Int | Kind::BigInt | Kind::Many2one { .. })
    {
        sql.push_in_ids(expression, &ids);
    } else if let [value] = values.as_slice() {
        sql.push(&format!("{expression} = "));
        sql.push_bind(bind(kind, (*value).clone()));
    } else {
        sql.push(&sql.dialect.in_values(expression, kind));
        let binds = values.into_iter().map(|value| bind(kind, value.clone())).collect();
        sql.binds.push(Bind::Values(Values(binds)));
    }
    if empty {
        sql.push(&format!(" OR {expression} IS NULL"));
    }
    sql.push(if negative { ") IS NOT TRUE)" } else { ")" });
}

/// The operator of a comparison by order, or of one with what is equal.
pub(super) fn operator(op: Op) -> &'static str {
    match op {
        Op::Gt => ">",
        Op::Ge => ">=",
        Op::Lt => "<",
        Op::Le => "<=",
        _ => "=",
    }
}
