//! Dotted paths, read trees, default orders and display name templates: everything that names fields.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use syn::LitStr;

use super::args;
use crate::ctxt::Ctxt;
use crate::naming;

/// A dotted path; never empty.
#[derive(Clone)]
pub(crate) struct Path {
    /// Its names, each with its own span.
    pub(crate) hops: Vec<Ident>,
}

/// One name of a read tree.
pub(crate) struct Node {
    /// Field name.
    pub(crate) name: Ident,
    /// The names in parentheses.
    pub(crate) children: Vec<Node>,
}

/// One term of a default order.
pub(crate) struct OrderTerm {
    /// The field to sort by.
    pub(crate) path: Path,
    /// Descending.
    pub(crate) desc: bool,
}

/// A piece of a display name's segment.
pub(crate) enum Part {
    /// Literal text.
    Text(String),
    /// `{path}`.
    Path(Path),
}

impl Path {
    /// The path as messages show it.
    pub(crate) fn dotted(&self) -> String {
        self.hops.iter().map(naming::name).collect::<Vec<_>>().join(".")
    }
}

/// Parses a path: `order_line.price_subtotal`. Keywords such as `type` need no `r#`.
pub(crate) fn path(cx: &Ctxt, tokens: TokenStream) -> Option<Path> {
    let mut hops = Vec::new();
    let mut dot = true;
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(name) if dot => hops.push(name),
            TokenTree::Punct(punct) if !dot && punct.as_char() == '.' => {}
            _ => {
                cx.error_on(tokens, "a path is written `field` or `relation.field`");
                return None;
            }
        }
        dot = !dot;
    }
    if dot {
        cx.error_on(tokens, "a path is written `field` or `relation.field`");
        return None;
    }
    Some(Path { hops })
}

/// A path inside a string literal; its names have the literal's span.
fn path_in(text: &str, span: Span) -> Option<Path> {
    let word = |name: &&str| {
        name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    let names: Vec<&str> = text.split('.').collect();
    let hops = || names.iter().map(|name| Ident::new(name, span)).collect();
    names.iter().all(word).then(|| Path { hops: hops() })
}

/// Parses the read tree of `#[read(…)]`.
pub(crate) fn tree(cx: &Ctxt, tokens: TokenStream) -> Vec<Node> {
    args::split(tokens)
        .into_iter()
        .filter_map(|piece| node(cx, piece))
        .collect()
}

fn node(cx: &Ctxt, tokens: TokenStream) -> Option<Node> {
    let mut rest = tokens.clone().into_iter();
    let parsed = (rest.next(), rest.next(), rest.next());
    match parsed {
        (Some(TokenTree::Ident(name)), None, None) => Some(Node {
            name,
            children: Vec::new(),
        }),
        (Some(TokenTree::Ident(name)), Some(TokenTree::Group(group)), None)
            if group.delimiter() == Delimiter::Parenthesis =>
        {
            if group.stream().is_empty() {
                cx.error_on(
                    tokens,
                    format!("nothing is named in the parentheses; write `{name}` or `{name}(id, name)`"),
                );
            }
            Some(Node {
                children: tree(cx, group.stream()),
                name,
            })
        }
        _ => {
            cx.error_on(
                tokens,
                "a read tree is made of names: `name`, or `partner_id(id, name)` for a relation",
            );
            None
        }
    }
}

/// Parses the terms of `order = "date_order desc, partner_id.name"`.
pub(crate) fn order(cx: &Ctxt, literal: &LitStr) -> Vec<OrderTerm> {
    let text = literal.value();
    let terms: Vec<&str> = text.split(',').map(str::trim).collect();
    terms
        .into_iter()
        .filter_map(|term| order_term(cx, literal.span(), term))
        .collect()
}

fn order_term(cx: &Ctxt, span: Span, term: &str) -> Option<OrderTerm> {
    let mut words = term.split_whitespace();
    let path = words.next().and_then(|path| path_in(path, span));
    let direction = words.next().unwrap_or("asc");
    if !matches!(direction, "asc" | "desc") {
        let hint = naming::hint(direction, "an order goes", ["asc", "desc"]);
        cx.error(span, format!("`{direction}` is no direction{hint}"));
    }
    match (path, words.next()) {
        (Some(path), None) => Some(OrderTerm {
            path,
            desc: direction == "desc",
        }),
        _ => {
            cx.error(
                span,
                format!("`{term}` is no order; write `date_order desc, id desc` or `partner_id.name`"),
            );
            None
        }
    }
}

/// Parses a segment of `#[display_name("[{default_code}] ", "{name}")]`.
pub(crate) fn template(cx: &Ctxt, literal: &LitStr) -> Vec<Part> {
    let (text, span) = (literal.value(), literal.span());
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['{', '}']) {
        plain.push_str(&rest[..at]);
        let (brace, after) = (&rest[at..=at], &rest[at + 1..]);
        if let Some(after) = after.strip_prefix(brace) {
            plain.push_str(brace);
            rest = after;
            continue;
        }
        let Some((path, after)) = after.split_once('}').filter(|_| brace == "{") else {
            let what = if brace == "{" {
                "`{` is not closed"
            } else {
                "`}` closes nothing"
            };
            cx.error(
                span,
                format!("{what}; write `{{name}}`, or `{brace}{brace}` for the character itself"),
            );
            return parts;
        };
        match path_in(path, span) {
            Some(path) => {
                parts.extend((!plain.is_empty()).then(|| Part::Text(std::mem::take(&mut plain))));
                parts.push(Part::Path(path));
            }
            None => cx.error(
                span,
                format!("`{{{path}}}` names no field; write `{{name}}` or `{{partner_id.name}}`"),
            ),
        }
        rest = after;
    }
    plain.push_str(rest);
    parts.extend((!plain.is_empty()).then_some(Part::Text(plain)));
    parts
}
