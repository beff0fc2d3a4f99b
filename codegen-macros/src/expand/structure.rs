//! The author's struct: without our attributes, with the fields that every model has. An extension's struct has a member
//! for the model that it extends.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::Model;

pub(super) fn expand(model: &Model) -> TokenStream {
    let Model { attrs, vis, ident, .. } = model;
    let fields = model.fields.iter().chain(&model.views).map(|field| {
        let (attrs, vis, ident, ty) = (&field.attrs, &field.vis, &field.ident, &field.ty);
        quote!(#(#attrs)* #vis #ident: #ty,)
    });
    if let Some(base) = &model.base {
        return quote! {
            #(#attrs)*
            #[derive(Debug)]
            #vis struct #ident {
                /// The record with the fields of the model that is extended; this struct dereferences to it.
                pub base: #base,
                #(#fields)*
            }

            impl ::core::ops::Deref for #ident {
                type Target = #base;
                fn deref(&self) -> &#base {
                    &self.base
                }
            }
        };
    }
    quote! {
        #(#attrs)*
        #[derive(Debug)]
        #vis struct #ident {
            /// The record's number.
            pub id: i64,
            #(#fields)*
            /// Who created the record.
            pub create_uid: ::core::option::Option<i64>,
            /// When the record was created.
            pub create_date: ::core::option::Option<::orm::field::DateTime>,
            /// Who last updated the record.
            pub write_uid: ::core::option::Option<i64>,
            /// When the record was last updated.
            pub write_date: ::core::option::Option<::orm::field::DateTime>,
        }
    }
}
