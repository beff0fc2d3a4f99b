//! Runs the macros over a source file, as the compiler would.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Item, Meta};

use crate::parse;
use crate::pipeline::{self, Output};

/// The output for each item of the source that uses one of the macros.
pub(super) fn file(source: &str) -> Vec<Output> {
    let file = syn::parse_file(source).expect("the fixture is Rust");
    file.items.into_iter().filter_map(item).collect()
}

fn item(mut item: Item) -> Option<Output> {
    let attrs = match &mut item {
        Item::Struct(item) => &mut item.attrs,
        Item::Enum(item) => &mut item.attrs,
        Item::Union(item) => &mut item.attrs,
        Item::Fn(item) => &mut item.attrs,
        Item::Impl(item) => &mut item.attrs,
        Item::Mod(item) => &mut item.attrs,
        _ => return None,
    };
    if let Some(attr) = take(attrs, "model") {
        return Some(pipeline::model(attr, item.into_token_stream()));
    }
    if let Some(attr) = take(attrs, "extend") {
        return Some(pipeline::extend(attr, item.into_token_stream()));
    }
    if let Some(attr) = take(attrs, "mixin") {
        return Some(pipeline::mixin(attr, item.into_token_stream()));
    }
    if let Some(attr) = take(attrs, "methods") {
        return Some(pipeline::methods(attr, item.into_token_stream()));
    }
    if let Some(attr) = take(attrs, "json") {
        return Some(pipeline::json(attr, item.into_token_stream()));
    }
    let selection = parse::derives(attrs).iter().any(|name| name == "Selection");
    selection.then(|| pipeline::selection(item.into_token_stream()))
}

/// Removes the macro's own attribute, and returns its arguments.
fn take(attrs: &mut Vec<Attribute>, name: &str) -> Option<TokenStream> {
    let index = attrs.iter().position(|attr| attr.path().is_ident(name))?;
    match attrs.remove(index).meta {
        Meta::List(list) => Some(list.tokens),
        _ => Some(TokenStream::new()),
    }
}
