//! `diesel::table!`: the columns with their SQL types, for plain Diesel. Only models that ask for it have one, since it
//! takes rustc four times as long as everything else that is generated.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{allow_missing_docs, doc};
use crate::check;
use crate::ir::{Field, Kind, Model};
use crate::naming;

pub(super) fn expand(model: &Model) -> TokenStream {
    // Too many columns are reported already; Diesel would report them again.
    if !model.diesel_table || check::too_many_columns(model) {
        return TokenStream::new();
    }
    let doc = doc(&format!("The table of {}, for plain Diesel.", model.label));
    let (name, allow) = (&model.table, allow_missing_docs());
    let table = naming::column(name, "", naming::located(model.ident.span()));
    let rename = (table != name).then(|| quote!(#[sql_name = #name]));
    let columns = model.columns().map(|field| column(model, field));
    quote! {
        ::diesel::table! {
            use ::diesel::sql_types::*;
            #doc
            #allow
            #rename
            #table (id) {
                id -> BigInt,
                #(#columns,)*
                create_uid -> Nullable<BigInt>,
                create_date -> Nullable<Timestamp>,
                write_uid -> Nullable<BigInt>,
                write_date -> Nullable<Timestamp>,
            }
        }
    }
}

fn column(model: &Model, field: &Field) -> TokenStream {
    let name = &field.name;
    let column = naming::column(name, &model.table, naming::located(field.ident.span()));
    let rename = (column != name).then(|| quote!(#[sql_name = #name]));
    let sql_type = sql_type(field);
    match field.optional {
        true => quote!(#rename #column -> Nullable<#sql_type>),
        false => quote!(#rename #column -> #sql_type),
    }
}

fn sql_type(field: &Field) -> TokenStream {
    let scaled = |scale: u8| {
        let scale = Literal::u8_unsuffixed(scale);
        quote!(::orm::db::Scaled<#scale>)
    };
    match field.kind {
        Kind::Bool => quote!(Bool),
        Kind::Int => quote!(Integer),
        Kind::BigInt | Kind::Many2one(_) => quote!(BigInt),
        Kind::Float => quote!(Double),
        Kind::Decimal => scaled(field.digits().1),
        Kind::Monetary => scaled(4),
        Kind::Date => quote!(Date),
        Kind::DateTime => quote!(Timestamp),
        Kind::Binary => quote!(Binary),
        Kind::Char | Kind::Text | Kind::Html | Kind::Selection | Kind::Json(_) => quote!(Text),
        // No column: `Field::has_column` leaves them out.
        Kind::One2many(_) | Kind::Many2many(_) | Kind::Unknown => quote!(Text),
    }
}
