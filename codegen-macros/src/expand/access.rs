//! Who may do what with a model: `#[access(…)]` and `#[rule(…)]`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::names;
use crate::ir::{Field, Model};
use crate::naming;
use crate::parse::access::{RuleCondition, RuleOperand, Who};

/// The rights.
pub(super) fn rights(model: &Model) -> impl Iterator<Item = TokenStream> {
    model.access.iter().map(|access| {
        let (who, operations) = (who(&access.who), operations(&access.operations));
        quote!(__def::AccessDef { group: #who, operations: #operations })
    })
}

/// The rules.
pub(super) fn rules(model: &Model) -> impl Iterator<Item = TokenStream> {
    model.rules.iter().map(|rule| {
        let (who, operations) = (who(&rule.who), operations(&rule.operations));
        let condition = condition(&rule.condition);
        quote!(__def::RuleDef { group: #who, operations: #operations, condition: #condition })
    })
}

/// The groups whose members alone see the field.
pub(super) fn of_field(field: &Field) -> Option<TokenStream> {
    let groups = field.options.groups.as_ref()?.value.iter().map(group);
    Some(quote!(groups: &[#(#groups),*],))
}

fn group(path: &syn::Path) -> TokenStream {
    quote_spanned!(naming::located(path.span())=> { let group: __def::Group = #path; group })
}

fn who(who: &Who) -> TokenStream {
    match who {
        Who::Everyone => quote!(::core::option::Option::None),
        Who::Group(path) => {
            let group = group(path);
            quote!(::core::option::Option::Some(#group))
        }
    }
}

fn operations(operations: &[&str]) -> TokenStream {
    let operations = operations.iter().map(|name| Ident::new(name, Span::call_site()));
    quote!(&[#(__def::Operation::#operations),*])
}

fn condition(condition: &RuleCondition) -> TokenStream {
    let list = |parts: &[RuleCondition]| {
        let parts = parts.iter().map(self::condition);
        quote!(&[#(#parts),*])
    };
    let condition = match condition {
        RuleCondition::All(parts) => {
            let parts = list(parts);
            quote!(All(#parts))
        }
        RuleCondition::Any(parts) => {
            let parts = list(parts);
            quote!(Any(#parts))
        }
        RuleCondition::Not(part) => {
            let part = self::condition(part);
            quote!(Not(&#part))
        }
        RuleCondition::Empty(path) => {
            let path = names(&path.hops);
            quote!(Empty(#path))
        }
        RuleCondition::Compare(path, op, with) => {
            let (path, op, with) = (names(&path.hops), Ident::new(op, Span::call_site()), operand(with));
            quote!(Compare { path: #path, op: __def::Comparison::#op, with: #with })
        }
        RuleCondition::InCompanies(path) => {
            let path = names(&path.hops);
            quote!(InCompanies(#path))
        }
        RuleCondition::ChildOf(path, of) => {
            let (path, of) = (names(&path.hops), operand(of));
            quote!(ChildOf { path: #path, of: #of })
        }
    };
    quote!(__def::RuleCondition::#condition)
}

fn operand(operand: &RuleOperand) -> TokenStream {
    let operand = match operand {
        RuleOperand::Literal(literal) => {
            let text = &literal.text;
            quote!(Literal(#text))
        }
        RuleOperand::From(root, path) => {
            let (root, path) = (super::root(*root), names(path));
            quote!(From { root: #root, path: #path })
        }
    };
    quote!(__def::RuleOperand::#operand)
}
