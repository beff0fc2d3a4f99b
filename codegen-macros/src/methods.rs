//! `#[methods]`: the methods of a model, listed in a definition of their own: `#[action]` functions, which HTTP may call,
//! and those that go along with changes. Other functions are left as they are, such as those that compute fields.

mod action;
mod constraint;
mod marked;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, ImplItem, ItemImpl, MetaList};

use self::action::Action;
use self::constraint::Constraint;
use self::marked::{ATTRIBUTES, Marked, When};
use crate::ctxt::Ctxt;
use crate::expand::list;
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
            name if name == "action" || ATTRIBUTES.contains(&name) => {
                if role.is_some() {
                    cx.error_on(
                        attr,
                        "a function is one of `#[action]`, `#[before(…)]`, `#[after(…)]`, `#[constrains(…)]` and \
                         `#[ondelete]`; keep one",
                    );
                }
                role = Some(match name {
                    "action" => Role::Action {
                        readonly: action::readonly(cx, attr),
                    },
                    name => Role::Constraint(marked::read(cx, attr, name)),
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
                let known = std::iter::once("action").chain(ATTRIBUTES);
                let hint = naming::hint(&name, "attributes here", known.collect::<Vec<_>>());
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
        let of = |when| (self.constraints.iter()).filter(move |constraint| constraint.marked.when == when);
        let before = list("before", of(When::BeforeCreate).chain(of(When::BeforeWrite)));
        // `#[after]` methods run like constraints, and before them.
        let constraints = list("constraints", of(When::After).chain(of(When::Change)));
        let on_delete = list("on_delete", of(When::Deletion));
        let after_delete = list("after_delete", of(When::AfterDeletion));
        let actions = list("methods", self.actions.iter());
        let (drafting, checking): (Vec<&Constraint>, Vec<&Constraint>) = (self.constraints.iter())
            .partition(|method| matches!(method.marked.when, When::BeforeCreate | When::BeforeWrite));
        let calls = list("methods", self.actions.iter().map(Action::call));
        let drafting = list("before", drafting.into_iter().map(Constraint::function));
        let checking = list("constraints", checking.into_iter().map(Constraint::function));
        let links: TokenStream = self.constraints.iter().map(Constraint::links).collect();
        if !links.is_empty() {
            tokens.extend(quote!(const _: fn() = || { let f = <#ty as ::orm::Schema>::FIELDS; #links };));
        }
        self.block.to_tokens(tokens);
        let definition = quote! {
            ::orm::def::ModelDef {
                #actions #before #constraints #on_delete #after_delete
                ..::orm::def::ModelDef::PLAIN
            }
        };
        let functions = quote!(::orm::env::ModelOps { #calls #drafting #checking ..::orm::env::ModelOps::NONE });
        tokens.extend(match &self.mixin {
            Some(mixin) => {
                let (name_of_definition, name_of_functions) = crate::mixin::constants(mixin);
                quote! {
                    impl #ty {
                        /// The methods of a mixin; `#[model]` finds them here.
                        pub(crate) const #name_of_definition: ::orm::def::ModelDef = #definition;
                        /// Their code.
                        pub(crate) const #name_of_functions: ::orm::env::ModelOps = #functions;
                    }
                }
            }
            None => quote! {
                // A second block would implement it again, which is an error that names the trait.
                impl ::orm::typed::AllMethodsInOneBlock for #ty {
                    const DEF: ::orm::def::ModelDef = #definition;
                    const OPS: ::orm::env::ModelOps = #functions;
                }
            },
        });
    }
}
