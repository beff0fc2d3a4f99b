//! Conditions on a record's own columns, in the syntax of Rust expressions: `discount <= 100 && !locked`,
//! `parent_id.is_none() || company_id.is_some()`.

use proc_macro2::{Ident, Span, TokenStream};
use syn::spanned::Spanned as _;
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
    /// A constant.
    Literal(Literal),
    /// Another field.
    Field(Ident),
}

/// A constant in a condition.
#[derive(Clone)]
pub(crate) struct Literal {
    pub(crate) text: String,
    pub(crate) kind: LiteralKind,
    pub(crate) span: Span,
}

/// What a constant is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum LiteralKind {
    /// The condition is a field alone, `active` or `!active`, which stands for a comparison with `true` or `false`.
    Truth,
    Bool,
    Int,
    /// A number with a point.
    Number,
    Text,
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
    let truth = |field: Ident, value: bool| {
        let span = field.span();
        let literal = Literal {
            text: value.to_string(),
            kind: LiteralKind::Truth,
            span,
        };
        Condition::Compare(field, "Eq", Operand::Literal(literal))
    };
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

/// A constant; `None` when the expression is something else.
pub(crate) fn literal(expression: &Expr) -> Option<Literal> {
    let (text, kind) = match expression {
        Expr::Lit(ExprLit { lit, .. }) => match lit {
            Lit::Bool(value) => (value.value.to_string(), LiteralKind::Bool),
            Lit::Int(number) => (number.base10_digits().to_owned(), LiteralKind::Int),
            Lit::Float(number) => (number.base10_digits().to_owned(), LiteralKind::Number),
            Lit::Str(text) => (text.value(), LiteralKind::Text),
            _ => return None,
        },
        Expr::Unary(negative) if matches!(negative.op, UnOp::Neg(_)) => match literal(&negative.expr)? {
            Literal {
                text,
                kind: kind @ (LiteralKind::Int | LiteralKind::Number),
                ..
            } => (format!("-{text}"), kind),
            _ => return None,
        },
        _ => return None,
    };
    let span = expression.span();
    Some(Literal { text, kind, span })
}

impl Condition {
    /// Its comparisons: field, operator, right side.
    pub(crate) fn comparisons(&self) -> Vec<(&Ident, &'static str, &Operand)> {
        match self {
            Condition::All(parts) | Condition::Any(parts) => parts.iter().flat_map(Condition::comparisons).collect(),
            Condition::Empty(_) | Condition::Given(_) => Vec::new(),
            Condition::Compare(field, operator, right) => vec![(field, operator, right)],
        }
    }

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
