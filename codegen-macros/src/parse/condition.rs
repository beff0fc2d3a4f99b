//! Conditions on a record's own columns, in the syntax of Rust expressions: `discount <= 100 && !locked`,
//! `parent_id.is_none() || company_id.is_some()`.

use proc_macro2::{Ident, Span, TokenStream};
use syn::spanned::Spanned as _;
use syn::{BinOp, Expr, ExprLit, Lit, Member, UnOp};

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
    /// `self.field`, in the `domain` of a relation: a field of the record with the relation.
    Own(Ident),
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

const DOMAIN: &str = "a domain compares fields of the related record with constants, or with this record's by `self.`: \
                      `active`, `company_id == self.company_id`, `code.is_some()`, joined by `&&` and `||`";

/// Reads a condition.
pub(crate) fn read(cx: &Ctxt, tokens: TokenStream) -> Option<Condition> {
    let is_plain = |condition: &Condition| condition.own_fields().is_empty();
    read_form(cx, tokens, FORM, is_plain)
}

/// Reads the `domain` of a relation.
pub(crate) fn read_domain(cx: &Ctxt, tokens: TokenStream) -> Option<Condition> {
    let is_search = |condition: &Condition| {
        let comparisons = condition.comparisons();
        !(comparisons.iter()).any(|(_, _, right)| matches!(right, Operand::Field(_)))
    };
    read_form(cx, tokens, DOMAIN, is_search)
}

fn read_form(cx: &Ctxt, tokens: TokenStream, form: &str, fits: impl Fn(&Condition) -> bool) -> Option<Condition> {
    let expression = syn::parse2::<Expr>(tokens.clone()).ok();
    let condition = expression.as_ref().and_then(condition).filter(fits);
    if condition.is_none() {
        cx.error_on(tokens, form);
    }
    condition
}

fn condition(expression: &Expr) -> Option<Condition> {
    let truth = |field: Ident, value: bool| {
        let literal = Literal::truth(value, field.span());
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
                op => comparison(op)?,
            };
            let right = (field(&binary.right).map(Operand::Field))
                .or_else(|| own_field(&binary.right).map(Operand::Own))
                .or_else(|| literal(&binary.right).map(Operand::Literal))?;
            Some(Condition::Compare(field(&binary.left)?, comparison, right))
        }
        _ => None,
    }
}

/// The variant of `Comparison` for a Rust operator; `None` when it compares nothing.
pub(crate) fn comparison(op: BinOp) -> Option<&'static str> {
    match op {
        BinOp::Eq(_) => Some("Eq"),
        BinOp::Ne(_) => Some("Ne"),
        BinOp::Lt(_) => Some("Lt"),
        BinOp::Le(_) => Some("Le"),
        BinOp::Gt(_) => Some("Gt"),
        BinOp::Ge(_) => Some("Ge"),
        _ => None,
    }
}

fn field(expression: &Expr) -> Option<Ident> {
    match expression {
        Expr::Path(path) => path.path.get_ident().cloned(),
        _ => None,
    }
}

/// `self.field`.
fn own_field(expression: &Expr) -> Option<Ident> {
    let Expr::Field(access) = expression else {
        return None;
    };
    let is_self = matches!(&*access.base, Expr::Path(base) if base.path.is_ident("self"));
    match &access.member {
        Member::Named(name) if is_self => Some(name.clone()),
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

impl Literal {
    /// The constant that a field alone is compared with.
    pub(crate) fn truth(value: bool, span: Span) -> Self {
        Literal {
            text: value.to_string(),
            kind: LiteralKind::Truth,
            span,
        }
    }
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

    /// The fields that the condition names by `self.`.
    pub(crate) fn own_fields(&self) -> Vec<&Ident> {
        let own = self.comparisons().into_iter().filter_map(|(_, _, right)| match right {
            Operand::Own(field) => Some(field),
            _ => None,
        });
        own.collect()
    }

    /// The fields that the condition names, without those of `self.`.
    pub(crate) fn fields(&self) -> Vec<&Ident> {
        match self {
            Condition::All(parts) | Condition::Any(parts) => parts.iter().flat_map(Condition::fields).collect(),
            Condition::Empty(field) | Condition::Given(field) => vec![field],
            Condition::Compare(field, _, Operand::Literal(_) | Operand::Own(_)) => vec![field],
            Condition::Compare(field, _, Operand::Field(other)) => vec![field, other],
        }
    }
}
