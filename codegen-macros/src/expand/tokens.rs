//! `SaleOrderFields`: a typed token for every field, with which rustc checks paths.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};

use super::{allow_missing_docs, companion, doc};
use crate::ir::{Field, Model};
use crate::naming;

/// Type of an implicit field's token.
fn implicit_type(name: &str) -> TokenStream {
    match name {
        "id" => quote!(i64),
        "display_name" => quote!(::std::string::String),
        "create_uid" | "write_uid" => quote!(::core::option::Option<i64>),
        _ => quote!(::core::option::Option<::orm::field::DateTime>),
    }
}

/// Each field in the order of the definition: name, type, index.
fn all(model: &Model) -> impl Iterator<Item = (TokenStream, TokenStream, TokenStream)> {
    let implicit = |name: &'static str| {
        let ident = naming::ident(name, naming::located(model.ident.span()));
        (
            ident.to_token_stream(),
            implicit_type(name),
            model.index(model.implicit_index(name)),
        )
    };
    let declared = model.fields.iter().map(|field| {
        (
            field.ident.to_token_stream(),
            field.ty.to_token_stream(),
            model.index(field.index),
        )
    });
    let views = model.views.iter().map(|view| {
        (
            view.ident.to_token_stream(),
            view.ty.to_token_stream(),
            view_index(model, view),
        )
    });
    // Those of an extension are the base's.
    let is_model = move |_: &&str| model.base.is_none();
    let rest = ["display_name", "create_uid", "create_date", "write_uid", "write_date"];
    (["id"].into_iter().filter(is_model).map(implicit))
        .chain(declared)
        .chain(views)
        .chain(rest.into_iter().filter(is_model).map(implicit))
}

/// The index of a field of the extended model.
pub(super) fn view_index(model: &Model, view: &Field) -> TokenStream {
    let (base, member) = (&model.base, naming::member(&view.ident));
    quote_spanned!(naming::located(view.ident.span())=> <#base as ::orm::Schema>::FIELDS.#member.index)
}

pub(super) fn expand(model: &Model) -> TokenStream {
    let (vis, fields, allow) = (&model.vis, companion(model, "Fields"), allow_missing_docs());
    let doc = doc(&format!("The fields of {}, as typed tokens.", model.label));
    let ident = &model.ident;
    let members = all(model).map(|(name, ty, _)| quote!(pub #name: ::orm::schema::Field<#ident, #ty>));
    // The fields of the delegate, or of the extended model, are fields of this model too: `Deref` makes rustc look them
    // up there.
    let delegate = model.delegates().next().and_then(|field| field.delegate_target());
    let more = model.base.as_ref().or(delegate).map(|target| {
        quote! {
            impl ::core::ops::Deref for #fields {
                type Target = <#target as ::orm::Schema>::Fields;
                fn deref(&self) -> &Self::Target {
                    &<#target as ::orm::Schema>::FIELDS
                }
            }
        }
    });
    quote! {
        #doc
        #allow
        #vis struct #fields { #(#members,)* }

        #more
    }
}

/// The value of `Model::FIELDS`.
pub(super) fn constant(model: &Model) -> TokenStream {
    let fields = companion(model, "Fields");
    let members = all(model).map(|(name, _, index)| quote!(#name: ::orm::schema::Field::new(#index)));
    quote!(#fields { #(#members,)* })
}
