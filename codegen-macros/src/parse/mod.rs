//! Parses attributes into syntax: what the author wrote, with its spans, before it is checked.
//!
//! Reports what cannot be parsed: items that are no plain structs, unknown attributes, unknown keys.

pub(crate) mod access;
pub(crate) mod args;
pub(crate) mod condition;
pub(crate) mod default;
pub(crate) mod docs;
pub(crate) mod field;
mod head;
pub(crate) mod path;
mod sections;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned as _;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Data, DeriveInput, Fields, Meta, Type, Visibility};

use self::docs::Doc;
use self::field::Options;
pub(crate) use self::head::Head;
pub(crate) use self::sections::{Check, Sections, Unique};
use crate::ctxt::Ctxt;
use crate::naming;

/// A `#[model]` as written.
pub(crate) struct Syntax {
    /// The struct's own attributes: those that are not ours.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
    pub(crate) doc: Doc,
    pub(crate) head: Head,
    pub(crate) sections: Sections,
    pub(crate) fields: Vec<FieldSyntax>,
}

/// A field as written.
pub(crate) struct FieldSyntax {
    /// The attributes that are not ours.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) doc: Doc,
    pub(crate) options: Options,
}

/// Attributes that belong to the compiler; they stay where they are.
const COMPILERS: [&str; 12] = [
    "doc",
    "derive",
    "allow",
    "warn",
    "deny",
    "expect",
    "forbid",
    "cfg_attr",
    "deprecated",
    "must_use",
    "repr",
    "non_exhaustive",
];

/// Parses `#[model(attr)] item`; `None` when the item cannot be a model.
pub(crate) fn model(cx: &Ctxt, attr: TokenStream, item: TokenStream) -> Option<Syntax> {
    read(cx, item, "model", |item| head::head(cx, attr, &item.ident))
}

/// Parses `#[extend(attr)] item`; `None` when the item cannot be an extension.
pub(crate) fn extension(cx: &Ctxt, attr: TokenStream, item: TokenStream) -> Option<Syntax> {
    read(cx, item, "extend", |item| {
        head::of_model_only(cx, &item.attrs);
        head::base(cx, attr, &item.ident)
    })
}

fn read(cx: &Ctxt, item: TokenStream, name: &str, head: impl FnOnce(&DeriveInput) -> Head) -> Option<Syntax> {
    let item: DeriveInput = match syn::parse2(item.clone()) {
        Ok(item) => item,
        Err(_) => {
            match syn::parse2::<syn::ItemType>(item.clone()) {
                Ok(alias) => cx.error_on(
                    alias.ident,
                    format!("`#[{name}]` is put on a struct with named fields, not on an alias"),
                ),
                Err(_) => cx.error_on(item, format!("`#[{name}]` is put on a struct with named fields")),
            }
            return None;
        }
    };
    let head = head(&item);
    let fields = match &item.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => fields,
            _ => {
                cx.error_on(
                    &item.ident,
                    "a model has named fields: `pub struct SaleOrder { pub name: String }`",
                );
                return None;
            }
        },
        _ => {
            cx.error_on(
                &item.ident,
                format!("`#[{name}]` is put on a struct with named fields, not on an enum or a union"),
            );
            return None;
        }
    };
    if !item.generics.params.is_empty() || item.generics.where_clause.is_some() {
        cx.error_on(
            &item.generics,
            "a model has no generic parameters, since one table stands behind it; write `pub struct SaleOrder { … }`",
        );
        return None;
    }
    let fields = fields.named.iter().filter_map(|field| self::field(cx, field)).collect();
    let mut attrs = item.attrs;
    let ours = take(cx, &mut attrs, &sections::NAMES);
    refuse_derives(cx, &mut attrs);
    let sections = sections::read(cx, ours);
    Some(Syntax {
        doc: docs::read(&attrs),
        attrs,
        vis: item.vis,
        ident: item.ident,
        head,
        sections,
        fields,
    })
}

fn field(cx: &Ctxt, field: &syn::Field) -> Option<FieldSyntax> {
    let mut attrs = field.attrs.clone();
    let ours = take(cx, &mut attrs, &["field"]);
    Some(FieldSyntax {
        doc: docs::read(&attrs),
        attrs,
        vis: field.vis.clone(),
        ident: field.ident.clone()?,
        ty: field.ty.clone(),
        options: field::options(cx, &ours),
    })
}

/// Removes our attributes, those in `names`, from `attrs` and returns them. Wrong attributes are removed and reported.
fn take(cx: &Ctxt, attrs: &mut Vec<Attribute>, names: &[&str]) -> Vec<Attribute> {
    let derives_more = derives_more(attrs);
    let mut ours = Vec::new();
    attrs.retain(|attr| {
        let Some(ident) = attr.path().get_ident() else {
            return true;
        };
        let name = naming::name(ident);
        if names.contains(&name.as_str()) {
            ours.push(attr.clone());
            return false;
        }
        // It may belong to another derive, unless it looks like a typo of ours.
        let others = derives_more && naming::nearest(&name, names.iter().copied()).is_none();
        if COMPILERS.contains(&name.as_str()) || (others && !is_known(&name)) {
            return true;
        }
        refuse(cx, attr, &name, names);
        false
    });
    ours
}

/// Whether these macros know an attribute of this name, so that no other derive is taken for its owner.
fn is_known(name: &str) -> bool {
    matches!(name, "groups" | "cfg" | "field" | "model") || sections::NAMES.contains(&name)
}

fn refuse(cx: &Ctxt, attr: &Attribute, name: &str, names: &[&str]) {
    let message = match name {
        "groups" => "`groups(…)` is an option of a field: `#[field(groups(group::MANAGER))]`".to_owned(),
        "cfg" => "a model's definition is the same in every build; leave `cfg` out".to_owned(),
        "field" => "`#[field(…)]` is put on a field; the model's own options are written `#[model(…)]`".to_owned(),
        "model" => "a struct is one model; write `#[model(\"…\")]` once".to_owned(),
        _ if is_known(name) => {
            format!("`#[{name}(…)]` is written above the struct, not on a field")
        }
        _ => {
            let hint = naming::hint(name, "attributes here", names.iter().copied());
            cx.error(attr.path().span(), format!("`{name}` is no attribute of a model{hint}"));
            return;
        }
    };
    cx.error_on(attr, message);
}

/// The derives of the standard library.
const STANDARD: [&str; 9] = [
    "Debug",
    "Clone",
    "Copy",
    "PartialEq",
    "Eq",
    "PartialOrd",
    "Ord",
    "Hash",
    "Default",
];

/// Whether there are derives other than the standard library's, which may have attributes of their own.
fn derives_more(attrs: &[Attribute]) -> bool {
    derives(attrs).iter().any(|name| !STANDARD.contains(&name.as_str()))
}

/// Removes the derives of the standard library, and reports them. Those above `#[model]` have run before it and are gone.
fn refuse_derives(cx: &Ctxt, attrs: &mut [Attribute]) {
    for attr in attrs.iter_mut().filter(|attr| attr.path().is_ident("derive")) {
        let Meta::List(list) = &mut attr.meta else { continue };
        let mut others = Vec::new();
        for derived in args::split(list.tokens.clone()) {
            let path = syn::parse2::<syn::Path>(derived.clone()).ok();
            let name = path.and_then(|path| Some(path.segments.last()?.ident.to_string()));
            match name.filter(|name| STANDARD.contains(&name.as_str())) {
                Some(name) if name == "Debug" => cx.error_on(derived, "a model derives `Debug` itself; leave it out"),
                Some(name) => cx.error_on(
                    derived,
                    format!("a model derives `Debug` and nothing else, since relations are not `{name}`; leave it out"),
                ),
                None => others.push(derived),
            }
        }
        list.tokens = quote::quote!(#(#others),*);
    }
}

/// The last names of all derived traits.
pub(crate) fn derives(attrs: &[Attribute]) -> Vec<String> {
    let mut names = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("derive")) {
        // A malformed derive is the compiler's to report.
        let _ = attr.parse_nested_meta(|meta| {
            names.extend(meta.path.segments.last().map(|segment| segment.ident.to_string()));
            Ok(())
        });
    }
    names
}

/// An item that cannot be a model, without the attributes that only these macros know.
pub(crate) fn without_helpers(item: TokenStream) -> TokenStream {
    struct Strip;
    impl VisitMut for Strip {
        fn visit_attributes_mut(&mut self, attrs: &mut Vec<Attribute>) {
            attrs.retain(|attr| match attr.path().get_ident().map(naming::name) {
                Some(name) => name != "field" && !sections::NAMES.contains(&name.as_str()),
                None => true,
            });
        }
    }
    match syn::parse2::<syn::Item>(item.clone()) {
        Ok(mut parsed) => {
            Strip.visit_item_mut(&mut parsed);
            parsed.into_token_stream()
        }
        Err(_) => item,
    }
}
