//! `SaleOrderRecord`: a row for plain Diesel, where a model asks for it (`#[model("sale.order", record)]`).

use proc_macro2::TokenStream;
use quote::quote;

use super::{allow_missing_docs, column_type, companion, doc};
use crate::check;
use crate::ir::{Field, Model};
use crate::naming;

pub(super) fn expand(model: &Model) -> TokenStream {
    if !model.record || check::too_many_columns(model) {
        return TokenStream::new();
    }
    let (vis, record, allow) = (&model.vis, companion(model, "Record"), allow_missing_docs());
    let doc = doc(&format!("A row of {}, for plain Diesel.", model.label));
    let table = naming::column(&model.table, "", naming::located(model.ident.span()));
    let fields = model.columns().map(|field| self::field(model, field));
    quote! {
        #doc
        #allow
        #[derive(Debug, Clone, ::diesel::Queryable, ::diesel::Selectable)]
        #[diesel(table_name = #table)]
        #vis struct #record {
            pub id: i64,
            #(#fields,)*
            pub create_uid: ::core::option::Option<i64>,
            pub create_date: ::core::option::Option<::orm::field::DateTime>,
            pub write_uid: ::core::option::Option<i64>,
            pub write_date: ::core::option::Option<::orm::field::DateTime>,
        }
    }
}

fn field(model: &Model, field: &Field) -> TokenStream {
    let (ident, ty) = (&field.ident, column_type(field));
    let column = naming::column(&field.name, &model.table, naming::located(ident.span()));
    let rename = (column != field.name).then(|| quote!(#[diesel(column_name = #column)]));
    match field.optional {
        true => quote!(#rename pub #ident: ::core::option::Option<#ty>),
        false => quote!(#rename pub #ident: #ty),
    }
}
