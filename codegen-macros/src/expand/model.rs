//! `impl Model`: the names of the model's companions, its definition, and the bridge between its struct and the runtime.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};

use super::{companion, definition, place, tokens, value_type};
use crate::ir::{Field, Kind, Model};
use crate::naming;

pub(super) fn expand(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let name = &model.name.value;
    let [fields, create, update, filter] =
        ["Fields", "Create", "Update", "Filter"].map(|suffix| companion(model, suffix));
    let constant = tokens::constant(model);
    let definition = definition::expand(model);
    let loads = model.fields.iter().map(load);
    let implicit = ["id", "create_uid", "create_date", "write_uid", "write_date"].map(|name| {
        let (member, index) = (
            naming::ident(name, naming::located(ident.span())),
            model.implicit_index(name),
        );
        let index = Literal::usize_unsuffixed(index);
        quote!(#member: ::orm::field::FieldType::load(record, #index))
    });
    let computes = model.fields.iter().filter_map(compute);
    let complaint = format!("{name} computes no field {{field}}");
    quote! {
        impl ::orm::Model for #ident {
            const NAME: &'static str = #name;
            type Fields = #fields;
            const FIELDS: Self::Fields = #constant;
            type Create = #create;
            type Update = #update;
            type Filter = #filter;

            fn def() -> &'static ::orm::def::ModelDef {
                #definition
            }

            fn load(record: &::orm::compute::Loaded) -> Self {
                Self { #(#loads,)* #(#implicit,)* }
            }

            fn compute(&self, field: usize) -> ::orm::value::Value {
                match field {
                    #(#computes)*
                    _ => ::core::unreachable!(#complaint),
                }
            }
        }
    }
}

fn load(field: &Field) -> TokenStream {
    let (ident, ty, index) = (&field.ident, &field.ty, Literal::usize_unsuffixed(field.index));
    match field.kind {
        Kind::Unknown => quote!(#ident: ::core::unreachable!()),
        // Not there before it was computed.
        _ if field.is_derived() && !field.optional && field.target().is_none() => {
            quote!(#ident: ::orm::field::load_or_default::<#ty>(record, #index))
        }
        _ => {
            quote_spanned!(place(field)=> #ident: <#ty as ::orm::field::FieldType>::load(record, #index))
        }
    }
}

/// The arm that calls the author's method; `self.method()` stands at the author's place, so that a missing one is
/// reported there.
fn compute(field: &Field) -> Option<TokenStream> {
    if matches!(field.kind, Kind::Unknown) {
        return None;
    }
    let method = field.compute_method()?;
    let index = Literal::usize_unsuffixed(field.index);
    let ty = match field.is_x2many() {
        true => quote!(::std::vec::Vec<i64>),
        false => value_type(field),
    };
    let ty = if field.optional {
        quote!(::core::option::Option<#ty>)
    } else {
        ty
    };
    let span = naming::located(method.span());
    let call = quote_spanned!(span=> <#ty as ::orm::field::Scalar>::into_value(self.#method()));
    Some(quote!(#index => #call,))
}
