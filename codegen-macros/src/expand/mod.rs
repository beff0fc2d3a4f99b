//! Generates the Rust code of a checked model, in one file for each item. Never fails: mistakes have been reported, and
//! emitting everything all the same keeps rustc from reporting further errors because of them.
//!
//! Generated paths are absolute. Generated code contains no behaviour, which is in `orm`.

mod access;
mod definition;
mod filter;
mod inputs;
pub(crate) mod links;
mod model;
mod record;
mod rules;
mod structure;
mod table;
mod tokens;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;

use crate::ir::{Field, Kind, Model};
use crate::naming;
use crate::parse::default::Root;

/// The whole expansion of `#[model]`.
pub(crate) fn model(model: &Model) -> TokenStream {
    [
        own_types(model),
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

/// Names all types of the author's own where rustc looks first, so that one that cannot be a field's type is reported
/// before what else it lacks.
fn own_types(model: &Model) -> TokenStream {
    let types: Vec<TokenStream> = model.fields.iter().filter_map(own_type).collect();
    match types.is_empty() {
        true => TokenStream::new(),
        false => quote!(const _: fn() = || { #(let _ = #types::stored;)* };),
    }
}

/// The name of a companion of the model's struct: `SaleOrderCreate`.
fn companion(model: &Model, suffix: &str) -> Ident {
    format_ident!("{}{suffix}", model.ident, span = model.ident.span())
}

/// `name: &[…],`, unless the list is empty.
pub(crate) fn list(name: &str, items: impl Iterator<Item = impl ToTokens>) -> Option<TokenStream> {
    let (name, items) = (format_ident!("{name}"), items.collect::<Vec<_>>());
    (!items.is_empty()).then(|| quote!(#name: &[#(#items),*],))
}

/// A list of names.
fn names(names: &[Ident]) -> TokenStream {
    let names = names.iter().map(naming::name);
    quote!(&[#(#names),*])
}

/// The caller, or his company.
fn root(root: Root) -> TokenStream {
    match root {
        Root::User => quote!(__def::Root::User),
        Root::Company => quote!(__def::Root::Company),
    }
}

/// A doc comment.
fn doc(text: &str) -> TokenStream {
    let text = format!(" {text}");
    quote!(#[doc = #text])
}

/// Members of generated structs are named after fields, which are documented in the author's definition.
fn allow_missing_docs() -> TokenStream {
    quote!(#[allow(missing_docs, reason = "the fields are documented in the model's definition")])
}

/// The span for a field's type in every generated item: errors at one and the same span are shown once by rustc.
fn place(field: &Field) -> Span {
    naming::located(field.ty.span())
}

/// The selection that is the field's type, `<Size as Selection>`: code that needs a selection begins with it, so that rustc
/// says once if the type is none. `None` for other fields.
fn selection(field: &Field) -> Option<TokenStream> {
    let ty = &field.inner;
    let span = naming::located(ty.span());
    matches!(field.kind, Kind::Selection).then(|| quote_spanned!(span=> <#ty as ::orm::field::Selection>))
}

/// The author's type in a `Json` field, `<LabelLayout as TypedJson>`, in the same way. `None` for other fields.
fn typed_json(field: &Field) -> Option<TokenStream> {
    let Kind::Json(Some(ty)) = &field.kind else {
        return None;
    };
    let span = naming::located(ty.span());
    Some(quote_spanned!(span=> <#ty as ::orm::field::TypedJson>))
}

/// A type that the author has declared for fields: a selection, or the type of a `Json` field.
fn own_type(field: &Field) -> Option<TokenStream> {
    selection(field).or_else(|| typed_json(field))
}

/// The type, with `Option` if the field's type has it.
fn with_option(field: &Field, ty: &TokenStream) -> TokenStream {
    match field.optional {
        true => quote_spanned!(place(field)=> ::core::option::Option<#ty>),
        false => ty.clone(),
    }
}

/// The Rust type of a scalar's column, or of a many2one's id, without `Option`.
fn column_type(field: &Field) -> TokenStream {
    match field.kind {
        Kind::Many2one(_) => quote!(i64),
        Kind::Selection | Kind::Json(_) => quote!(::std::string::String),
        _ => field.inner.to_token_stream(),
    }
}

/// The Rust type of a value that callers give: as declared, but ids for many2one fields; without `Option`.
fn value_type(field: &Field) -> TokenStream {
    match field.kind {
        Kind::Many2one(_) => quote!(i64),
        _ => field.inner.to_token_stream(),
    }
}
