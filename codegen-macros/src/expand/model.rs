//! `impl Schema` and `impl Model`: the model's companion types, its definition, and the functions by which the runtime
//! uses its struct.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};

use super::{companion, definition, list, place, tokens, value_type};
use crate::ir::{Field, Kind, Model};
use crate::naming;
use crate::parse::default::DefaultValue;

pub(super) fn expand(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let name = &model.name.value;
    let [fields, create, update, filter] =
        ["Fields", "Create", "Update", "Filter"].map(|suffix| companion(model, suffix));
    let constant = tokens::constant(model);
    let definition = definition::expand(model);
    let ops = ops(model);
    let loads = model.fields.iter().map(|field| load(field, model.index(field.index)));
    let views = model
        .views
        .iter()
        .map(|view| load(view, tokens::view_index(model, view)));
    let rest = match &model.base {
        None => implicit(model),
        Some(base) => quote!(base: <#base as ::orm::Schema>::load(record)),
    };
    let (name_of, root) = match &model.base {
        None => (quote!(#name), quote!(Self)),
        Some(base) => (
            quote!(<#base as ::orm::Schema>::NAME),
            quote!(<#base as ::orm::Schema>::Root),
        ),
    };
    let part = model.base.as_ref().map(|_| {
        let path = naming::name(ident);
        quote! {
            impl ::orm::schema::Part for #ident {
                const KEY: usize = ::orm::def::part::key(::core::concat!(::core::module_path!(), "::", #path));
            }
        }
    });
    let computes: Vec<TokenStream> = model.fields.iter().filter_map(compute).collect();
    let complaint = format!("{name} computes no field {{field}}");
    let compute = (!computes.is_empty()).then(|| {
        quote! {
            fn compute(&self, field: usize) -> ::orm::value::Value {
                match field {
                    #(#computes)*
                    _ => ::core::unreachable!(#complaint),
                }
            }
        }
    });
    let batches: Vec<TokenStream> = model.fields.iter().filter_map(compute_batch).collect();
    let compute_batch = (!batches.is_empty()).then(|| {
        quote! {
            fn compute_batch(
                records: &[Self],
                field: usize,
                env: &mut ::orm::Env<'_>,
            ) -> ::orm::Result<::std::vec::Vec<::orm::value::Value>> {
                ::core::result::Result::Ok(match field {
                    #(#batches)*
                    _ => ::core::unreachable!(#complaint),
                })
            }
        }
    });
    quote! {
        #part

        impl ::orm::Schema for #ident {
            const NAME: &'static str = #name_of;
            type Root = #root;
            type Fields = #fields;
            const FIELDS: Self::Fields = #constant;

            fn def() -> &'static ::orm::def::ModelDef {
                #definition
            }

            fn load(record: &::orm::record::Record) -> Self {
                Self { #(#loads,)* #(#views,)* #rest }
            }
        }

        impl ::orm::Model for #ident {
            type Create = #create;
            type Update = #update;
            type Filter = #filter;

            fn ops() -> &'static ::orm::env::ModelOps {
                #ops
            }

            #compute

            #compute_batch
        }
    }
}

/// The body of `Model::ops`: the functions that the definition names, each with the span of the author's name.
fn ops(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let searches = model.fields.iter().filter_map(|field| {
        let method = field.options.search.as_ref()?;
        let (name, span) = (naming::name(method), naming::located(method.span()));
        let function = quote_spanned!(span=> <#ident>::#method);
        Some(quote!((#name, #function)))
    });
    let defaults = model.fields.iter().filter_map(|field| match field.default()? {
        DefaultValue::Method(method) => {
            let (name, ty, span) = (naming::name(&method), value_type(field), naming::located(method.span()));
            let call = quote_spanned!(span=> <#ident>::#method(env).map(::orm::field::to_value::<#ty, _>));
            Some(quote!((#name, |env| #call)))
        }
        _ => None,
    });
    let searches = list("searches", searches);
    let defaults = list("defaults", defaults);
    let mixins = model.mixed.iter().map(|mixin| {
        let (_, functions) = crate::mixin::constants(mixin);
        quote!(&<#ident>::#functions)
    });
    let mixins = list("mixins", mixins);
    quote! {
        #[allow(unused_imports, reason = "`#[methods]` takes precedence where there is one")]
        use ::orm::typed::NoMethods as _;
        static OPS: ::orm::env::ModelOps = ::orm::env::ModelOps {
            #searches
            #defaults
            #mixins
            constraints: <#ident>::CHECKS,
            methods: <#ident>::CALLS,
            ..::orm::typed::ops::<#ident>()
        };
        &OPS
    }
}

/// The members that every model has.
fn implicit(model: &Model) -> TokenStream {
    let loads = ["id", "create_uid", "create_date", "write_uid", "write_date"].map(|name| {
        let member = naming::ident(name, naming::located(model.ident.span()));
        let index = model.index(model.implicit_index(name));
        quote!(#member: ::orm::field::FieldType::load(record, #index))
    });
    quote!(#(#loads,)*)
}

fn load(field: &Field, index: TokenStream) -> TokenStream {
    let (ident, ty) = (&field.ident, &field.ty);
    match field.kind {
        Kind::Unknown => quote!(#ident: ::core::unreachable!()),
        // It has no value before it is computed.
        Kind::Selection if field.is_computed() && !field.optional => {
            quote!(#ident: ::orm::field::load_or_first::<#ty>(record, #index))
        }
        _ if field.is_derived() && !field.optional && field.target().is_none() => {
            quote!(#ident: ::orm::field::load_or_default::<#ty>(record, #index))
        }
        _ => {
            quote_spanned!(place(field)=> #ident: <#ty as ::orm::field::FieldType>::load(record, #index))
        }
    }
}

/// The match arm that calls the author's method. `self.method()` has the span of the author's name, so that a missing
/// method is reported there.
fn compute(field: &Field) -> Option<TokenStream> {
    let method = field.compute_method().filter(|_| !field.batch())?;
    let (ty, index) = (computed_type(field)?, Literal::usize_unsuffixed(field.index));
    let span = naming::located(method.span());
    let call = match (field.optional, field.writable() && field.required()) {
        // The method may return `Option<T>`: where it computes nothing, the value must be given.
        (false, true) => quote_spanned!(span=> ::orm::field::to_value::<#ty, _>(self.#method())),
        (false, false) => quote_spanned!(span=> <#ty as ::orm::field::Scalar>::into_value(self.#method())),
        (true, _) => {
            quote_spanned!(span=> <::core::option::Option<#ty> as ::orm::field::Scalar>::into_value(self.#method()))
        }
    };
    Some(quote!(#index => #call,))
}

/// The match arm that calls the author's `batch` method.
fn compute_batch(field: &Field) -> Option<TokenStream> {
    let method = field.compute_method().filter(|_| field.batch())?;
    let (ty, index) = (computed_type(field)?, Literal::usize_unsuffixed(field.index));
    let span = naming::located(method.span());
    let call = quote_spanned!(span=> ::orm::field::to_values::<#ty, _>(Self::#method(records, env)?));
    Some(quote!(#index => #call,))
}

/// The type of one computed value, without `Option`.
fn computed_type(field: &Field) -> Option<TokenStream> {
    match field.kind {
        Kind::Unknown | Kind::One2many(_) => None,
        Kind::Many2many(_) => Some(quote!(::std::vec::Vec<i64>)),
        _ => Some(value_type(field)),
    }
}
