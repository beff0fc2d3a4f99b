//! `#[derive(Selection)]`: an enum of unit variants whose names are stored values.
//!
//! Refuses variants with content or numbers, two variants with the same value, and enums without variants.

use heck::ToSnakeCase as _;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Data, DeriveInput, Fields, LitStr, Meta};

use crate::ctxt::Ctxt;
use crate::naming;
use crate::parse::{args, docs};

/// The enum.
pub(crate) struct Selection {
    ident: Ident,
    variants: Vec<Variant>,
    /// Some variants were refused.
    incomplete: bool,
}

struct Variant {
    ident: Ident,
    value: String,
    label: String,
}

const FORM: &str = "write `enum SaleOrderState { Draft, Sale }`";

/// Parses and checks the item; `None` when it is no enum.
pub(crate) fn parse(cx: &Ctxt, item: TokenStream) -> Option<Selection> {
    let item: DeriveInput = cx.ok(syn::parse2(item))?;
    let Data::Enum(data) = &item.data else {
        cx.error_on(&item.ident, format!("a selection is an enum; {FORM}"));
        return None;
    };
    if !item.generics.params.is_empty() {
        cx.error_on(&item.generics, format!("a selection has no generic parameters; {FORM}"));
        return None;
    }
    if data.variants.is_empty() {
        cx.error_on(&item.ident, format!("a selection has at least one value; {FORM}"));
    }
    let mut variants: Vec<Variant> = Vec::new();
    for written in &data.variants {
        if !matches!(written.fields, Fields::Unit) {
            cx.error_on(
                written,
                format!("a value of a selection has no content; write `{}`", written.ident),
            );
            continue;
        }
        if let Some((_, number)) = &written.discriminant {
            cx.error_on(
                number,
                format!("a value of a selection has no number; write `{}`", written.ident),
            );
        }
        let (variant, place) = variant(cx, written);
        match variants.iter().find(|other| other.value == variant.value) {
            Some(other) => cx.error_on(
                place,
                format!(
                    "`{}` is the value of `{}` already; write `#[selection(value = \"…\")]`",
                    variant.value, other.ident
                ),
            ),
            None => variants.push(variant),
        }
    }
    let incomplete = variants.len() < data.variants.len();
    Some(Selection {
        ident: item.ident,
        variants,
        incomplete,
    })
}

/// The variant, and the tokens that give its value, at which a duplicate is reported.
fn variant(cx: &Ctxt, written: &syn::Variant) -> (Variant, TokenStream) {
    const KEYS: [&str; 2] = ["value", "label"];
    let (mut value, mut label): (Option<LitStr>, Option<LitStr>) = (None, None);
    for attr in written.attrs.iter().filter(|attr| attr.path().is_ident("selection")) {
        let Meta::List(list) = &attr.meta else {
            cx.error_on(
                attr,
                "options are written `#[selection(value = \"sale\", label = \"Sales Order\")]`",
            );
            continue;
        };
        for arg in args::list(cx, list.tokens.clone()) {
            match arg.key.to_string().as_str() {
                "value" => args::put(cx, &arg, &mut value, arg.text(cx, "value = \"sale\"")),
                "label" => args::put(cx, &arg, &mut label, arg.text(cx, "label = \"Sales Order\"")),
                key => {
                    let hint = naming::hint(key, "options", KEYS);
                    cx.error(
                        arg.key.span(),
                        format!("`{key}` is no option of a selection's value{hint}"),
                    );
                }
            }
        }
    }
    if let Some(value) = value.as_ref().filter(|value| value.value().is_empty()) {
        cx.error_on(
            value,
            "a value is not empty: empty is no value at all, `Option<…>`; write `value = \"none\"`",
        );
    }
    let name = naming::name(&written.ident);
    let doc = docs::read(&written.attrs).label;
    let place = value.as_ref().map_or_else(
        || quote::ToTokens::to_token_stream(&written.ident),
        quote::ToTokens::to_token_stream,
    );
    let variant = Variant {
        value: value.map_or_else(|| name.to_snake_case(), |value| value.value()),
        label: label
            .map(|label| label.value())
            .unwrap_or(if doc.is_empty() { naming::type_label(&name) } else { doc }),
        ident: written.ident.clone(),
    };
    (variant, place)
}

impl Selection {
    /// The trait implementations.
    pub(crate) fn expand(&self) -> TokenStream {
        let Selection { ident, variants, .. } = self;
        let refused = self.incomplete.then(|| quote!(_ => "",));
        let names: Vec<&Ident> = variants.iter().map(|variant| &variant.ident).collect();
        let values: Vec<&String> = variants.iter().map(|variant| &variant.value).collect();
        let labels = variants.iter().map(|variant| &variant.label);
        quote! {
            impl ::core::clone::Clone for #ident {
                fn clone(&self) -> Self {
                    *self
                }
            }

            impl ::core::marker::Copy for #ident {}

            impl ::core::cmp::PartialEq for #ident {
                fn eq(&self, other: &Self) -> bool {
                    *self as isize == *other as isize
                }
            }

            impl ::core::cmp::Eq for #ident {}

            impl ::core::fmt::Debug for #ident {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.write_str(match self {
                        #(Self::#names => ::core::stringify!(#names),)*
                        #refused
                    })
                }
            }

            impl ::orm::field::Selection for #ident {
                const ITEMS: &'static [::orm::def::SelectionItem] =
                    &[#(::orm::def::SelectionItem { value: #values, label: #labels },)*];

                fn as_str(self) -> &'static str {
                    match self {
                        #(Self::#names => #values,)*
                        #refused
                    }
                }

                fn parse(value: &str) -> ::core::option::Option<Self> {
                    match value {
                        #(#values => ::core::option::Option::Some(Self::#names),)*
                        _ => ::core::option::Option::None,
                    }
                }
            }

            impl ::orm::method::Argument for #ident {
                const TYPE: ::orm::def::Type = ::orm::method::selection::<Self>();

                fn read(
                    json: &::orm::field::Json,
                    place: &str,
                    reader: &mut ::orm::method::Reader,
                ) -> ::core::option::Option<Self> {
                    ::orm::method::read_selection(json, place, reader)
                }
            }

            impl ::orm::method::Answer for #ident {
                const TYPE: ::orm::def::Type = ::orm::method::selection::<Self>();

                fn into_json(self, wire: &dyn ::orm::wire::Wire) -> ::orm::Result<::orm::field::Json> {
                    ::orm::method::selection_json(self, wire)
                }
            }
        }
    }
}
