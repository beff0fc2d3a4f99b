//! `#[model]`, `#[methods]`, `#[json]` and `#[derive(Selection)]`, which turn model definitions into types and constants.
//!
//! Entry points only. What they accept is documented in the `orm` crate, which re-exports them. The stages behind them:
//! `parse` reads attributes into syntax, `ir` makes a model of it, `check` checks that model, `expand` generates Rust.
//! All mistakes are collected in `ctxt` and reported together, each at the author's own token.

mod check;
mod ctxt;
mod expand;
mod ir;
mod json;
mod methods;
mod mixin;
mod naming;
mod parse;
mod pattern;
mod pipeline;
mod selection;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Declares a model: `#[model("sale.order", order = "date_order desc, id desc")]` on a struct with named fields.
#[proc_macro_attribute]
pub fn model(attr: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::model(attr.into(), item.into()).into_tokens().into()
}

/// Adds fields, sections and methods to a model from another file or crate: `#[extend(ResPartner)]` on a struct.
#[proc_macro_attribute]
pub fn extend(attr: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::extend(attr.into(), item.into()).into_tokens().into()
}

/// Declares fields, sections and methods that several models share: `#[mixin] mod archivable { … }`, taken over by
/// `#[model("…", with(Archivable))]`.
#[proc_macro_attribute]
pub fn mixin(attr: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::mixin(attr.into(), item.into()).into_tokens().into()
}

/// The methods of a model: an `impl` block whose `#[action]` functions HTTP may call.
#[proc_macro_attribute]
pub fn methods(attr: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::methods(attr.into(), item.into()).into_tokens().into()
}

/// Makes a struct or an enum what a `Json` field holds: `Json<LabelLayout>`.
#[proc_macro_attribute]
pub fn json(attr: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::json(attr.into(), item.into()).into_tokens().into()
}

/// Makes an enum of unit variants the type of selection fields.
#[proc_macro_derive(Selection, attributes(selection))]
pub fn selection(item: TokenStream) -> TokenStream {
    pipeline::selection(item.into()).into_tokens().into()
}

macro_rules! read_by_methods {
    ($($attribute:ident),*) => {$(
        /// Marks a function in a block with `#[methods]`, which reads and removes it. Elsewhere it is a mistake.
        #[proc_macro_attribute]
        pub fn $attribute(_: TokenStream, item: TokenStream) -> TokenStream {
            pipeline::outside_methods(stringify!($attribute), item.into()).into_tokens().into()
        }
    )*};
}

read_by_methods!(action, after, before, constrains, ondelete);

macro_rules! read_by_model {
    ($($attribute:ident),*) => {$(
        /// A section of a model, below its `#[model]`, which reads and removes it. Elsewhere it is a mistake.
        #[proc_macro_attribute]
        pub fn $attribute(_: TokenStream, item: TokenStream) -> TokenStream {
            pipeline::outside_model(stringify!($attribute), item.into()).into_tokens().into()
        }
    )*};
}

read_by_model!(
    access,
    api,
    audit,
    check,
    display_name,
    index,
    name_search,
    read,
    rule,
    unique,
    write_response
);
