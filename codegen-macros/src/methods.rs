//! `#[methods]`: the methods of a model. Its `#[action]` functions become `METHODS`, which HTTP may call; the others
//! stay what they are, among them those that computed fields are named after.
//!
//! Refuses actions whose arguments are not the records' ids and the environment: typed arguments arrive later.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned as _;
use syn::{Attribute, FnArg, ImplItem, ImplItemFn, ItemImpl, ReturnType, Type};

use crate::ctxt::Ctxt;
use crate::naming;
use crate::parse::docs;

/// The block, without our attributes, and its actions.
pub(crate) struct Methods {
    block: ItemImpl,
    actions: Vec<Action>,
}

struct Action {
    ident: Ident,
    help: String,
}

const FORM: &str = "fn action_confirm(ids: &[i64], env: &mut Env<'_>) -> Result<bool>";

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
        if take_action(cx, &mut function.attrs) && is_action(cx, function) {
            let doc = docs::read(&function.attrs);
            let help = [doc.label, doc.help]
                .into_iter()
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join("\n");
            actions.push(Action {
                ident: function.sig.ident.clone(),
                help,
            });
        }
        true
    });
    Some(Methods { block, actions })
}

/// Takes our attributes away; whether the function is an action.
fn take_action(cx: &Ctxt, attrs: &mut Vec<Attribute>) -> bool {
    let mut action = false;
    attrs.retain(|attr| {
        let Some(ident) = attr.path().get_ident() else {
            return true;
        };
        let name = naming::name(ident);
        match name.as_str() {
            "action" => {
                if attr.meta.require_path_only().is_err() {
                    cx.error_on(attr, "`#[action]` takes no arguments");
                } else if action {
                    cx.error_on(attr, "`#[action]` is given twice; keep one");
                }
                action = true;
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

/// Whether the function takes ids and the environment and answers with a `Result`; reports what it takes instead.
fn is_action(cx: &Ctxt, function: &ImplItemFn) -> bool {
    let signature = &function.sig;
    let plain = signature.asyncness.is_none() && signature.unsafety.is_none() && signature.generics.params.is_empty();
    let inputs: Vec<&FnArg> = signature.inputs.iter().collect();
    let fits = match inputs.as_slice() {
        [FnArg::Typed(ids), FnArg::Typed(env)] => is_ids(&ids.ty) && is_env(&env.ty),
        _ => false,
    };
    let answers = match &signature.output {
        ReturnType::Type(_, ty) => last_name(ty).is_some_and(|name| name == "Result"),
        ReturnType::Default => false,
    };
    if plain && fits && answers {
        return true;
    }
    let place = match (plain, fits) {
        (true, false) if !signature.inputs.is_empty() => signature.inputs.to_token_stream(),
        (true, true) if signature.output.span().start() != signature.output.span().end() => {
            signature.output.to_token_stream()
        }
        _ => signature.ident.to_token_stream(),
    };
    cx.error_on(
        place,
        format!("an action takes the records' ids and the environment: `{FORM}`; typed arguments arrive later"),
    );
    false
}

/// `&[i64]`
fn is_ids(ty: &Type) -> bool {
    let Type::Reference(reference) = ty else {
        return false;
    };
    match (&*reference.elem, reference.mutability) {
        (Type::Slice(slice), None) => last_name(&slice.elem).is_some_and(|name| name == "i64"),
        _ => false,
    }
}

/// `&mut Env<'_>`
fn is_env(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => {
            reference.mutability.is_some() && last_name(&reference.elem).is_some_and(|name| name == "Env")
        }
        _ => false,
    }
}

fn last_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

impl ToTokens for Methods {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let ty = &self.block.self_ty;
        let methods = self.actions.iter().map(|action| {
            let (ident, name, help) = (&action.ident, naming::name(&action.ident), &action.help);
            quote! {
                ::orm::def::MethodDef {
                    name: #name,
                    help: #help,
                    call: |env, ids| ::orm::compute::action_result(Self::#ident(ids, env)?),
                }
            }
        });
        let methods = quote!(&[#(#methods),*]);
        self.block.to_tokens(tokens);
        tokens.extend(quote! {
            impl #ty {
                /// What HTTP may call; `#[model]` finds it here.
                pub(crate) const METHODS: &'static [::orm::def::MethodDef] = #methods;
            }
        });
    }
}
