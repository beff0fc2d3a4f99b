//! Checks of `#[unique(…)]`, `#[index(…)]`, `#[check(…)]` and `#[audit(…)]`: they are about columns of the model's own table, and a
//! condition compares a field with what it can hold.

use std::collections::HashSet;

use proc_macro2::Ident;

use crate::ctxt::Ctxt;
use crate::ir::{Field, IMPLICIT, Kind, Model};
use crate::naming;
use crate::parse::condition::{Condition, LiteralKind, Operand};

/// All of them.
pub(super) fn all(cx: &Ctxt, model: &Model) {
    let mut seen = HashSet::new();
    for unique in &model.uniques {
        if unique.value.fields.is_empty() {
            cx.error(
                unique.span,
                "a unique constraint names fields: `#[unique(code, country_id)]`",
            );
        }
        each_once(cx, &unique.value.fields);
        let names: Vec<String> = unique.value.fields.iter().map(naming::name).collect();
        if !unique.value.conditional && !names.is_empty() && !seen.insert(names) {
            cx.error(unique.span, "these fields are unique already; keep one of the two");
        }
        for ident in &unique.value.fields {
            own_column(cx, model, ident, "it cannot be unique");
        }
        if let Some(span) = unique.value.ignore_case
            && !unique.value.fields.iter().any(|ident| may_be_text(model, ident))
        {
            cx.error(
                span,
                "`ignore_case` is about texts (`String`, `Text`), and none of these fields is one; leave it out",
            );
        }
    }
    for index in &model.indexes {
        each_once(cx, &index.value);
        for ident in &index.value {
            let implicit = ident != "display_name" && IMPLICIT.iter().any(|name| ident == name);
            if !implicit {
                own_column(cx, model, ident, "it cannot have an index");
            }
        }
    }
    if let Some(fields) = &model.audit {
        each_once(cx, fields);
        for ident in fields {
            let relation =
                (model.field(&naming::name(ident))).is_some_and(|field| matches!(field.kind, Kind::Many2many(..)));
            if !relation {
                own_column(cx, model, ident, "the audit trail cannot keep it");
            }
        }
    }
    for condition in model.conditions() {
        for ident in condition.fields() {
            own_column(cx, model, ident, "a condition cannot name it");
        }
        comparisons(cx, model, condition);
    }
}

/// Whether a field is text; that of an extended model may be.
fn may_be_text(model: &Model, ident: &Ident) -> bool {
    match model.field(&naming::name(ident)) {
        Some(field) => matches!(field.kind, Kind::Char | Kind::Text | Kind::Unknown),
        None => true,
    }
}

/// Reports a name that occurs twice.
fn each_once(cx: &Ctxt, fields: &[Ident]) {
    let mut seen = HashSet::new();
    for ident in fields {
        let name = naming::name(ident);
        if !seen.insert(name.clone()) {
            cx.error(ident.span(), format!("`{name}` is named twice; keep one"));
        }
    }
}

pub(super) fn own_column(cx: &Ctxt, model: &Model, ident: &Ident, so: &str) {
    let name = naming::name(ident);
    match model.field(&name) {
        Some(field) if matches!(field.kind, Kind::Unknown) || field.has_column() => {}
        Some(_) => cx.error(ident.span(), format!("`{name}` has no column, so {so}; leave it out")),
        None if IMPLICIT.contains(&name.as_str()) => cx.error(
            ident.span(),
            format!("every model has `{name}`, which the model does not declare, so {so}; leave it out"),
        ),
        None if model.base.is_some() => {} // perhaps one of the extended model, which only rustc knows
        None => {
            let columns = model.columns().map(|field| field.name.as_str());
            let hint = naming::hint(&name, "its columns", columns.collect::<Vec<_>>());
            cx.error(
                ident.span(),
                format!("`{}` declares no field `{name}`{hint}", model.ident),
            );
        }
    }
}

/// Each field is compared with a value, or another field, of its own type.
fn comparisons(cx: &Ctxt, model: &Model, condition: &Condition) {
    for (ident, operator, right) in condition.comparisons() {
        let Some(field) = model.field(&naming::name(ident)) else {
            continue;
        };
        let (span, wrong) = match right {
            Operand::Literal(literal) => (literal.span, wrong_literal(field, literal.kind)),
            Operand::Own(_) => continue,
            Operand::Field(other) => match model.field(&naming::name(other)) {
                Some(other_field) => (other.span(), wrong_field(field, other_field)),
                None => continue,
            },
        };
        let is_order = !matches!(operator, "Eq" | "Ne");
        match wrong {
            Some(why) => cx.error(span, why),
            None if is_order && matches!(field.kind, Kind::Bool | Kind::Selection | Kind::Many2one(_)) => {
                cx.error(ident.span(), format!("`{ident}` has no order; write `==` or `!=`"));
            }
            None => {}
        }
    }
}

/// Why a field cannot be compared with a constant of this kind; `None` when it can.
fn wrong_literal(field: &Field, literal: LiteralKind) -> Option<String> {
    use LiteralKind as L;
    let name = &field.name;
    let (right, form) = match (&field.kind, literal) {
        (Kind::Unknown, _)
        | (Kind::Bool, L::Truth | L::Bool)
        | (Kind::Int | Kind::BigInt, L::Int)
        | (Kind::Float | Kind::Decimal | Kind::Monetary, L::Int | L::Number)
        | (Kind::Char | Kind::Text | Kind::Html | Kind::Selection | Kind::Date | Kind::DateTime, L::Text) => {
            return None;
        }
        (Kind::Bool, _) => ("`true` or `false`", format!("{name}` or `!{name}")),
        (Kind::Int | Kind::BigInt, _) => ("a whole number", format!("{name} > 10")),
        (Kind::Float | Kind::Decimal | Kind::Monetary, _) => ("a number", format!("{name} > 1.5")),
        (Kind::Char | Kind::Text | Kind::Html, _) => ("a text", format!("{name} != \"x\"")),
        (Kind::Selection, _) => ("one of its values as text", format!("{name} == \"draft\"")),
        (Kind::Date, _) => ("a text with a date", format!("{name} >= \"2024-01-31\"")),
        (Kind::DateTime, _) => ("a text with a time", format!("{name} >= \"2024-01-31 13:30:00\"")),
        (Kind::Many2one(_) | Kind::Binary | Kind::Json(_) | Kind::One2many(_) | Kind::Many2many(_), _) => {
            return Some(format!(
                "`{name}` is compared with no constant; write `{name}.is_some()` or `{name}.is_none()`"
            ));
        }
    };
    Some(match literal {
        L::Truth => format!("`{name}` is no `bool`; write `{form}`"),
        _ => format!("`{name}` is compared with {right}; write `{form}`"),
    })
}

/// Why two fields cannot be compared; `None` when they can.
fn wrong_field(field: &Field, other: &Field) -> Option<String> {
    let (left, right) = (&field.name, &other.name);
    let same = std::mem::discriminant(&field.kind) == std::mem::discriminant(&other.kind);
    if matches!(field.kind, Kind::Unknown) || matches!(other.kind, Kind::Unknown) {
        return None;
    }
    if matches!(field.kind, Kind::Binary | Kind::Json(_)) || !same {
        return Some(format!(
            "`{left}` and `{right}` cannot be compared; write two fields of one type, and no `Json` or `Binary`"
        ));
    }
    (matches!(field.kind, Kind::Decimal) && field.digits() != other.digits())
        .then(|| format!("`{left}` and `{right}` have different digits; write the same `digits` for both"))
}
