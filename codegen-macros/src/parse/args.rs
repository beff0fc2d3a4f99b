//! Argument lists: `key`, `key = value`, `key(list)`, split at the top level's commas, so that one malformed argument
//! leaves the others readable.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned as _;
use syn::{LitBool, LitStr};

use crate::ctxt::Ctxt;

/// A value and where its argument stands.
#[derive(Clone)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// One argument.
pub(crate) struct Arg {
    /// Its name.
    pub(crate) key: Ident,
    /// What it is given.
    pub(crate) given: Given,
    /// All of it.
    pub(crate) tokens: TokenStream,
}

/// What an argument is given.
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

/// The arguments of a list; what has not the form of an argument is a mistake.
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
    /// The whole argument's place.
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

    /// `key`, with nothing behind it.
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

/// Puts an option in its place; given twice is a mistake.
pub(crate) fn put<T>(cx: &Ctxt, arg: &Arg, place: &mut Option<T>, value: Option<T>) {
    let Some(value) = value else { return };
    match place {
        Some(_) => cx.error_on(&arg.tokens, format!("`{}` is given twice; keep one", arg.key)),
        None => *place = Some(value),
    }
}

/// The place of `tokens`, or of `otherwise` where there are none.
pub(crate) fn span_or(tokens: &impl ToTokens, otherwise: Span) -> Span {
    let tokens = tokens.to_token_stream();
    if tokens.is_empty() { otherwise } else { tokens.span() }
}
