//! The sections above the struct: `#[read(…)]`, `#[unique(…)]`, ….

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens as _;
use syn::{Attribute, LitStr, Meta};

use super::access::{self, Access, Rule};
use super::args::{self, Arg, At, Given};
use super::condition::{self, Condition};
use super::path::{self, Node, Part, Path};
use crate::ctxt::Ctxt;
use crate::naming;

/// The sections' names.
pub(crate) const NAMES: [&str; 11] = [
    "api",
    "access",
    "rule",
    "audit",
    "display_name",
    "name_search",
    "read",
    "write_response",
    "unique",
    "index",
    "check",
];

/// The sections that may be repeated.
const REPEATED: [&str; 5] = ["access", "rule", "unique", "index", "check"];

/// The sections of a model.
#[derive(Default)]
pub(crate) struct Sections {
    pub(crate) api: bool,
    pub(crate) access: Vec<Access>,
    pub(crate) rules: Vec<Rule>,
    /// `#[audit]`: no names, every field.
    pub(crate) audit: Option<Vec<Ident>>,
    /// The segments of the display name, each with its parts.
    pub(crate) display_name: Option<Vec<Vec<Part>>>,
    pub(crate) name_search: Vec<Path>,
    pub(crate) read: Option<Vec<Node>>,
    pub(crate) write_response: Option<Vec<Node>>,
    pub(crate) uniques: Vec<At<Unique>>,
    /// `#[index(state, date_order)]`: the columns of an index.
    pub(crate) indexes: Vec<At<Vec<Ident>>>,
    pub(crate) checks: Vec<Check>,
}

/// `#[unique(code, country_id, where = active, nulls = equal, ignore_case, message = "…")]`.
#[derive(Clone)]
pub(crate) struct Unique {
    pub(crate) fields: Vec<Ident>,
    /// `where = …`: only records that fulfil it are compared.
    pub(crate) condition: Option<Condition>,
    /// `where` is written, well-formed or not.
    pub(crate) conditional: bool,
    /// `nulls = equal`: empty values are equal to each other.
    pub(crate) nulls_equal: bool,
    /// `ignore_case`: texts that differ only in case are equal to each other.
    pub(crate) ignore_case: Option<Span>,
    pub(crate) message: String,
}

/// `#[check(discount <= 100, message = "…")]`.
#[derive(Clone)]
pub(crate) struct Check {
    pub(crate) condition: Condition,
    pub(crate) message: String,
}

/// Reads the sections.
pub(crate) fn read(cx: &Ctxt, attrs: Vec<Attribute>) -> Sections {
    let mut sections = Sections::default();
    let mut seen: Vec<String> = Vec::new();
    for attr in &attrs {
        let Some(name) = attr.path().get_ident().map(naming::name) else {
            continue;
        };
        if !REPEATED.contains(&name.as_str()) && seen.contains(&name) {
            cx.error_on(attr, format!("`#[{name}]` is given twice; keep one"));
            continue;
        }
        section(cx, &mut sections, attr, &name);
        seen.push(name);
    }
    sections
}

fn section(cx: &Ctxt, sections: &mut Sections, attr: &Attribute, name: &str) {
    match name {
        "api" => match &attr.meta {
            Meta::Path(_) => sections.api = true,
            _ => cx.error_on(attr, "`#[api]` takes no arguments"),
        },
        "access" => {
            if let Some(tokens) = list(cx, attr, access::ACCESS_FORM) {
                sections.access.extend(access::access(cx, tokens));
            }
        }
        "rule" => {
            if let Some(tokens) = list(cx, attr, access::RULE_FORM) {
                sections.rules.extend(access::rule(cx, tokens));
            }
        }
        "audit" => {
            sections.audit = match &attr.meta {
                Meta::Path(_) => Some(Vec::new()),
                _ => list(cx, attr, "#[audit(state, amount_total)]").map(|tokens| named(cx, tokens, "audit")),
            };
        }
        "display_name" => {
            if let Some(tokens) = list(cx, attr, "#[display_name(\"[{default_code}] \", \"{name}\")]") {
                sections.display_name = Some(display_name(cx, tokens));
            }
        }
        "name_search" => {
            if let Some(tokens) = list(cx, attr, "#[name_search(name, email)]") {
                let paths = args::split(tokens).into_iter();
                sections.name_search = paths.filter_map(|piece| path::path(cx, piece)).collect();
            }
        }
        "read" => sections.read = list(cx, attr, "#[read(id, name, partner_id(id, name))]").map(|t| path::tree(cx, t)),
        "write_response" => {
            sections.write_response = list(cx, attr, "#[write_response(id, name)]").map(|t| path::tree(cx, t));
        }
        "unique" => {
            if let Some(tokens) = list(cx, attr, "#[unique(code, country_id, message = \"…\")]") {
                let value = unique(cx, tokens);
                sections.uniques.push(At {
                    value,
                    span: args::span_or(&attr.meta, attr.pound_token.span),
                });
            }
        }
        "index" => {
            if let Some(tokens) = list(cx, attr, "#[index(state, date_order)]") {
                sections.indexes.push(At {
                    value: named(cx, tokens, "index"),
                    span: args::span_or(&attr.meta, attr.pound_token.span),
                });
            }
        }
        "check" => {
            if let Some(tokens) = list(cx, attr, "#[check(discount <= 100, message = \"…\")]") {
                sections.checks.extend(check(cx, tokens));
            }
        }
        _ => unreachable!("`take` gives only what is in `NAMES`"),
    }
}

/// The tokens in the attribute's parentheses; reports it when there are none.
fn list(cx: &Ctxt, attr: &Attribute, form: &str) -> Option<TokenStream> {
    match &attr.meta {
        Meta::List(list) if !list.tokens.is_empty() => Some(list.tokens.clone()),
        _ => {
            cx.error_on(attr, format!("nothing is named; write `{form}`"));
            None
        }
    }
}

fn display_name(cx: &Ctxt, tokens: TokenStream) -> Vec<Vec<Part>> {
    let mut segments = Vec::new();
    for piece in args::split(tokens) {
        match syn::parse2::<LitStr>(piece.clone()) {
            Ok(literal) => segments.push(path::template(cx, &literal)),
            Err(_) => cx.error_on(
                piece,
                "a segment is a text: `#[display_name(\"[{default_code}] \", \"{name}\")]`",
            ),
        }
    }
    segments
}

/// Parses one condition, or several of which all must hold, and the message.
fn check(cx: &Ctxt, tokens: TokenStream) -> Option<Check> {
    let (mut parts, mut message) = (Vec::new(), None);
    for piece in args::split(tokens) {
        match syn::parse2::<syn::ExprAssign>(piece.clone()) {
            Ok(_) => {
                for arg in args::list(cx, piece) {
                    match arg.key == "message" {
                        true => args::put(cx, &arg, &mut message, arg.text(cx, "message = \"…\"")),
                        false => unknown(cx, &arg, &["message"]),
                    }
                }
            }
            Err(_) => parts.extend(condition::read(cx, piece)),
        }
    }
    let condition = match parts.len() {
        0 => return None,
        1 => parts.remove(0),
        _ => Condition::All(parts),
    };
    Some(Check {
        condition,
        message: message.map(|message| message.value()).unwrap_or_default(),
    })
}

/// A key that the section does not have.
fn unknown(cx: &Ctxt, arg: &Arg, known: &[&str]) {
    let key = arg.key.to_string();
    let hint = naming::hint(&key, "keys here", known.iter().copied());
    cx.error(arg.key.span(), format!("`{key} = …` is no part of it{hint}"));
}

/// The arguments of a section that names columns. Of a path, which is reported, the first name is taken.
fn columns(cx: &Ctxt, tokens: TokenStream) -> Vec<Arg> {
    let column = |piece: TokenStream| {
        let path = syn::parse2::<syn::ExprField>(piece.clone())
            .ok()
            .and_then(|_| path::path(cx, piece.clone()))?;
        let first = path.hops.first()?.to_token_stream();
        let message = format!(
            "`{}` is a field of another model; only columns of the model itself can stand here, such as `{first}`: write one",
            path.dotted()
        );
        cx.error_on(piece, message);
        Some(first)
    };
    let pieces = args::split(tokens).into_iter();
    pieces
        .flat_map(|piece| args::list(cx, column(piece.clone()).unwrap_or(piece)))
        .collect()
}

fn unique(cx: &Ctxt, tokens: TokenStream) -> Unique {
    let (mut condition, mut nulls, mut message) = (None, None, None);
    let (mut fields, mut conditional, mut ignore_case) = (Vec::new(), false, None);
    for arg in columns(cx, tokens) {
        match (&arg.given, arg.key.to_string().as_str()) {
            (Given::Nothing, "ignore_case") => args::put(cx, &arg, &mut ignore_case, Some(arg.span())),
            (Given::Nothing, word) if strsim::osa_distance(word, "ignore_case") <= 2 => {
                cx.error_on(&arg.key, format!("`{word}` is taken for a field; did you mean `ignore_case`?"));
            }
            (Given::Nothing, _) => fields.push(arg.key),
            (Given::Value(_), "ignore_case") => cx.error_on(&arg.tokens, "write `ignore_case`, without a value"),
            (Given::Value(_), "message") => args::put(cx, &arg, &mut message, arg.text(cx, "message = \"…\"")),
            (Given::Value(value), "where") => {
                conditional = true;
                args::put(cx, &arg, &mut condition, condition::read(cx, value.clone()));
            }
            (Given::Value(_), "nulls") => match arg.name(cx, "nulls = equal") {
                Some(equal) if equal == "equal" => args::put(cx, &arg, &mut nulls, Some(equal)),
                Some(_) => arg.malformed(cx, "nulls = equal"),
                None => {}
            },
            (Given::Value(_), _) => unknown(cx, &arg, &["where", "nulls", "message"]),
            _ => cx.error_on(
                &arg.tokens,
                "unique fields are named: `#[unique(code, country_id, where = active, nulls = equal, ignore_case, message = \"…\")]`",
            ),
        }
    }
    Unique {
        fields,
        condition,
        conditional,
        nulls_equal: nulls.is_some(),
        ignore_case,
        message: message.map(|message| message.value()).unwrap_or_default(),
    }
}

/// The fields of a section that names nothing else.
fn named(cx: &Ctxt, tokens: TokenStream, section: &str) -> Vec<Ident> {
    let mut fields = Vec::new();
    for arg in columns(cx, tokens) {
        match arg.given {
            Given::Nothing => fields.push(arg.key),
            _ => cx.error_on(
                &arg.tokens,
                format!("the fields are named: `#[{section}(state, date_order)]`"),
            ),
        }
    }
    fields
}
