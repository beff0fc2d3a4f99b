//! Checks of `min`, `max`, `pattern`, `email` and `url`.

use std::cmp::Ordering;

use proc_macro2::Span;

use super::defaults::{constant, range};
use crate::ctxt::Ctxt;
use crate::ir::{Field, Kind};
use crate::parse::args::At;
use crate::parse::condition::{Literal, LiteralKind};
use crate::parse::default::DefaultValue;

/// `min` and `max` belong to numbers and dates, and are in order; the default is within them.
pub(super) fn limits(cx: &Ctxt, field: &Field) {
    let (min, max) = (&field.options.min, &field.options.max);
    let mut is_wrong = false;
    for (key, limit) in [("min", min), ("max", max)] {
        let Some(limit) = limit else { continue };
        if let Some(why) = kept(field, key).or_else(|| wrong(field, key, &limit.value)) {
            cx.error(limit.span, why);
            is_wrong = true;
        }
    }
    if is_wrong {
        return;
    }
    let text = |limit: &At<Literal>| limit.value.text.clone();
    if let (Some(min), Some(max)) = (min, max)
        && order(field, &min.value.text, &max.value.text) == Some(Ordering::Greater)
    {
        let (least, most) = (text(min), text(max));
        cx.error(
            max.span,
            format!("no value is at least {least} and at most {most}; write `min = {most}, max = {least}`"),
        );
        return;
    }
    let Some(default) = &field.options.default else { return };
    let (DefaultValue::Int(value) | DefaultValue::Number(value) | DefaultValue::Text(value)) = &default.value else {
        return;
    };
    for (limit, wrong, words) in [(min, Ordering::Less, "at least"), (max, Ordering::Greater, "at most")] {
        if let Some(limit) = limit
            && order(field, value, &limit.value.text) == Some(wrong)
        {
            let limit = text(limit);
            cx.error(
                default.span,
                format!("the field is {words} {limit}; write a default within that"),
            );
        }
    }
}

/// `pattern`, `email` and `url` belong to text, one of them to a field; the default follows it.
pub(super) fn texts(cx: &Ctxt, field: &Field) {
    let options = &field.options;
    let given: [(&str, Option<Span>); 3] = [
        ("pattern", options.pattern.as_ref().map(syn::LitStr::span)),
        ("email", options.email.as_ref().map(|email| email.span)),
        ("url", options.url.as_ref().map(|url| url.span)),
    ];
    let mut given = given.into_iter().filter_map(|(key, span)| Some((key, span?)));
    let (Some((key, span)), more) = (given.next(), given.next()) else {
        return;
    };
    if let Some((other, span)) = more {
        cx.error(
            span,
            format!("`{key}` says what the text is already; keep it, or `{other}`"),
        );
    }
    let right = match field.kind {
        Kind::Char | Kind::Text => kept(field, key),
        Kind::Unknown => return,
        _ => Some(format!(
            "`{key}` belongs to text; write the type as `String`, or leave it out"
        )),
    };
    if let Some(right) = right {
        return cx.error(span, right);
    }
    let Some(form) = field.text_form() else { return };
    if let Err(why) = form.regex() {
        return cx.error(span, why);
    }
    if let Some(default) = &options.default
        && let DefaultValue::Text(text) = &default.value
        && !form.takes(text)
    {
        cx.error(
            default.span,
            format!("the default breaks the rule of `{key}`; write one that follows it"),
        );
    }
}

/// Only what has a column is checked when it is written.
fn kept(field: &Field, key: &str) -> Option<String> {
    let right = match (field.has_column(), field.is_related()) {
        (true, _) => return None,
        (false, true) => "write it on the field that this one stands for",
        (false, false) => "add `store`, or leave it out",
    };
    match field.kind {
        Kind::One2many(_) | Kind::Many2many(_) | Kind::Unknown => None,
        _ => Some(format!(
            "nothing is stored here that `{key}` could be tested for; {right}"
        )),
    }
}

/// Why a constant is no limit of the field.
fn wrong(field: &Field, key: &str, limit: &Literal) -> Option<String> {
    use LiteralKind as L;
    let example = match (&field.kind, limit.kind) {
        (Kind::Unknown, _) => return None,
        (Kind::Int, L::Int) => return range::<i32>(&limit.text),
        (Kind::BigInt, L::Int) => return range::<i64>(&limit.text),
        (Kind::Float, L::Int | L::Number) => return None,
        (Kind::Decimal | Kind::Monetary, L::Int | L::Number) | (Kind::Date | Kind::DateTime, L::Text) => {
            return constant(field, &limit.text);
        }
        (Kind::Int | Kind::BigInt, _) => "18",
        (Kind::Float | Kind::Decimal | Kind::Monetary, _) => "1.5",
        (Kind::Date, _) => "\"2024-01-31\"",
        (Kind::DateTime, _) => "\"2024-01-31 13:30:00\"",
        (Kind::Char | Kind::Text | Kind::Html, _) => {
            return Some(format!(
                "`{key}` belongs to numbers and dates; a text is limited by `size = 64` or `pattern = \"[A-Z]{{2}}\"`, \
                 so leave it out"
            ));
        }
        _ => return Some(format!("`{key}` belongs to numbers and dates; leave it out")),
    };
    let ty = &field.inner;
    let ty = quote::quote!(#ty).to_string().replace(' ', "");
    Some(format!("a limit of `{ty}` is written `{key} = {example}`"))
}

/// The order of two constants of the field's type, each in its right form.
fn order(field: &Field, left: &str, right: &str) -> Option<Ordering> {
    match field.kind {
        Kind::Int | Kind::BigInt => Some(left.parse::<i64>().ok()?.cmp(&right.parse().ok()?)),
        Kind::Float => left.parse::<f64>().ok()?.partial_cmp(&right.parse().ok()?),
        Kind::Decimal | Kind::Monetary => Some(scaled(left)?.cmp(&scaled(right)?)),
        _ => Some(left.cmp(right)),
    }
}

/// A decimal as a whole number of units of its eighteenth digit after the point, which no field exceeds.
fn scaled(number: &str) -> Option<i128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    format!("{whole}{fraction:0<18}").parse().ok()
}
