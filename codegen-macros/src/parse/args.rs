//! Argument lists: `key`, `key = value`, `key(list)`. They are split at top-level commas first, so that one malformed
//! argument leaves the others readable.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned as _;
use syn::{LitBool, LitStr};

use crate::ctxt::Ctxt;

/// A value with the span of its argument.
#[derive(Clone)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// One argument.
pub(crate) struct Arg {
    /// The name before `=` or the parentheses.
    pub(crate) key: Ident,
    /// The value or list behind the name.
    pub(crate) given: Given,
    /// The whole argument.
    pub(crate) tokens: TokenStream,
}

/// The part of an argument behind its name.
pub(crate) enum Given {
    /// `key`
    Nothing,
    /// `key = value`
    Value(TokenStream),
    /// `key(list)`
    List(TokenStream),
}

/// Splits at the commas outside any bracket; empty pieces, as after a trailing comma, are left out.
pub(crate) fn split(tokens: TokenStream) -> Vec<TokenStream> {
    let mut pieces = vec![TokenStream::new()];
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => pieces.push(TokenStream::new()),
            _ => pieces.last_mut().expect("never empty").extend([token]),
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// The arguments of a list; reports pieces that are no arguments.
pub(crate) fn list(cx: &Ctxt, tokens: TokenStream) -> Vec<Arg> {
    split(tokens).into_iter().filter_map(|piece| one(cx, piece)).collect()
}

fn one(cx: &Ctxt, tokens: TokenStream) -> Option<Arg> {
    let malformed = || cx.error_on(&tokens, "an argument is written `key`, `key = value` or `key(…)`");
    let mut rest = tokens.clone().into_iter();
    let Some(TokenTree::Ident(key)) = rest.next() else {
        malformed();
        return None;
    };
    let given = match (rest.next(), rest.collect::<TokenStream>()) {
        (None, _) => Given::Nothing,
        (Some(TokenTree::Punct(punct)), value) if punct.as_char() == '=' && !value.is_empty() => Given::Value(value),
        (Some(TokenTree::Group(group)), after) if group.delimiter() == Delimiter::Parenthesis && after.is_empty() => {
            Given::List(group.stream())
        }
        _ => {
            malformed();
            return None;
        }
    };
    Some(Arg { key, given, tokens })
}

impl Arg {
    /// The span of the whole argument.
    pub(crate) fn span(&self) -> Span {
        self.tokens.span()
    }

    /// Reports that the argument has another form than `form`.
    pub(crate) fn malformed(&self, cx: &Ctxt, form: &str) {
        cx.error_on(&self.tokens, format!("`{}` is written `{form}`", self.key));
    }

    /// `key = value`, read by `parser`.
    pub(crate) fn value<T>(
        &self,
        cx: &Ctxt,
        form: &str,
        parser: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
    ) -> Option<T> {
        let value = match &self.given {
            Given::Value(tokens) => parser.parse2(tokens.clone()).ok(),
            _ => None,
        };
        if value.is_none() {
            self.malformed(cx, form);
        }
        value
    }

    /// `key = true` or `key = false`.
    pub(crate) fn bool(&self, cx: &Ctxt, form: &str) -> Option<At<bool>> {
        let value = self.value(cx, form, |input| input.parse::<LitBool>())?.value;
        Some(At {
            value,
            span: self.span(),
        })
    }

    /// `key = "text"`.
    pub(crate) fn text(&self, cx: &Ctxt, form: &str) -> Option<LitStr> {
        self.value(cx, form, |input| input.parse())
    }

    /// `key = name`.
    pub(crate) fn name(&self, cx: &Ctxt, form: &str) -> Option<Ident> {
        self.value(cx, form, Ident::parse_any)
    }

    /// `key`, without a value.
    pub(crate) fn flag(&self, cx: &Ctxt) -> Option<At<()>> {
        match self.given {
            Given::Nothing => Some(At {
                value: (),
                span: self.span(),
            }),
            _ => {
                self.malformed(cx, &self.key.to_string());
                None
            }
        }
    }
}

/// Stores the value of an option; reports an option that is given twice.
pub(crate) fn put<T>(cx: &Ctxt, arg: &Arg, place: &mut Option<T>, value: Option<T>) {
    let Some(value) = value else { return };
    match place {
        Some(_) => cx.error_on(&arg.tokens, format!("`{}` is given twice; keep one", arg.key)),
        None => *place = Some(value),
    }
}

/// The span of `tokens`, or `otherwise` when there are none.
pub(crate) fn span_or(tokens: &impl ToTokens, otherwise: Span) -> Span {
    let tokens = tokens.to_token_stream();
    if tokens.is_empty() { otherwise } else { tokens.span() }
}
