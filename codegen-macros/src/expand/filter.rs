//! `SaleOrderFilter`: typed conditions for Rust callers, and their conversion to a `Domain`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::{allow_missing_docs, companion, doc, place, selection, value_type};
use crate::ir::{Field, Kind, Model};

pub(super) fn expand(model: &Model) -> TokenStream {
    let (vis, filter, allow) = (&model.vis, companion(model, "Filter"), allow_missing_docs());
    let doc = doc(&format!(
        "Conditions on records of {}; all that are given hold.",
        model.label
    ));
    let mut members = TokenStream::new();
    let mut adds = TokenStream::new();
    if let Some(base) = &model.base {
        members.extend(quote! {
            /// The conditions on the model that is extended.
            pub base: <#base as ::orm::Model>::Filter,
        });
        adds.extend(quote!(terms.base(filter.base);));
    }
    let mut add = |ident: &Ident, index: usize, ty: TokenStream, term: &str, more: Option<TokenStream>, span: Span| {
        let (index, term) = (model.index(index), Ident::new(term, span));
        members.extend(quote_spanned!(span=> pub #ident: ::core::option::Option<#ty>,));
        adds.extend(quote_spanned!(span=> terms.#term(#index, filter.#ident #more);));
    };
    let here = Span::call_site();
    let implicit = |name: &str| (Ident::new(name, here), model.implicit_index(name));
    let id = quote!(::orm::typed::Filter<i64>);
    let time = quote!(::orm::typed::Filter<::orm::field::DateTime>);

    if model.base.is_none() {
        let (ident, index) = implicit("id");
        add(&ident, index, id.clone(), "field", None, here);
    }
    for field in model.fields.iter().filter(|field| is_filtered(field)) {
        let span = place(field);
        let (ty, term, more) = match (field.target(), selection(field)) {
            (Some(target), _) => {
                let inner = quote_spanned!(span=> <#target as ::orm::Model>::Filter);
                let ty = quote_spanned!(span=> ::std::boxed::Box<::orm::typed::RelationFilter<#inner>>);
                (ty, "relation", None)
            }
            (None, selection) => {
                let ty = value_type(field);
                let term = if selection.is_some() { "selection" } else { "field" };
                let more = selection.map(|selection| quote!(, #selection::stored));
                (quote_spanned!(span=> ::orm::typed::Filter<#ty>), term, more)
            }
        };
        add(&field.ident, field.index, ty, term, more, span);
    }
    let last = [
        ("create_uid", &id),
        ("create_date", &time),
        ("write_uid", &id),
        ("write_date", &time),
    ];
    for (name, ty) in last.into_iter().filter(|_| model.base.is_none()) {
        let (ident, index) = implicit(name);
        add(&ident, index, ty.clone(), "field", None, here);
    }
    quote! {
        #doc
        #allow
        #[derive(Debug, Clone, Default)]
        #vis struct #filter { #members }

        impl ::core::convert::From<#filter> for ::orm::domain::Domain {
            fn from(filter: #filter) -> Self {
                let mut terms = ::orm::typed::Terms::default();
                #adds
                terms.into()
            }
        }
    }
}

/// Whether a condition can use the field: it is stored, a one2many, a related field, or has a `search` method.
fn is_filtered(field: &Field) -> bool {
    match field.kind {
        Kind::Binary | Kind::Json(_) | Kind::Unknown => false,
        Kind::One2many(_) => !field.is_computed() || field.options.search.is_some(),
        _ => field.stored() || field.related().is_some() || field.options.search.is_some(),
    }
}
