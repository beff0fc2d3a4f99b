//! Conditions on a record's own columns, in the syntax of Rust expressions: `discount <= 100 && !locked`,
//! `parent_id.is_none() || company_id.is_some()`.

use proc_macro2::{Ident, TokenStream};
use syn::{BinOp, Expr, ExprLit, Lit, UnOp};

use crate::ctxt::Ctxt;

/// A condition.
#[derive(Clone)]
pub(crate) enum Condition {
    /// `a && b`
    All(Vec<Condition>),
    /// `a || b`
    Any(Vec<Condition>),
    /// `field.is_none()`
    Empty(Ident),
    /// `field.is_some()`
    Given(Ident),
    /// `field <= right`
    Compare(Ident, &'static str, Operand),
}

/// The right side of a comparison.
#[derive(Clone)]
pub(crate) enum Operand {
    /// A constant, as text.
    Literal(String),
    /// Another field.
    Field(Ident),
}

const FORM: &str = "a condition compares fields with constants or fields: `discount <= 100`, `date_start <= date_end`, `active`, \
                    `!locked`, `code.is_some()`, joined by `&&` and `||`";

/// Reads a condition.
pub(crate) fn read(cx: &Ctxt, tokens: TokenStream) -> Option<Condition> {
    let Ok(expression) = syn::parse2::<Expr>(tokens.clone()) else {
        cx.error_on(tokens, FORM);
        return None;
    };
    let condition = condition(&expression);
    if condition.is_none() {
        cx.error_on(expression, FORM);
    }
    condition
}

fn condition(expression: &Expr) -> Option<Condition> {
    let truth = |field, value: bool| Condition::Compare(field, "Eq", Operand::Literal(value.to_string()));
    match expression {
        Expr::Paren(inner) => condition(&inner.expr),
        Expr::Path(_) => field(expression).map(|field| truth(field, true)),
        Expr::Unary(not) if matches!(not.op, UnOp::Not(_)) => field(&not.expr).map(|field| truth(field, false)),
        Expr::MethodCall(call) if call.args.is_empty() => {
            match (field(&call.receiver), call.method.to_string().as_str()) {
                (Some(field), "is_none") => Some(Condition::Empty(field)),
                (Some(field), "is_some") => Some(Condition::Given(field)),
                _ => None,
            }
        }
        Expr::Binary(binary) => {
            let comparison = match binary.op {
                BinOp::And(_) => {
                    return Some(Condition::All(vec![
                        condition(&binary.left)?,
                        condition(&binary.right)?,
                    ]));
                }
                BinOp::Or(_) => {
                    return Some(Condition::Any(vec![
                        condition(&binary.left)?,
                        condition(&binary.right)?,
                    ]));
                }
                BinOp::Eq(_) => "Eq",
                BinOp::Ne(_) => "Ne",
                BinOp::Lt(_) => "Lt",
                BinOp::Le(_) => "Le",
                BinOp::Gt(_) => "Gt",
                BinOp::Ge(_) => "Ge",
                _ => return None,
            };
            let right = field(&binary.right).map(Operand::Field);
            let right = right.or_else(|| literal(&binary.right).map(Operand::Literal))?;
            Some(Condition::Compare(field(&binary.left)?, comparison, right))
        }
        _ => None,
    }
}

fn field(expression: &Expr) -> Option<Ident> {
    match expression {
        Expr::Path(path) => path.path.get_ident().cloned(),
        _ => None,
    }
}

fn literal(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(ExprLit { lit, .. }) => match lit {
            Lit::Bool(value) => Some(value.value.to_string()),
            Lit::Int(number) => Some(number.base10_digits().to_owned()),
            Lit::Float(number) => Some(number.base10_digits().to_owned()),
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        Expr::Unary(negative) if matches!(negative.op, UnOp::Neg(_)) => {
            literal(&negative.expr).map(|number| format!("-{number}"))
        }
        _ => None,
    }
}

impl Condition {
    /// The fields that the condition names.
    pub(crate) fn fields(&self) -> Vec<&Ident> {
        match self {
            Condition::All(parts) | Condition::Any(parts) => parts.iter().flat_map(Condition::fields).collect(),
            Condition::Empty(field) | Condition::Given(field) => vec![field],
            Condition::Compare(field, _, Operand::Literal(_)) => vec![field],
            Condition::Compare(field, _, Operand::Field(other)) => vec![field, other],
        }
    }
}
