//! Rust for a model that was judged: one emitted item a file. Never fails, whatever the mistakes: those are reported
//! already, and what is emitted all the same keeps them from being followed by others.
//!
//! Every path is absolute. Nothing here decides anything at run time: behaviour lives in `orm`.

mod definition;
mod filter;
mod inputs;
pub(crate) mod links;
mod model;
mod record;
mod structure;
mod table;
mod tokens;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned as _;

use crate::ir::{Field, Kind, Model};
use crate::naming;

/// The whole expansion of `#[model]`.
pub(crate) fn model(model: &Model) -> TokenStream {
    [
        structure::expand(model),
        table::expand(model),
        record::expand(model),
        inputs::create(model),
        inputs::update(model),
        filter::expand(model),
        tokens::expand(model),
        model::expand(model),
        links::expand(model),
    ]
    .into_iter()
    .collect()
}

/// `SaleOrderCreate` and its like.
fn companion(model: &Model, suffix: &str) -> Ident {
    format_ident!("{}{suffix}", model.ident, span = model.ident.span())
}

/// `name: &[…],`, unless the list is empty.
fn list(name: &str, items: impl Iterator<Item = TokenStream>) -> Option<TokenStream> {
    let (name, items) = (format_ident!("{name}"), items.collect::<Vec<_>>());
    (!items.is_empty()).then(|| quote!(#name: &[#(#items),*],))
}

/// A doc comment.
fn doc(text: &str) -> TokenStream {
    let text = format!(" {text}");
    quote!(#[doc = #text])
}

/// Generated items carry the field names of the definition, whose documentation stands there.
fn allow_missing_docs() -> TokenStream {
    quote!(#[allow(missing_docs, reason = "the fields are documented in the model's definition")])
}

/// Where errors about a field's type are shown, in whatever item its type stands: rustc then says each of them once.
fn place(field: &Field) -> Span {
    naming::located(field.ty.span())
}

/// The Rust type of a scalar's column, or of a many2one's id, without `Option`.
fn column_type(field: &Field) -> TokenStream {
    match field.kind {
        Kind::Many2one(_) => quote!(i64),
        Kind::Selection | Kind::Json => quote!(::std::string::String),
        _ => field.inner.to_token_stream(),
    }
}

/// The Rust type of a value that callers give: typed selections and JSON, ids for many2one fields.
fn value_type(field: &Field) -> TokenStream {
    match field.kind {
        Kind::Many2one(_) => quote!(i64),
        _ => field.inner.to_token_stream(),
    }
}
