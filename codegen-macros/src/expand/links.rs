//! Checks of names that belong to other models, as code that rustc compiles and nothing calls: a typo is rustc's own
//! error E0609, with "a field with a similar name exists", at the author's token.
//!
//! Names of this model's own fields were checked before, in `check`, and are left out here.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use crate::ir::{Field, IMPLICIT, Kind, Model};
use crate::naming;
use crate::parse::access::Rule;
use crate::parse::condition::Condition;
use crate::parse::path::{Node, Part, Path};

pub(super) fn expand(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let mut checks = TokenStream::new();
    for nodes in [Some(&model.read), model.write_response.as_ref()].into_iter().flatten() {
        checks.extend(
            nodes
                .iter()
                .filter(|node| goes_on(model, &node.name, !node.children.is_empty()))
                .map(node),
        );
    }
    let display_name = model.display_name.iter().flatten().filter_map(|part| match part {
        Part::Path(path) => Some(path),
        Part::Text(_) => None,
    });
    let order = model.order.iter().map(|term| &term.path);
    let computed = model.fields.iter();
    let computed = computed.flat_map(|field| field.depends().iter().chain(field.loads()));
    let related = model.fields.iter().filter_map(|field| field.related());
    let allowed = model.fields.iter().flat_map(in_domain).collect::<Vec<_>>();
    let rules = model.rules.iter().flat_map(|Rule { condition, .. }| condition.paths());
    let mut seen = HashSet::new();
    let paths = display_name
        .chain(order)
        .chain(&model.name_search)
        .chain(computed)
        .chain(related)
        .chain(&allowed)
        .chain(rules)
        .filter(|path| seen.insert(path.dotted()));
    checks.extend(
        paths
            .filter(|path| goes_on(model, &path.hops[0], path.hops.len() > 1))
            .map(path),
    );
    let columns = (model.uniques.iter().flat_map(|unique| &unique.value.fields))
        .chain(model.indexes.iter().flat_map(|index| &index.value))
        .chain(model.audit.iter().flatten())
        .chain(model.conditions().flat_map(Condition::fields))
        .chain(model.fields.iter().filter_map(|field| field.options.currency.as_ref()))
        .chain(
            model
                .fields
                .iter()
                .filter_map(Field::domain)
                .flat_map(Condition::own_fields),
        );
    checks.extend(
        columns
            .filter(|name| model.base.is_some() && goes_on(model, name, false))
            .map(field),
    );
    if !checks.is_empty() {
        checks = quote!(let f = <#ident as ::orm::Schema>::FIELDS; #checks);
    }
    checks.extend(inverses(model));
    checks.extend(model.views.iter().map(|view| self::view(model, view)));
    match checks.is_empty() {
        true => checks,
        false => quote!(const _: fn() = || { #checks };),
    }
}

/// The paths to the fields that the `domain` of a relation names, behind the relation.
fn in_domain(field: &Field) -> impl Iterator<Item = Path> {
    let named = field.domain().into_iter().flat_map(Condition::fields);
    named.map(|name| Path {
        hops: vec![field.ident.clone(), name.clone()],
    })
}

/// Whether rustc has something to check: names behind one of this model's relations, or a name that only its delegate,
/// or the model that it extends, can have.
fn goes_on(model: &Model, first: &Ident, more: bool) -> bool {
    let name = naming::name(first);
    match model.field(&name) {
        Some(field) => more && field.target().is_some(),
        None if is_user(&name) => false,
        None => model.has_more() && !IMPLICIT.iter().any(|implicit| *implicit == name),
    }
}

/// The user model's Rust type is not known here, so that names of its fields are left to the start-up checks.
fn is_user(name: &str) -> bool {
    matches!(name, "create_uid" | "write_uid")
}

fn node(node: &Node) -> TokenStream {
    match node.children.is_empty() || is_user(&naming::name(&node.name)) {
        true => field(&node.name),
        false => {
            let (hop, children) = (hop(&node.name), node.children.iter().map(self::node));
            quote!({ #hop #(#children)* })
        }
    }
}

/// Checks a path; the variable `f` holds the model's fields, as typed tokens.
pub(crate) fn path(path: &Path) -> TokenStream {
    let mut checks = TokenStream::new();
    let last = path.hops.len() - 1;
    for (i, name) in path.hops.iter().enumerate() {
        if i == last || is_user(&naming::name(name)) {
            checks.extend(field(name));
            break;
        }
        checks.extend(hop(name));
    }
    match last {
        0 => checks,
        _ => quote!({ #checks }),
    }
}

/// All tokens have the span of the author's name, so that rustc underlines nothing else.
fn hop(name: &Ident) -> TokenStream {
    let member = naming::member(name);
    let span = naming::located(name.span());
    let f = Ident::new("f", span);
    quote_spanned!(span=> let #f = ::orm::path_checks::hop(&#f.#member);)
}

fn field(name: &Ident) -> TokenStream {
    let member = naming::member(name);
    let span = naming::located(name.span());
    let f = Ident::new("f", span);
    quote_spanned!(span=> ::orm::path_checks::field(&#f.#member);)
}

/// Checks that a view is of the kind of the extended model's own relation, and to the same model.
fn view(model: &Model, view: &Field) -> TokenStream {
    let (base, ident, member) = (&model.base, &model.ident, naming::member(&view.ident));
    quote_spanned! {naming::located(view.ty.span())=>
        ::orm::path_checks::view(&<#base as ::orm::Schema>::FIELDS.#member, &<#ident as ::orm::Schema>::FIELDS.#member);
    }
}

/// Checks that the inverse of each one2many is a many2one back to this model.
fn inverses(model: &Model) -> impl Iterator<Item = TokenStream> {
    let ident = &model.ident;
    model
        .fields
        .iter()
        .filter_map(move |field| match (&field.kind, &field.options.inverse) {
            (Kind::One2many(target), Some(inverse)) if !field.is_derived() => {
                let member = naming::member(inverse);
                Some(quote_spanned! {naming::located(inverse.span())=>
                    ::orm::path_checks::inverse::<#ident, _, _>(&<#target as ::orm::Schema>::FIELDS.#member);
                })
            }
            _ => None,
        })
}
