//! The value of `default = …`.

use proc_macro2::{Ident, Span, TokenStream};
use syn::spanned::Spanned as _;
use syn::{Expr, ExprLit, ExprPath, ExprUnary, Lit, UnOp};

use super::path::{self, Path};
use crate::ctxt::Ctxt;
use crate::naming;

/// The value that a create uses for a field that is not given.
#[derive(Clone)]
pub(crate) enum DefaultValue {
    /// `now`
    Now,
    /// `today`
    Today,
    /// `user`
    User,
    /// `company`
    Company,
    /// `sequence("code", prefix = "S", padding = 5)`
    Sequence(Sequence),
    /// `method(name)`
    Method(Ident),
    /// `company.currency_id`: the root, and the names behind it.
    Path(Root, Path),
    /// `true`, `false`
    Bool(bool),
    /// Whole number, as digits.
    Int(String),
    /// Number with a point, as written.
    Number(String),
    /// Text.
    Text(String),
    /// `SaleOrderState::Draft`
    Variant(ExprPath),
}

/// Where the path of a default begins.
#[derive(Clone, Copy)]
pub(crate) enum Root {
    User,
    Company,
}

/// A sequence of numbers.
#[derive(Clone)]
pub(crate) struct Sequence {
    pub(crate) code: String,
    pub(crate) prefix: String,
    pub(crate) suffix: String,
    pub(crate) padding: u8,
    /// No number is left out.
    pub(crate) gapless: bool,
    /// `Year`, `Month` or `Day`: the period after which it starts again at 1.
    pub(crate) range: Option<Ident>,
}

const WORDS: [&str; 6] = ["now", "today", "user", "company", "sequence", "method"];
const SEQUENCE_FORM: &str = "a sequence is written `sequence(\"sale.order\", prefix = \"S{year}-\", suffix = \"/A\", padding = 5, \
                             gapless, range = year)`; all but the name may be left out, and `range` is `year`, `month` or `day`";

/// Reads the value.
pub(crate) fn read(cx: &Ctxt, tokens: &TokenStream) -> Option<DefaultValue> {
    match syn::parse2::<Expr>(tokens.clone()) {
        Ok(Expr::Lit(ExprLit { lit, .. })) => literal(cx, &lit, ""),
        Ok(Expr::Unary(ExprUnary {
            op: UnOp::Neg(_), expr, ..
        })) => match &*expr {
            Expr::Lit(ExprLit {
                lit: lit @ (Lit::Int(_) | Lit::Float(_)),
                ..
            }) => literal(cx, lit, "-"),
            _ => unknown(cx, tokens),
        },
        Ok(Expr::Path(path)) => match path.path.get_ident() {
            Some(word) => self::word(cx, word.span(), &word.to_string()),
            None => Some(DefaultValue::Variant(path)),
        },
        Ok(Expr::Call(call)) if matches!(&*call.func, Expr::Path(path) if path.path.is_ident("sequence")) => {
            sequence(cx, &call).map(DefaultValue::Sequence)
        }
        Ok(Expr::Call(call)) if matches!(&*call.func, Expr::Path(path) if path.path.is_ident("method")) => {
            method(cx, &call).map(DefaultValue::Method)
        }
        Ok(Expr::Field(_)) => match rooted(cx, tokens) {
            Some(default) => Some(default),
            None => unknown(cx, tokens),
        },
        _ => unknown(cx, tokens),
    }
}

/// `user.partner_id.country_id`; `None` when the path does not begin with `user` or `company`.
fn rooted(cx: &Ctxt, tokens: &TokenStream) -> Option<DefaultValue> {
    let mut path = path::path(cx, tokens.clone())?;
    let root = match path.hops.remove(0).to_string().as_str() {
        "user" => Root::User,
        "company" => Root::Company,
        _ => return None,
    };
    Some(DefaultValue::Path(root, path))
}

fn method(cx: &Ctxt, call: &syn::ExprCall) -> Option<Ident> {
    let mut args = call.args.iter();
    match (args.next(), args.next()) {
        (Some(Expr::Path(path)), None) if path.path.get_ident().is_some() => path.path.get_ident().cloned(),
        _ => {
            cx.error_on(
                call,
                "a function of the model that gives the default is written `method(default_name)`",
            );
            None
        }
    }
}

fn unknown(cx: &Ctxt, tokens: &TokenStream) -> Option<DefaultValue> {
    let text = tokens.to_string().replace(' ', "");
    let rooted = |word: &&str| WORDS.contains(&word.split('.').next().unwrap_or_default());
    match text.strip_prefix("env.").filter(rooted) {
        Some(word) => cx.error_on(tokens, format!("write `default = {word}`")),
        None => cx.error_on(
            tokens,
            "a default is written as a literal, a variant (`SaleOrderState::Draft`), `now`, `today`, `user`, `company`, a path from \
             those (`company.currency_id`), `sequence(\"code\")` or `method(name)`, a function of the model",
        ),
    }
    None
}

fn word(cx: &Ctxt, span: Span, word: &str) -> Option<DefaultValue> {
    match word {
        "now" => Some(DefaultValue::Now),
        "today" => Some(DefaultValue::Today),
        "user" => Some(DefaultValue::User),
        "company" => Some(DefaultValue::Company),
        "sequence" => {
            cx.error(span, SEQUENCE_FORM);
            None
        }
        "method" => {
            cx.error(
                span,
                "a function of the model that gives the default is written `method(default_name)`",
            );
            None
        }
        _ => {
            let hint = naming::hint(word, "defaults", WORDS);
            cx.error(
                span,
                format!("`{word}` is no default{hint} (a selection's variant is written `Enum::Variant`)"),
            );
            None
        }
    }
}

fn literal(cx: &Ctxt, lit: &Lit, sign: &str) -> Option<DefaultValue> {
    match lit {
        Lit::Bool(value) => Some(DefaultValue::Bool(value.value)),
        Lit::Int(value) => Some(DefaultValue::Int(format!("{sign}{}", value.base10_digits()))),
        Lit::Float(value) => Some(DefaultValue::Number(format!("{sign}{}", value.base10_digits()))),
        Lit::Str(value) => Some(DefaultValue::Text(value.value())),
        _ => {
            cx.error_on(lit, "a default is written `true`, `10`, `1.5` or `\"text\"`");
            None
        }
    }
}

fn sequence(cx: &Ctxt, call: &syn::ExprCall) -> Option<Sequence> {
    let mut args = call.args.iter();
    let code = match args.next() {
        Some(Expr::Lit(ExprLit {
            lit: Lit::Str(code), ..
        })) if !code.value().is_empty() => code.value(),
        other => {
            cx.error(other.map_or(call.func.span(), |arg| arg.span()), SEQUENCE_FORM);
            return None;
        }
    };
    let mut sequence = Sequence {
        code,
        prefix: String::new(),
        suffix: String::new(),
        padding: 0,
        gapless: false,
        range: None,
    };
    for arg in args {
        if sequence_option(cx, &mut sequence, arg).is_none() {
            cx.error_on(arg, SEQUENCE_FORM);
        }
    }
    Some(sequence)
}

/// A prefix or suffix; reports a `{…}` that is not replaced.
fn affix(cx: &Ctxt, literal: &syn::LitStr) -> String {
    const PARTS: [&str; 3] = ["year", "month", "day"];
    let text = literal.value();
    for part in text.split('{').skip(1) {
        let name = part.split('}').next().unwrap_or_default();
        if !PARTS.contains(&name) || !part.contains('}') {
            let hint = naming::hint(name, "what is replaced", PARTS);
            cx.error(literal.span(), format!("`{{{name}}}` is no part of a date{hint}"));
        }
    }
    text
}

fn sequence_option(cx: &Ctxt, sequence: &mut Sequence, arg: &Expr) -> Option<()> {
    let name = |expression: &Expr| match expression {
        Expr::Path(path) => path.path.get_ident().cloned(),
        _ => None,
    };
    let Expr::Assign(assign) = arg else {
        sequence.gapless = name(arg)? == "gapless";
        return sequence.gapless.then_some(());
    };
    let literal = match &*assign.right {
        Expr::Lit(ExprLit { lit, .. }) => Some(lit),
        _ => None,
    };
    match (name(&assign.left)?.to_string().as_str(), literal) {
        ("prefix", Some(Lit::Str(text))) => sequence.prefix = affix(cx, text),
        ("suffix", Some(Lit::Str(text))) => sequence.suffix = affix(cx, text),
        ("padding", Some(Lit::Int(number))) => sequence.padding = number.base10_parse().ok()?,
        ("range", None) => {
            let range = name(&assign.right)?;
            let period = match range.to_string().as_str() {
                "year" => "Year",
                "month" => "Month",
                "day" => "Day",
                _ => return None,
            };
            sequence.range = Some(Ident::new(period, range.span()));
        }
        _ => return None,
    }
    Some(())
}
