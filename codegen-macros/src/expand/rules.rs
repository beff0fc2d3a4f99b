//! What values may be: `#[unique(…)]`, `#[check(…)]`, and the rules of single fields (`min`, `max`, `pattern`, …).

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::names;
use crate::ir::{Field, Model};
use crate::naming;
use crate::parse::condition::{Condition, Operand};
use crate::pattern::Form;

/// The unique constraints.
pub(super) fn uniques(model: &Model) -> impl Iterator<Item = TokenStream> {
    model.uniques.iter().map(|unique| {
        let (fields, message) = (names(&unique.value.fields), &unique.value.message);
        let (nulls_equal, ignore_case) = (unique.value.nulls_equal, unique.value.ignore_case.is_some());
        let condition = match &unique.value.condition {
            Some(condition) => {
                let condition = self::condition(condition);
                quote!(::core::option::Option::Some(#condition))
            }
            None => quote!(::core::option::Option::None),
        };
        quote! {
            __def::UniqueDef {
                fields: #fields,
                condition: #condition,
                nulls_equal: #nulls_equal,
                ignore_case: #ignore_case,
                message: #message,
            }
        }
    })
}

/// The checks: those of the model, then the limits of its fields, so that a new limit renames no check of the model.
pub(super) fn checks(model: &Model) -> impl Iterator<Item = TokenStream> {
    let checks = model.checks.iter().map(|check| {
        let (condition, message) = (condition(&check.condition), &check.message);
        quote!(__def::CheckDef { condition: #condition, message: #message })
    });
    checks.chain(model.fields.iter().flat_map(limits))
}

/// `min` and `max` as checks.
fn limits(field: &Field) -> impl Iterator<Item = TokenStream> {
    let name = &field.name;
    let limits = [("Ge", &field.options.min), ("Le", &field.options.max)].into_iter();
    limits.filter_map(move |(op, limit)| {
        let (op, text) = (Ident::new(op, field.ident.span()), &limit.as_ref()?.value.text);
        let condition = compare(name, &op, quote!(Literal(#text)));
        Some(quote!(__def::CheckDef { condition: #condition, message: "" }))
    })
}

/// The rule for the texts of a field.
pub(super) fn of_texts(field: &Field) -> Option<TokenStream> {
    let form = field.text_form()?;
    let regex = form.regex().unwrap_or_default();
    let form = match form {
        Form::Email => quote!(Email),
        Form::Url => quote!(Url),
        Form::Pattern(pattern) => quote!(Pattern(#pattern)),
    };
    Some(quote! {
        rule: ::core::option::Option::Some(__def::TextRule { form: __def::TextForm::#form, regex: #regex }),
    })
}

fn condition(condition: &Condition) -> TokenStream {
    match condition {
        Condition::All(parts) => {
            let parts = parts.iter().map(self::condition);
            quote!(__def::ConditionDef::All(&[#(#parts),*]))
        }
        Condition::Any(parts) => {
            let parts = parts.iter().map(self::condition);
            quote!(__def::ConditionDef::Any(&[#(#parts),*]))
        }
        Condition::Empty(field) => {
            let field = naming::name(field);
            quote!(__def::ConditionDef::Empty(#field))
        }
        Condition::Given(field) => {
            let field = naming::name(field);
            quote!(__def::ConditionDef::Given(#field))
        }
        Condition::Compare(field, op, with) => {
            let with = match with {
                Operand::Literal(literal) => {
                    let text = &literal.text;
                    quote!(Literal(#text))
                }
                Operand::Field(other) => {
                    let other = naming::name(other);
                    quote!(Field(#other))
                }
                Operand::Own(other) => {
                    let other = naming::name(other);
                    quote!(Own(#other))
                }
            };
            compare(&naming::name(field), &Ident::new(op, field.span()), with)
        }
    }
}

fn compare(field: &str, op: &Ident, with: TokenStream) -> TokenStream {
    quote! {
        __def::ConditionDef::Compare {
            field: #field,
            op: __def::Comparison::#op,
            with: __def::OperandDef::#with,
        }
    }
}

/// Which records a relation is for.
pub(super) fn domain(field: &Field) -> Option<TokenStream> {
    let domain = condition(field.domain()?);
    Some(quote!(domain: ::core::option::Option::Some(#domain),))
}
