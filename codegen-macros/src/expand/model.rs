//! `impl Schema` and `impl Model`: the model's companion types, its definition, and the functions by which the runtime
//! uses its struct.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{quote, quote_spanned};

use super::{companion, definition, list, place, selection, tokens, typed_json, value_type, with_option};
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
    let own_part = (model.base.is_some()).then(|| {
        quote! {
            const PART: ::core::option::Option<(usize, &'static str)> =
                ::core::option::Option::Some((<Self as ::orm::schema::Part>::KEY, <Self as ::orm::schema::Part>::PATH));
        }
    });
    let part = model.base.as_ref().map(|_| {
        let path = naming::name(ident);
        quote! {
            impl ::orm::schema::Part for #ident {
                const PATH: &'static str = ::core::concat!(::core::module_path!(), "::", #path);
            }
        }
    });
    let computes: Vec<TokenStream> = model.fields.iter().filter_map(|field| compute(ident, field)).collect();
    let complaint = format!("{name} computes no field {{field}}");
    let compute = (!computes.is_empty()).then(|| {
        let missing = missing(ident, methods(model, |field| !field.batch()));
        quote! {
            fn compute(&self, field: usize) -> ::orm::value::Value {
                #missing
                match field {
                    #(#computes)*
                    _ => ::core::unreachable!(#complaint),
                }
            }
        }
    });
    let batches: Vec<TokenStream> = model
        .fields
        .iter()
        .filter_map(|field| compute_batch(ident, field))
        .collect();
    let compute_batch = (!batches.is_empty()).then(|| {
        let missing = missing(ident, methods(model, Field::batch));
        quote! {
            fn compute_batch(
                records: &[Self],
                field: usize,
                env: &mut ::orm::Env<'_>,
            ) -> ::orm::Result<::std::vec::Vec<::orm::value::Value>> {
                #missing
                match field {
                    #(#batches)*
                    _ => ::core::unreachable!(#complaint),
                }
            }
        }
    });
    quote! {
        #part

        impl ::orm::Schema for #ident {
            const NAME: &'static str = #name_of;
            type Root = #root;
            #own_part
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
    let mut named = Vec::new();
    let mut searches = Vec::new();
    let mut defaults = Vec::new();
    for field in &model.fields {
        if let Some(method) = &field.options.search {
            let (name, call) = (
                naming::name(method),
                call(ident, method, &quote!(()), "search", &quote!(op, operand, env)),
            );
            searches.push(quote!((#name, |op, operand, env| #call)));
            named.push(method.clone());
        }
        if let Some(DefaultValue::Method(method)) = field.default() {
            let ty = with_option(field, &value_type(field));
            let (name, call) = (
                naming::name(&method),
                call(ident, &method, &ty, "default", &quote!(env)),
            );
            defaults.push(quote!((#name, |env| #call)));
            named.push(method);
        }
    }
    let missing = missing(ident, named);
    let searches = list("searches", searches.into_iter());
    let defaults = list("defaults", defaults.into_iter());
    let mixins = model.mixed.iter().map(|mixin| {
        let (_, functions) = crate::mixin::constants(mixin);
        quote!(&<#ident>::#functions)
    });
    let mixins = list("mixins", mixins);
    quote! {
        #[allow(unused_imports, reason = "`#[methods]` takes precedence where there is one")]
        use ::orm::typed::NoMethods as _;
        #missing
        static OPS: ::orm::env::ModelOps = ::orm::env::ModelOps {
            #searches
            #defaults
            #mixins
            ..::orm::typed::ops::<#ident>(<::orm::typed::MethodsOf<#ident>>::OPS)
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

/// The methods that compute the fields of one kind.
fn methods(model: &Model, kind: impl Fn(&Field) -> bool) -> Vec<Ident> {
    let fields = model.fields.iter().filter(|field| kind(field));
    fields.filter_map(|field| field.compute_method().cloned()).collect()
}

/// What [`call`] needs around it. Each method has a stand-in: Rust finds it only where the author's own is missing.
fn missing(model: &Ident, mut methods: Vec<Ident>) -> Option<TokenStream> {
    methods.sort();
    methods.dedup();
    (!methods.is_empty()).then(|| {
        quote! {
            #[allow(unused_imports, reason = "the methods have the right signatures")]
            use ::orm::typed::signature::{self as __signature, Otherwise as _};
            #[allow(dead_code, non_upper_case_globals, reason = "named like methods, which take precedence")]
            trait __Missing {
                #(const #methods: __signature::Missing = __signature::Missing;)*
            }
            impl __Missing for #model {}
        }
    })
}

/// Calls the author's method. Everything has the span of its name, so that rustc reports it there if it is missing or
/// has another signature.
fn call(model: &Ident, method: &Ident, ty: &TokenStream, how: &str, arguments: &TokenStream) -> TokenStream {
    let span = naming::located(method.span());
    let how = Ident::new(how, span);
    quote_spanned!(span=> __signature::Method::<#model, #ty, _>::new(<#model>::#method).#how(#arguments))
}

fn load(field: &Field, index: TokenStream) -> TokenStream {
    let (ident, ty) = (&field.ident, &field.ty);
    if let Some(selection) = selection(field) {
        return match (field.optional, field.is_computed()) {
            (true, _) => quote!(#ident: #selection::load_some(record, #index)),
            // It has no value before it is computed.
            (false, true) => quote!(#ident: #selection::load_or_first(record, #index)),
            (false, false) => quote!(#ident: #selection::load(record, #index)),
        };
    }
    if let Some(json) = typed_json(field) {
        let load = match (field.optional, field.is_derived()) {
            (true, _) => "load_some",
            (false, true) => "load_or_default",
            (false, false) => "load",
        };
        let (load, name) = (Ident::new(load, place(field)), &field.name);
        return quote!(#ident: #json::#load(record, #index, (<Self as ::orm::Schema>::NAME, #name)));
    }
    match field.kind {
        // Reported; this is any type.
        Kind::Unknown => quote!(#ident: ::core::option::Option::unwrap(::core::option::Option::None)),
        _ if field.is_derived() && !field.optional && field.target().is_none() => {
            quote!(#ident: ::orm::field::load_or_default::<#ty>(record, #index))
        }
        _ => {
            quote_spanned!(place(field)=> #ident: <#ty as ::orm::field::FieldType>::load(record, #index))
        }
    }
}

/// The match arm that calls the author's method.
fn compute(model: &Ident, field: &Field) -> Option<TokenStream> {
    let method = field.compute_method().filter(|_| !field.batch())?;
    // The method may return `Option<T>`: where it computes nothing, the value must be given.
    let how = match !field.optional && field.writable() && field.required() {
        true => "compute_unless_given",
        false => "compute",
    };
    let index = Literal::usize_unsuffixed(field.index);
    let call = call(model, method, &computed_type(field)?, how, &quote!(self));
    Some(quote!(#index => #call,))
}

/// The match arm that calls the author's `batch` method.
fn compute_batch(model: &Ident, field: &Field) -> Option<TokenStream> {
    let method = field.compute_method().filter(|_| field.batch())?;
    let index = Literal::usize_unsuffixed(field.index);
    let call = call(
        model,
        method,
        &computed_type(field)?,
        "compute_batch",
        &quote!(records, env),
    );
    Some(quote!(#index => #call,))
}

/// The type of one computed value.
fn computed_type(field: &Field) -> Option<TokenStream> {
    match field.kind {
        Kind::Unknown | Kind::One2many(_) => None,
        Kind::Many2many(_) => Some(quote!(::std::vec::Vec<i64>)),
        _ => Some(with_option(field, &value_type(field))),
    }
}
