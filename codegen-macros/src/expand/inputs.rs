//! `SaleOrderCreate` and `SaleOrderUpdate`: typed inputs for Rust callers, and their conversion to `Values`.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::{allow_missing_docs, companion, doc, own_type, place, value_type};
use crate::ir::{Field, Kind, Model};

/// A field of an input: its type, and the method of `Values` that sets it.
struct Member {
    ty: TokenStream,
    put: &'static str,
}

pub(super) fn create(model: &Model) -> TokenStream {
    let doc = doc(&format!(
        "Input of a create of {}. What has a default, or may be empty, may be left out.",
        model.label
    ));
    input(model, "Create", &doc, |field| {
        let (ty, span) = (value_type(field), place(field));
        // The struct derives `Default`, which the author's own types need not have.
        let filled = field.default().is_some() || field.is_derived();
        let is_own = own_type(field).is_some();
        let may_be_left_out = field.optional || filled || is_own;
        match (field.delegate_target(), may_be_left_out) {
            (Some(target), _) => {
                let input = quote_spanned!(span=> <#target as ::orm::Model>::Create);
                let ty = quote_spanned!(span=> ::core::option::Option<::orm::command::Delegate<#input>>);
                Member {
                    ty,
                    put: "set_delegate",
                }
            }
            // `Some(None)` gives an empty value; `None` leaves the field out, so that it is computed.
            (None, true) if field.optional && field.writable() => Member {
                ty: quote_spanned!(span=> ::core::option::Option<::core::option::Option<#ty>>),
                put: if is_own { "set_own_or_none" } else { "set_some" },
            },
            (None, true) => Member {
                ty: quote_spanned!(span=> ::core::option::Option<#ty>),
                put: if is_own { "set_own" } else { "set_some" },
            },
            (None, false) => Member { ty, put: "set" },
        }
    })
}

pub(super) fn update(model: &Model) -> TokenStream {
    let doc = doc(&format!(
        "Input of an update of {}. What is `None` stays as it is.",
        model.label
    ));
    input(model, "Update", &doc, |field| {
        let (ty, span) = (value_type(field), place(field));
        let ty = match field.optional {
            true => quote_spanned!(span=> ::core::option::Option<#ty>),
            false => ty,
        };
        Member {
            ty: quote_spanned!(span=> ::core::option::Option<#ty>),
            put: match (own_type(field), field.optional) {
                (Some(_), true) => "set_own_or_none",
                (Some(_), false) => "set_own",
                (None, _) => "set_some",
            },
        }
    })
}

fn input(model: &Model, suffix: &str, doc: &TokenStream, scalar: impl Fn(&Field) -> Member) -> TokenStream {
    let (vis, input, allow) = (&model.vis, companion(model, suffix), allow_missing_docs());
    let mut members = TokenStream::new();
    let mut puts = TokenStream::new();
    let base = match &model.base {
        None => quote!(Self::default()),
        Some(base) => {
            let kind = format_ident!("{suffix}");
            members.extend(quote! {
                /// The input for the fields of the model that is extended.
                pub base: <#base as ::orm::Model>::#kind,
            });
            quote!(::core::convert::Into::<Self>::into(input.base))
        }
    };
    for field in &model.fields {
        let span = place(field);
        let member = match (&field.kind, field.target()) {
            (Kind::Unknown, _) => continue,
            _ if field.is_computed() && !field.writable() || field.is_related() && field.readonly() => continue,
            (Kind::One2many(_) | Kind::Many2many(_), Some(target)) => {
                let ty = quote_spanned!(span=> ::std::vec::Vec<::orm::typed::Child<#target>>);
                match field.writable() {
                    // `Some(vec![])` empties the relation; `None` leaves it out, so that it is computed.
                    true => Member {
                        ty: quote_spanned!(span=> ::core::option::Option<#ty>),
                        put: "set_some_children",
                    },
                    false => Member {
                        ty,
                        put: "set_children",
                    },
                }
            }
            _ => scalar(field),
        };
        let (ident, ty, index) = (&field.ident, member.ty, model.index(field.index));
        let put = Ident::new(member.put, span);
        let more = own_type(field).map(|own| quote!(, #own::stored));
        members.extend(quote_spanned!(span=> pub #ident: #ty,));
        puts.extend(quote_spanned!(span=> values.#put(#index, input.#ident #more);));
    }
    quote! {
        #doc
        #allow
        #[derive(Debug, Clone, Default)]
        #vis struct #input { #members }

        impl ::core::convert::From<#input> for ::orm::command::Values {
            fn from(input: #input) -> Self {
                let mut values = #base;
                #puts
                values
            }
        }
    }
}
