//! Conditions on groups.

use rust_decimal::Decimal;

use super::Sql;
use super::aggregate::{Aggregate, Column, Function, comparable};
use super::comparison::push_comparison;
use crate::db::{Bind, ScaledValue};
use crate::def::Kind;
use crate::domain::{Op, Operand, Term};
use crate::error::Result;
use crate::registry::ModelInfo;
use crate::value::Value;

/// A condition on groups.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Having {
    /// Every part holds; no parts: always true.
    And(Vec<Having>),
    /// At least one part holds.
    Or(Vec<Having>),
    /// The part does not hold.
    Not(Box<Having>),
    /// The column is compared with a value by `=`, `>`, `>=`, `<` or `<=`; [`Value::Null`] asks whether it is empty.
    Compare(Column, Op, Value),
}

impl Having {
    /// The condition that always holds.
    pub(crate) const TRUE: Having = Having::And(Vec::new());
}

/// Appends a condition on the groups `g` of a statement, which are groups of records of `model`.
pub(super) fn push_having(
    sql: &mut Sql<'_>,
    model: &ModelInfo,
    aggregates: &[Aggregate],
    having: &Having,
) -> Result<()> {
    let (parts, between, none) = match having {
        Having::And(parts) => (parts, " AND ", "1 = 1"),
        Having::Or(parts) => (parts, " OR ", "1 = 0"),
        Having::Not(part) => {
            sql.push("((");
            push_having(sql, model, aggregates, part)?;
            sql.push(") IS NOT TRUE)");
            return Ok(());
        }
        Having::Compare(column, op, value) => return push_compared(sql, model, aggregates, (*column, *op, value)),
    };
    if parts.is_empty() {
        sql.push(none);
        return Ok(());
    }
    for (number, part) in parts.iter().enumerate() {
        sql.push(if number == 0 { "(" } else { between });
        push_having(sql, model, aggregates, part)?;
    }
    sql.push(")");
    Ok(())
}

fn push_compared(
    sql: &mut Sql<'_>,
    model: &ModelInfo,
    aggregates: &[Aggregate],
    (column, op, value): (Column, Op, &Value),
) -> Result<()> {
    let values = comparable(sql.dialect, aggregates, column);
    let aggregate = match column {
        Column::Aggregate(number) => Some(&aggregates[number]),
        _ => None,
    };
    let function = aggregate.map_or(Function::Count, |aggregate| aggregate.function);
    if let (Some(aggregate), Value::Decimal(number)) = (aggregate, value)
        && matches!(function, Function::Sum | Function::Avg)
    {
        push_compared_sum(sql, aggregate, &values, op, *number);
        return Ok(());
    }
    let kind = match (function, aggregate) {
        (Function::Min | Function::Max | Function::BoolAnd | Function::BoolOr, Some(aggregate)) => aggregate.kind,
        _ => Kind::BigInt,
    };
    let operand = Operand::One(value.clone());
    push_comparison(
        sql,
        model,
        &values[0],
        &kind,
        &Term {
            path: Vec::new(),
            op,
            operand,
        },
    )
}

/// Appends the comparison of a sum, or of an average, with a number.
fn push_compared_sum(sql: &mut Sql<'_>, aggregate: &Aggregate, values: &[String], op: Op, number: Decimal) {
    let scale = match aggregate.kind {
        Kind::Decimal { digits } | Kind::Monetary { digits, .. } => digits.scale,
        _ => 0,
    };
    let operator = super::comparison::operator(op);
    let float = |number: Decimal| f64::try_from(number).unwrap_or(f64::MAX);
    let bind = match (values, aggregate.is_exact()) {
        ([high, low], true) => {
            let Some(units) = units(op, number, scale) else {
                sql.push("1 = 0");
                return;
            };
            sql.push(&format!("({high}, {low}) {operator} ("));
            let most = i128::from(i64::MAX);
            sql.push_bind(Bind::Int(i64::try_from((units >> 32).clamp(-most, most)).ok()));
            sql.push(", ");
            sql.push_bind(Bind::Int(i64::try_from(units & i128::from(u32::MAX)).ok()));
            sql.push(")");
            return;
        }
        (_, true) if sql.dialect.is_server() => Bind::Decimal(Some(ScaledValue(number, 0))),
        (_, true) => Bind::Float(Some(float(number) * 10_f64.powi(scale.into()))),
        (_, false) => Bind::Float(Some(float(number))),
    };
    sql.push(&format!("{} {operator} ", values[0]));
    sql.push_bind(bind);
}

/// A number in units of the last decimal place of a column with this scale; rounded so that a comparison with it means
/// the same. `None` where no sum can be equal to it.
fn units(op: Op, number: Decimal, scale: u8) -> Option<i128> {
    let (mantissa, own) = (number.mantissa(), number.scale());
    let scale = u32::from(scale);
    if own <= scale {
        let most = if mantissa < 0 { i128::MIN } else { i128::MAX };
        return Some(mantissa.checked_mul(10_i128.pow(scale - own)).unwrap_or(most));
    }
    let power = 10_i128.pow(own - scale);
    let (floor, exact) = (mantissa.div_euclid(power), mantissa.rem_euclid(power) == 0);
    match op {
        Op::Eq if !exact => None,
        Op::Ge | Op::Lt if !exact => Some(floor + 1),
        _ => Some(floor),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_between_two_sums_are_rounded_as_the_comparison_needs() {
        let units = |op, number: &str| units(op, number.parse().unwrap(), 2);
        assert_eq!(units(Op::Eq, "1.5"), Some(150));
        assert_eq!(units(Op::Eq, "1.005"), None);
        assert_eq!(units(Op::Gt, "1.005"), Some(100));
        assert_eq!(units(Op::Ge, "1.005"), Some(101));
        assert_eq!(units(Op::Lt, "-1.005"), Some(-100));
        assert_eq!(units(Op::Le, "-1.005"), Some(-101));
    }
}
