//! `#[methods]`: the methods of a model. Its `#[action]` functions become `METHODS`, which HTTP may call; the others
//! stay what they are, among them those that computed fields are named after.

mod action;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, ImplItem, ItemImpl};

use self::action::Action;
use crate::ctxt::Ctxt;
use crate::naming;

/// The block, without our attributes, and its actions.
pub(crate) struct Methods {
    block: ItemImpl,
    actions: Vec<Action>,
}

/// What is to come, and what to write until then.
const LATER: [&str; 5] = ["constrains", "onchange", "inverse", "search", "depends"];

/// Attributes that belong to the compiler.
const COMPILERS: [&str; 13] = [
    "doc",
    "allow",
    "warn",
    "deny",
    "expect",
    "forbid",
    "cfg",
    "cfg_attr",
    "deprecated",
    "must_use",
    "inline",
    "cold",
    "track_caller",
];

/// Reads and judges the block; nothing where it is none.
pub(crate) fn parse(cx: &Ctxt, item: TokenStream) -> Option<Methods> {
    let form = "`#[methods]` is put on the model's own block: `#[methods] impl SaleOrder { … }`";
    let Ok(mut block) = syn::parse2::<ItemImpl>(item.clone()) else {
        cx.error_on(item, form);
        return None;
    };
    if let Some((_, path, _)) = &block.trait_ {
        cx.error_on(path, form);
        return None;
    }
    if !block.generics.params.is_empty() {
        cx.error_on(&block.generics, form);
        return None;
    }
    let mut actions = Vec::new();
    let mut names: Vec<String> = Vec::new();
    block.items.retain_mut(|item| {
        let ImplItem::Fn(function) = item else {
            return true;
        };
        let name = naming::name(&function.sig.ident);
        if names.contains(&name) {
            cx.error(
                function.sig.ident.span(),
                format!("there is a method `{name}` already; write another name"),
            );
            return false;
        }
        names.push(name);
        if let Some(readonly) = take_action(cx, &mut function.attrs) {
            actions.extend(action::read(cx, function, readonly));
        }
        true
    });
    Some(Methods { block, actions })
}

/// Takes our attributes away; whether the function is an action, and then whether it only reads.
fn take_action(cx: &Ctxt, attrs: &mut Vec<Attribute>) -> Option<bool> {
    let mut action = None;
    attrs.retain(|attr| {
        let Some(ident) = attr.path().get_ident() else {
            return true;
        };
        let name = naming::name(ident);
        match name.as_str() {
            "action" => {
                if action.is_some() {
                    cx.error_on(attr, "`#[action]` is given twice; keep one");
                }
                action = Some(action::readonly(cx, attr));
                false
            }
            _ if COMPILERS.contains(&name.as_str()) => true,
            _ if LATER.contains(&name.as_str()) => {
                cx.error_on(
                    attr,
                    format!("`#[{name}]` arrives later; not supported yet, leave it out"),
                );
                false
            }
            _ => {
                let hint = naming::hint(&name, "attributes here", ["action"]);
                cx.error(ident.span(), format!("`{name}` is no attribute of a method{hint}"));
                false
            }
        }
    });
    action
}

impl ToTokens for Methods {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let ty = &self.block.self_ty;
        let actions = &self.actions;
        self.block.to_tokens(tokens);
        tokens.extend(quote! {
            impl #ty {
                /// What HTTP may call; `#[model]` finds it here.
                pub(crate) const METHODS: &'static [::orm::def::MethodDef] = &[#(#actions),*];
            }
        });
    }
}
