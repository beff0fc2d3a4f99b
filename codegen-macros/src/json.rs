//! `#[json]`: a struct or enum that a `Json<…>` field may hold.
//!
//! The item gets the derives that it needs. Those of serde and schemars come by way of `orm::json_crates!`, so that the
//! author's crate depends on neither.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Attribute, Data, DeriveInput, Field, Fields, GenericArgument, Meta, PathArguments, Type};

use crate::ctxt::Ctxt;
use crate::naming;
use crate::parse::{self, args};

const FORM: &str = "write `#[json] pub struct LabelLayout { … }`";

/// The item with what makes it a type of JSON; as it was when it cannot be one, which is reported.
pub(crate) fn expand(cx: &Ctxt, attr: TokenStream, item: TokenStream) -> TokenStream {
    if !attr.is_empty() {
        cx.error_on(attr, "`#[json]` takes no arguments");
    }
    let Ok(parsed) = syn::parse2::<DeriveInput>(item.clone()) else {
        cx.error_on(&item, format!("`#[json]` is put on a struct or an enum; {FORM}"));
        return item;
    };
    if let Err((place, why)) = fits(&parsed) {
        cx.error_on(place, why);
        return item;
    }
    let (ident, name) = (&parsed.ident, naming::name(&parsed.ident));
    // Names for the two crates in the author's module, which no other type there uses.
    let [serde, schemars] = ["serde", "schemars"].map(|krate| format_ident!("__{krate}_{name}"));
    let [serde_path, schemars_path] = [&serde, &schemars].map(ToString::to_string);
    let written = parse::derives(&parsed.attrs);
    let derives = [
        ("Debug", quote!(::core::fmt::Debug)),
        ("Clone", quote!(::core::clone::Clone)),
        ("PartialEq", quote!(::core::cmp::PartialEq)),
        ("Serialize", quote!(#serde::Serialize)),
        ("Deserialize", quote!(#serde::Deserialize)),
        ("JsonSchema", quote!(#schemars::JsonSchema)),
    ];
    let derives = (derives.into_iter())
        .filter(|(name, _)| !written.iter().any(|written| written == name))
        .map(|(_, path)| path);
    let deny = (!denies_unknown(&parsed.attrs)).then(|| quote!(, deny_unknown_fields));
    // An attribute may make serde read a member in another way than its type says.
    let is_theirs = |attr: &Attribute| attr.path().is_ident("serde") || attr.path().is_ident("schemars");
    let plain = |member: &&Field| !member.attrs.iter().any(is_theirs);
    let parts = members(&parsed.data)
        .filter(plain)
        .flat_map(|member| own_parts(&member.ty));
    let parts = parts.map(|ty| quote_spanned!(naming::located(ty.span())=> ::orm::field::json_part::<#ty>();));
    quote! {
        ::orm::json_crates!(#serde, #schemars);

        const _: fn() = || { #(#parts)* };

        #[derive(#(#derives),*)]
        #[serde(crate = #serde_path #deny)]
        #[schemars(crate = #schemars_path)]
        #parsed

        impl ::orm::field::TypedJson for #ident {
            const NAME: &'static str = #name;
        }

        impl ::orm::field::Scalar for #ident {
            fn from_value(value: &::orm::value::Value) -> ::core::option::Option<Self> {
                <Self as ::orm::field::TypedJson>::of_stored(value)
            }

            fn into_value(self) -> ::orm::value::Value {
                <Self as ::orm::field::TypedJson>::stored(self)
            }
        }
    }
}

/// The types that a member is made of: of `Option<Vec<Part>>` it is `Part` that lacks `#[json]`, if anything.
fn own_parts(ty: &Type) -> Vec<&Type> {
    const CONTAINERS: [&str; 4] = ["Option", "Vec", "HashMap", "BTreeMap"];
    let last = match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    };
    match last.map(|last| (CONTAINERS.iter().any(|name| last.ident == name), &last.arguments)) {
        Some((true, PathArguments::AngleBracketed(arguments))) => {
            let types = arguments.args.iter().filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            });
            // The third of a map is its hasher.
            types.take(2).flat_map(own_parts).collect()
        }
        _ => vec![ty],
    }
}

/// The members of a struct, or of all variants of an enum.
fn members(data: &Data) -> impl Iterator<Item = &Field> {
    let fields: Vec<&Fields> = match data {
        Data::Struct(data) => vec![&data.fields],
        Data::Enum(data) => data.variants.iter().map(|variant| &variant.fields).collect(),
        Data::Union(_) => Vec::new(),
    };
    fields.into_iter().flatten()
}

/// Whether the item can be a type of JSON; otherwise why not, and the tokens to blame.
fn fits(item: &DeriveInput) -> Result<(), (TokenStream, String)> {
    let wrong = |why: &str| Err((item.ident.to_token_stream(), format!("{why}; {FORM}")));
    match &item.data {
        Data::Struct(data) if matches!(data.fields, Fields::Unit) => wrong("a type of JSON has members"),
        Data::Enum(data) if data.variants.is_empty() => wrong("a type of JSON has at least one value"),
        Data::Union(_) => wrong("`#[json]` is put on a struct or an enum, not on a union"),
        _ if !item.generics.params.is_empty() => Err((
            item.generics.to_token_stream(),
            format!("a type of JSON has no generic parameters, since one schema describes it; {FORM}"),
        )),
        _ if parse::derives(&item.attrs).iter().any(|name| name == "Selection") => Err((
            item.ident.to_token_stream(),
            "an enum is a selection or a type of JSON; leave `Selection` or `#[json]` out".to_owned(),
        )),
        data => match members(data).find(|member| has_serde(&member.attrs, "flatten")) {
            Some(member) => Err((
                member.ident.to_token_stream(),
                "`flatten` takes members of any name, which a type of JSON refuses; name them one by one, or write a member \
                 for the map"
                    .to_owned(),
            )),
            None => Ok(()),
        },
    }
}

/// Whether the author has written `#[serde(deny_unknown_fields)]`, which may stand once only.
fn denies_unknown(attrs: &[Attribute]) -> bool {
    has_serde(attrs, "deny_unknown_fields")
}

/// Whether the author has written `#[serde(word)]`.
fn has_serde(attrs: &[Attribute], word: &str) -> bool {
    let serde = attrs.iter().filter(|attr| attr.path().is_ident("serde"));
    let words = serde.filter_map(|attr| match &attr.meta {
        Meta::List(list) => Some(args::split(list.tokens.clone())),
        _ => None,
    });
    words.flatten().any(|piece| piece.to_string() == word)
}
