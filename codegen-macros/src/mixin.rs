//! `#[mixin]` and `#[model(…, with(…))]`: fields, sections and methods that several models share.
//!
//! `#[mixin]` turns the mixin into a `macro_rules!` macro of the same name. `#[model(…, with(Archivable))]` calls that macro
//! with the whole struct; the macro adds the mixin's fields to it and puts `#[model]` above it again, without `with`. So everything is as if it had been written
//! in the model's own file, and names are looked up there.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Attribute, Fields, ImplItem, Item, ItemMod, ItemStruct, Path, Token, Visibility};

use crate::ctxt::Ctxt;
use crate::naming;
use crate::parse::args;

const FORM: &str = "a mixin is a module with a struct and, where it has methods, its `impl` block: \
                    `#[mixin] mod archivable { pub struct Archivable { … } impl Archivable { … } }`";

/// What a struct of a mixin may have above it.
const SECTIONS: [&str; 4] = ["doc", "unique", "index", "check"];

/// The model handed to the macro of the first mixin that it is declared `with`; `None` when there is none.
pub(crate) fn hand_over(cx: &Ctxt, attr: &TokenStream, item: &TokenStream) -> Option<TokenStream> {
    let (with, head): (Vec<_>, Vec<_>) = args::split(attr.clone()).into_iter().partition(is_with);
    let with = with.into_iter().next()?;
    let item = syn::parse2::<ItemStruct>(item.clone()).ok()?;
    let Fields::Named(fields) = &item.fields else {
        return None;
    };
    let mixins = match syn::parse2::<syn::MetaList>(with.clone()) {
        Ok(list) => Punctuated::<Path, Token![,]>::parse_terminated.parse2(list.tokens).ok(),
        Err(_) => None,
    };
    let mut mixins = mixins.into_iter().flatten();
    let Some(first) = mixins.next() else {
        cx.error_on(with, "the mixins are named: `with(Archivable, Contactable)`");
        return None;
    };
    let rest: Vec<Path> = mixins.collect();
    let rest = (!rest.is_empty()).then(|| quote!(with(#(#rest),*),));
    let (attrs, vis, ident, fields) = (&item.attrs, &item.vis, &item.ident, fields.named.iter());
    Some(quote!(#first! { (#(#head,)* #rest) (#(#attrs)*) (#vis) #ident { #(#fields,)* } }))
}

fn is_with(piece: &TokenStream) -> bool {
    syn::parse2::<syn::Meta>(piece.clone()).is_ok_and(|meta| meta.path().is_ident("with"))
}

/// The macro that a mixin becomes; `None` when the item is none, which is reported.
pub(crate) fn declare(cx: &Ctxt, item: TokenStream) -> Option<TokenStream> {
    let module = match syn::parse2::<ItemMod>(item.clone()) {
        Ok(module) => module,
        Err(_) => {
            cx.error_on(item, FORM);
            return None;
        }
    };
    let (mut declared, mut methods) = (None, None);
    for item in module.content.into_iter().flat_map(|(_, items)| items) {
        match item {
            Item::Struct(item) if declared.is_none() => declared = Some(item),
            Item::Impl(block) if methods.is_none() && block.trait_.is_none() => methods = Some(block.items),
            Item::Use(item) => cx.error_on(
                item,
                "the names in a mixin are looked up in the files of its models; write them with their path, \
                 `crate::base::ResCountry`, and leave `use` out",
            ),
            other => cx.error_on(other, FORM),
        }
    }
    match declared {
        Some(declared) => expand(cx, &declared, methods.unwrap_or_default()),
        None => {
            cx.error(module.ident.span(), FORM);
            None
        }
    }
}

fn expand(cx: &Ctxt, mixin: &ItemStruct, methods: Vec<ImplItem>) -> Option<TokenStream> {
    let ident = &mixin.ident;
    let Fields::Named(fields) = &mixin.fields else {
        cx.error(ident.span(), FORM);
        return None;
    };
    let is_section = |attr: &&Attribute| SECTIONS.iter().any(|name| attr.path().is_ident(name));
    for other in mixin.attrs.iter().filter(|attr| !is_section(attr)) {
        cx.error_on(
            other,
            "a mixin has `#[unique(…)]`, `#[index(…)]` and `#[check(…)]`; write this above each model, and leave it out here",
        );
    }
    let sections = mixin
        .attrs
        .iter()
        .filter(|attr| is_section(attr) && !attr.path().is_ident("doc"));
    let fields = fields.named.iter();
    let has_methods = !methods.is_empty();
    let mixed = has_methods.then(|| quote!(mixed(#ident)));
    let methods = has_methods.then(|| quote!(#[::orm::methods(mixin(#ident))] impl $name { #(#methods)* }));
    let (vis, hidden) = (
        &mixin.vis,
        format_ident!("__mixin_{}", ident, span = naming::located(ident.span())),
    );
    let export = matches!(vis, Visibility::Public(_)).then(|| quote!(#[doc(hidden)] #[macro_export]));
    Some(quote! {
        #export
        macro_rules! #hidden {
            (($($head:tt)*) ($($attrs:tt)*) ($($vis:tt)*) $name:ident { $($fields:tt)* }) => {
                #[::orm::model($($head)* #mixed)]
                $($attrs)*
                #(#sections)*
                $($vis)* struct $name { $($fields)* #(#fields,)* }

                #methods
            };
        }
        #[allow(unused_imports, reason = "the mixin may be for models of other crates only")]
        #vis use #hidden as #ident;
    })
}

/// The constants of a model with the methods of a mixin: their definitions, and their functions.
pub(crate) fn constants(mixin: &Ident) -> (Ident, Ident) {
    let name = heck::ToShoutySnakeCase::to_shouty_snake_case(naming::name(mixin).as_str());
    let span = naming::located(mixin.span());
    (
        format_ident!("{name}_DEF", span = span),
        format_ident!("{name}_OPS", span = span),
    )
}
