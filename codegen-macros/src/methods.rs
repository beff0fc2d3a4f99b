//! `#[methods]`: the methods of a model. `#[action]` functions are listed in `METHODS`, which HTTP may call, `#[after]`
//! and `#[constrains]` functions in `CONSTRAINTS`, `#[ondelete]` functions in `ON_DELETE`. Other functions are left as
//! they are, such as those that compute fields.

mod action;
mod constraint;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, ImplItem, ItemImpl, MetaList};

use self::action::Action;
use self::constraint::{Constraint, Marked, When};
use crate::ctxt::Ctxt;
use crate::naming;

/// The `impl` block without our attributes, and its actions and constraints.
pub(crate) struct Methods {
    block: ItemImpl,
    actions: Vec<Action>,
    constraints: Vec<Constraint>,
    /// The mixin that the methods come from; `None` for the model's own.
    mixin: Option<Ident>,
}

/// Attributes that are planned but not supported yet.
const LATER: [&str; 4] = ["onchange", "inverse", "search", "depends"];

/// Attributes of the compiler, which stay on the function.
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

/// The argument of `#[methods(mixin(Archivable))]`, which a mixin's macro writes. Authors write none.
pub(crate) fn mixin(cx: &Ctxt, attr: TokenStream) -> Option<Ident> {
    if attr.is_empty() {
        return None;
    }
    let list = syn::parse2::<MetaList>(attr.clone()).ok();
    let mixin = list
        .filter(|list| list.path.is_ident("mixin"))
        .and_then(|list| list.parse_args().ok());
    if mixin.is_none() {
        cx.error_on(attr, "`#[methods]` takes no arguments");
    }
    mixin
}

/// Parses and checks the block; `None` when the item is no plain `impl` block of a type.
pub(crate) fn parse(cx: &Ctxt, item: TokenStream, mixin: Option<Ident>) -> Option<Methods> {
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
    let (mut actions, mut constraints) = (Vec::new(), Vec::new());
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
        match take_role(cx, &mut function.attrs) {
            Some(Role::Action { readonly }) => actions.extend(action::read(cx, function, readonly)),
            Some(Role::Constraint(marked)) => constraints.extend(constraint::read(cx, function, marked)),
            None => {}
        }
        true
    });
    Some(Methods {
        block,
        actions,
        constraints,
        mixin,
    })
}

/// What our attribute makes of a function.
enum Role {
    Action { readonly: bool },
    Constraint(Marked),
}

/// Removes our attributes, and returns what they make of the function, if anything.
fn take_role(cx: &Ctxt, attrs: &mut Vec<Attribute>) -> Option<Role> {
    let mut role = None;
    attrs.retain(|attr| {
        let Some(ident) = attr.path().get_ident() else {
            return true;
        };
        let name = naming::name(ident);
        match name.as_str() {
            "action" | "after" | "constrains" | "ondelete" => {
                if role.is_some() {
                    cx.error_on(
                        attr,
                        "a function is one of `#[action]`, `#[after(…)]`, `#[constrains(…)]` and `#[ondelete]`; keep one",
                    );
                }
                role = Some(match name.as_str() {
                    "after" => Role::Constraint(constraint::marked(cx, attr, When::After)),
                    "constrains" => Role::Constraint(constraint::marked(cx, attr, When::Change)),
                    "ondelete" => Role::Constraint(constraint::marked(cx, attr, When::Deletion)),
                    _ => Role::Action {
                        readonly: action::readonly(cx, attr),
                    },
                });
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
                let hint = naming::hint(&name, "attributes here", ["action", "after", "constrains", "ondelete"]);
                cx.error(ident.span(), format!("`{name}` is no attribute of a method{hint}"));
                false
            }
        }
    });
    role
}

impl ToTokens for Methods {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let ty = &self.block.self_ty;
        let actions = &self.actions;
        let of = |when| {
            self.constraints
                .iter()
                .filter(move |constraint| constraint.marked.when == when)
        };
        // `#[after]` methods run like constraints, and before them.
        let constraints = of(When::After).chain(of(When::Change));
        let on_delete = of(When::Deletion);
        let calls = self.actions.iter().map(Action::call);
        let checks = self.constraints.iter().map(Constraint::check);
        let links: TokenStream = self.constraints.iter().map(Constraint::links).collect();
        if !links.is_empty() {
            tokens.extend(quote!(const _: fn() = || { let f = <#ty as ::orm::Schema>::FIELDS; #links };));
        }
        self.block.to_tokens(tokens);
        if let Some(mixin) = &self.mixin {
            let (definition, functions) = crate::mixin::constants(mixin);
            tokens.extend(quote! {
                impl #ty {
                    /// The methods of a mixin; `#[model]` finds them here.
                    pub(crate) const #definition: ::orm::def::ModelDef = ::orm::def::ModelDef {
                        methods: &[#(#actions),*],
                        constraints: &[#(#constraints),*],
                        on_delete: &[#(#on_delete),*],
                        ..::orm::def::ModelDef::PLAIN
                    };
                    /// Their code.
                    pub(crate) const #functions: ::orm::env::ModelOps = ::orm::env::ModelOps {
                        methods: &[#(#calls),*],
                        constraints: &[#(#checks),*],
                        ..::orm::env::ModelOps::NONE
                    };
                }
            });
            return;
        }
        tokens.extend(quote! {
            // A second block would implement it again, which is an error that names the trait.
            impl ::orm::typed::AllMethodsInOneBlock for #ty {
                const METHODS: &'static [::orm::def::MethodDef] = &[#(#actions),*];
                const CONSTRAINTS: &'static [::orm::def::ConstraintDef] = &[#(#constraints),*];
                const ON_DELETE: &'static [::orm::def::ConstraintDef] = &[#(#on_delete),*];
                const CALLS: &'static [(&'static str, ::orm::env::MethodFn)] = &[#(#calls),*];
                const CHECKS: &'static [(&'static str, ::orm::env::CheckFn)] = &[#(#checks),*];
            }
        });
    }
}
